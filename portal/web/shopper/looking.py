"""A return's page as its shopper sees it, for staff to look at: no visit, no secret and no form is in it."""

import uuid

from flask import g, url_for

from portal.i18n import say
from portal.people import Permission
from portal.web.bands import Band
from portal.web.shopper.following import status_page
from portal.web.shopper.links import whole_return
from portal.web.shopper.wizard import behalf
from portal.web.staff import permitted

READING = (Permission.READ_RETURNS, Permission.READ_MONEY, Permission.READ_ADDRESSES)


@behalf.get("/returns/<uuid:id>")
@permitted(*READING)
def looking(id: uuid.UUID) -> str:
    return_ = whole_return(id)
    text = say(
        "You see this page as {name} sees it. Nothing on it can be sent.",
        name=return_.addressee or return_.email,
    )
    g.band = Band(text, say("Back to the record"), url_for("desk.record", id=id))
    return status_page(return_)
