"""The shortcuts of the desk, and the switch that turns them off."""

from portal.i18n import say
from portal.people import Permission
from portal.web.desk.blueprint import desk
from portal.web.rendering import page
from portal.web.staff import permitted

KEYS = (
    ("j", say("Next row of the board, or next return of the view")),
    ("k", say("Row before, or return before")),
    ("x", say("Select or leave the row")),
    ("Enter", say("Open the row")),
    ("/", say("Find a return")),
    ("f", say("Authorize, or approve the refund")),
    ("d", say("Deny")),
    ("n", say("Write a note")),
    ("?", say("This page")),
)


@desk.get("/keys")
@permitted(Permission.READ_RETURNS)
def keys() -> str:
    return page("desk/keys.html", keys=KEYS)
