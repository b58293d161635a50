"""The language in which the portal speaks to somebody of the staff."""

from portal.audit import Change, Event, record
from portal.db import find
from portal.errors import Refusal
from portal.i18n import LANGUAGES, say
from portal.people.models import User
from portal.people.sessions import Person
from portal.tenants import locked_shop


def choose_language(person: Person, language: str) -> None:
    """On pages and in mails to them; "" leaves it to the browser and the shop. Refusal for an unknown one."""
    if language and language not in LANGUAGES:
        raise Refusal(say("Choose one of the languages."), "language")
    shop, user = locked_shop(), find(User, person.id)
    if user.language != language:
        user.language = language
        record(shop, Event.PERSON_CHANGED, person.actor, [Change("staff_user", user.id)], language=language)
