"""Store credit: who holds how much, and how it came about."""

import uuid

from flask import request

from portal.db import find
from portal.people import Permission
from portal.refunds.models import StoreCredit
from portal.views import credit as reading
from portal.web.desk.blueprint import desk
from portal.web.desk.board import LONGEST, beside, spot
from portal.web.desk.books import currency_asked
from portal.web.desk.wording import LINES
from portal.web.rendering import page
from portal.web.staff import permitted

READING = (Permission.READ_MONEY, Permission.READ_ADDRESSES)


@desk.get("/credits")
@permitted(*READING)
def credits() -> str:
    """Owners by address."""
    typed, currency = request.args.get("owner", "")[:LONGEST].strip(), currency_asked()
    found = reading.credits(typed, currency, spot())
    return page(
        "desk/credits.html",
        rows=found.rows,
        pages=beside("desk.credits", found, owner=typed or None, currency=currency or None),
        typed=typed,
        currency=currency,
        holdings=reading.holdings(),
    )


@desk.get("/credits/<uuid:credit>")
@permitted(*READING)
def statement(credit: uuid.UUID) -> str:
    """One owner's."""
    held = find(StoreCredit, credit)
    found = reading.statement(held, spot())
    return page(
        "desk/credit.html",
        credit=held,
        lines=found.rows,
        pages=beside("desk.statement", found, credit=credit),
        kinds=LINES,
        currency=held.currency,
        holdings=reading.holdings(),
    )
