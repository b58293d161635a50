"""What goes out for what came back: the shop's own system asks what is to be sent, and says what was."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from flask import Response, json, request
from pydantic import Field

from portal.i18n import say
from portal.i18n.plainly import UNSEEN, written
from portal.people.scopes import KeyScope
from portal.refunds.exchanges.shipping import ship
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.views.exchanges import View, exchanges, held_exchange, numbered
from portal.views.paging import Spot
from portal.web.actor import actor
from portal.web.api.blueprint import api, keyed
from portal.web.api.bodies import asked_of
from portal.web.api.describing import described
from portal.web.api.models import Asked, Said
from portal.web.problems import Fault, Wrong

MOST = 50


class AskedExchanges(Asked):
    """Which part of what is to be sent."""

    after: uuid.UUID | None = Field(default=None, description="The last id of the part before.")


class Piece(Said):
    """`value` with its taxes, in minor units; `taxes` by rate."""

    sku: str
    title: str
    variant: str
    quantity: int
    value: int
    taxes: dict[str, int]


class ToSend(Said):
    """An exchange that may be sent. Amounts in minor units."""

    id: uuid.UUID
    number: str
    rma: str
    order: str = Field(description="The id of the first order, at its source.")
    released_at: datetime
    name: str
    address: list[str]
    country: str
    currency: str
    value: int
    lines: list[Piece]


class ToSendList(Said):
    """The longest waiting first; `next` is what `after` is next time, null at the end."""

    exchanges: list[ToSend]
    next: uuid.UUID | None


NUMBER = written(r"^[A-Za-z0-9-]+$", say("letters, digits and - are wanted"))
Label = Annotated[str, Field(max_length=60, pattern=written(r"^[^\x00-\x1f\x7f-\x9f]*$", UNSEEN))]


class Sent(Asked):
    number: Annotated[str, Field(max_length=24, pattern=NUMBER)]
    carrier: Label = ""
    tracking: Label = ""


class Shipped(Said):
    """`again`: it was said before, and nothing was done now."""

    number: str
    state: str
    again: bool


@api.get("/exchanges", provide_automatic_options=False)
@described(ToSendList, KeyScope.SHIP_EXCHANGES, asks=AskedExchanges)
@keyed(KeyScope.SHIP_EXCHANGES)
def read_exchanges() -> Response:
    """What is to be sent, with the address that it goes to."""
    if strange := sorted(set(request.args) - {"after"}):
        raise Wrong(422, faults=[Fault(name[:40], "no parameter of this", "query") for name in strange])
    found = exchanges(View.TO_SHIP, Spot(after=_after()), MOST)
    told = [_told(exchange) for exchange in found.rows]
    return _said(exchanges=told, next=str(found.after) if found.after else None)


def _after() -> uuid.UUID | None:
    text = request.args.get("after")
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Wrong(422, faults=[Fault("after", "an id that an answer gave", "query")]) from None


@api.post("/exchanges/shipped", provide_automatic_options=False)
@described(Shipped, KeyScope.SHIP_EXCHANGES, takes=Sent)
@keyed(KeyScope.SHIP_EXCHANGES)
def ship_exchange() -> Response:
    """It was sent: it is posted to the books, and the shopper is told."""
    asked = asked_of(Sent)
    id = numbered(asked.number)
    if id is None:
        raise Wrong(422, faults=[Fault("/number", "no exchange of this shop has this number")])
    found = held_exchange(id)
    again = found.state is ExchangeState.SHIPPED
    if found.state is ExchangeState.ENDED:
        raise Wrong(409, "This exchange was given up: nothing is to be sent.")
    if again and asked.tracking and " ".join(asked.tracking.split()) != found.tracking:
        raise Wrong(409, "This exchange was sent already, with another tracking number.")
    ship(found, asked.carrier, asked.tracking, actor())
    return _said(number=found.number, state=found.state.value, again=again)


def _told(exchange: Exchange) -> dict[str, Any]:
    order = exchange.return_.order
    return {
        "id": str(exchange.id),
        "number": exchange.number,
        "rma": exchange.return_.rma,
        "order": order.external_id,
        "released_at": (exchange.released_at or exchange.changed_at).isoformat(),
        "name": order.name,
        "address": list(order.address),
        "country": order.country,
        "currency": exchange.currency,
        "value": exchange.value,
        "lines": [_piece(line) for line in exchange.lines if line.quantity],
    }


def _piece(line: ExchangeLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "title": line.title,
        "variant": line.variant,
        "quantity": line.quantity,
        "value": line.value,
        "taxes": dict(line.taxes),
    }


def _said(**facts: Any) -> Response:
    return Response(json.dumps(facts), mimetype="application/json")
