"""On what paper something is printed: what is offered, the usual one first; and what both sides may print."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from portal.documents.values import Paper
from portal.i18n import Message, say
from portal.refunds.credit_notes import CreditNote
from portal.refunds.credit_notes.papers import credit_note_pdf
from portal.web.shops import this_face

LETTER_COUNTRIES = frozenset({"US", "CA"})
NAMES = {
    Paper.A4: say("A4"),
    Paper.LETTER: say("Letter"),
    Paper.A6: say("A6"),
    Paper.ROLL: say("Label printer, 100 × 150 mm"),
}


@dataclass(frozen=True)
class Choice:
    paper: str
    name: Message
    usual: bool


def usual_paper() -> Paper:
    """What printers of the shop's country hold."""
    return Paper.LETTER if this_face().country in LETTER_COUNTRIES else Paper.A4


def papers() -> Sequence[Choice]:
    """The usual sheet, a label printer's roll, the other sheet."""
    usual = usual_paper()
    other = Paper.A4 if usual is Paper.LETTER else Paper.LETTER
    return [Choice(paper.value, NAMES[paper], paper is usual) for paper in (usual, Paper.ROLL, other)]


def paper_asked() -> Paper:
    """The paper that the address names, else the usual one."""
    word = request.args.get("paper", "")
    return Paper(word) if word in set(Paper) else usual_paper()


def credit_note_of(note: CreditNote) -> Response:
    """As a PDF to keep, on a sheet of its country."""
    response = Response(credit_note_pdf(note, usual_paper()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{note.number}.pdf"'
    return response
