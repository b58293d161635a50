"""The editor's sections: a module each says which fields and lists it has, and how it is told."""

from portal.errors import NotFound
from portal.web.desk.sections.after_check import AFTER_CHECK
from portal.web.desk.sections.authorization import AUTHORIZATION
from portal.web.desk.sections.barred import BARRED
from portal.web.desk.sections.base import Rows, Section
from portal.web.desk.sections.conditions import CONDITIONS
from portal.web.desk.sections.deadlines import DEADLINES
from portal.web.desk.sections.fees import FEES
from portal.web.desk.sections.offers import OFFERS
from portal.web.desk.sections.people import PEOPLE
from portal.web.desk.sections.reasons import REASONS
from portal.web.desk.sections.way_back import WAY_BACK
from portal.web.desk.sections.window import WINDOW

SECTIONS: tuple[Section, ...] = (
    WINDOW,
    BARRED,
    FEES,
    CONDITIONS,
    REASONS,
    OFFERS,
    WAY_BACK,
    AUTHORIZATION,
    AFTER_CHECK,
    DEADLINES,
    PEOPLE,
)


__all__ = ["SECTIONS", "Rows", "Section", "rows_of", "section_of"]


def section_of(name: str) -> Section:
    """Raises NotFound."""
    for section in SECTIONS:
        if section.name == name:
            return section
    raise NotFound("section")


def rows_of(name: str) -> tuple[Section, Rows]:
    """A list by its name, with the section that it stands in. Raises NotFound."""
    for section in SECTIONS:
        for rows in section.rows:
            if rows.name == name:
                return section, rows
    raise NotFound("list")
