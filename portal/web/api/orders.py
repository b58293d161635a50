"""Orders in: what docs/orders.md describes, one order or many, each with what became of it."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response
from pydantic import ValidationError

from portal.orders.facts import OrderFacts, Unfit
from portal.orders.reading import homeward, one
from portal.orders.storing import Outcome
from portal.orders.taking import MOST, Taken, take
from portal.people.scopes import KeyScope
from portal.web.actor import actor
from portal.web.api.blueprint import api, keyed
from portal.web.api.bodies import body, each, parsed
from portal.web.api.describing import described
from portal.web.api.faults import fault_of, faults_of
from portal.web.api.models import SentOrders, TakenOrders
from portal.web.api.repeating import Said, once
from portal.web.problems import Fault, Wrong


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
    sent = [_read(at, value) for at, value in each(parsed(raw), "orders", MOST)]
    if not any(order.facts for order in sent):
        raise Wrong(422, "No order could be read, so nothing was done.", [f for o in sent for f in o.faults])
    said, again = once(raw, lambda: _take(sent))
    answer = Response(json.dumps(said), mimetype="application/json")
    if again:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _read(at: str, value: Any) -> Sent:
    if not isinstance(value, dict):
        return Sent(at, "", None, (Fault(at, "an order is an object"),))
    try:
        facts = one(value)
        return Sent(at, facts.number, facts)
    except ValidationError as error:
        return Sent(at, homeward.number_of(value), None, faults_of(at, error))
    except Unfit as error:
        return Sent(at, homeward.number_of(value), None, (fault_of(at, error),))


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
