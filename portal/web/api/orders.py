"""Orders in: what docs/orders.md describes, one order or many, each with what became of it."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response
from pydantic import ValidationError

from portal.orders.facts import OrderFacts, Unfit
from portal.orders.reading import fields, homeward, one
from portal.orders.storing import Outcome
from portal.orders.taking import MOST, Taken, take
from portal.people.scopes import KeyScope
from portal.web.actor import actor
from portal.web.api.blueprint import api, keyed
from portal.web.api.bodies import body, parsed
from portal.web.api.describing import described
from portal.web.api.models import SentOrders, TakenOrders
from portal.web.api.repeating import Said, once
from portal.web.problems import Fault, Wrong

FEW = 20  # faults that are told of one order


@dataclass(frozen=True)
class Sent:
    """An order of the body, at its place, and what it says or why it says nothing."""

    at: str
    number: str
    facts: OrderFacts | None
    faults: tuple[Fault, ...] = ()


@api.post("/orders", provide_automatic_options=False)
@described(TakenOrders, KeyScope.WRITE_ORDERS, takes=SentOrders)
@keyed(KeyScope.WRITE_ORDERS)
def write_orders() -> Response:
    """Add orders, or bring them up to date. Sending the same again changes nothing."""
    raw = body()
    sent = [_read(at, value) for at, value in _orders(parsed(raw))]
    if not any(order.facts for order in sent):
        raise Wrong(422, "No order could be read, so nothing was done.", [f for o in sent for f in o.faults])
    said, again = once(raw, lambda: _take(sent))
    answer = Response(json.dumps(said), mimetype="application/json")
    if again:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _orders(value: Any) -> list[tuple[str, Any]]:
    """Each order with the way to it: the body is one, a list of them, or an object that holds the list."""
    way = ""
    if isinstance(value, dict) and value.keys() == {"orders"}:
        way, value = "/orders", value["orders"]
        if not isinstance(value, list):
            raise Wrong(422, faults=[Fault(way, "a list of orders")])
    if not isinstance(value, list):
        return [(way, value)]
    if not 0 < len(value) <= MOST:
        raise Wrong(422, faults=[Fault(way, f"1 to {MOST} orders")])
    return [(f"{way}/{place}", order) for place, order in enumerate(value)]


def _read(at: str, value: Any) -> Sent:
    if not isinstance(value, dict):
        return Sent(at, "", None, (Fault(at, "an order is an object"),))
    try:
        facts = one(value)
        return Sent(at, facts.number, facts)
    except ValidationError as error:
        return Sent(at, homeward.number_of(value), None, _faults(at, error))
    except Unfit as error:
        return Sent(at, homeward.number_of(value), None, (Fault(at, str(error.message)),))


def _faults(at: str, error: ValidationError) -> tuple[Fault, ...]:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return tuple(Fault(at + _pointer(fault["loc"]), fault["msg"]) for fault in found[:FEW])


def _pointer(way: tuple[int | str, ...]) -> str:
    """RFC 6901. Names that a stranger wrote are cut short, and hold nothing that a terminal would act on."""
    parts = [fields.shown(str(part)).replace("~", "~0").replace("/", "~1") for part in way]
    return "".join(f"/{part}" for part in parts)


def _take(sent: list[Sent]) -> Said:
    readable = [order.facts for order in sent if order.facts]
    taken = iter(take(readable, actor()))
    told = [_told(order, next(taken) if order.facts else None) for order in sent]
    counts = {outcome.value: sum(o["outcome"] == outcome for o in told) for outcome in Outcome}
    return {"orders": told, "counts": counts}


def _told(order: Sent, taken: Taken | None) -> Said:
    faults = list(order.faults)
    if taken and taken.reason:
        faults.append(Fault(order.at, str(taken.reason)))
    return {
        "number": order.number,
        "source": order.facts.source if order.facts else None,
        "id": order.facts.external_id if order.facts else None,
        "outcome": (taken.outcome if taken else Outcome.REFUSED).value,
        "retry": bool(taken and taken.again),
        "errors": [fault.said() for fault in faults],
    }
