"""Asking the gateways, and keeping what they say until it is compared."""

import uuid
from collections.abc import Sequence
from typing import Any

from portal.db import here
from portal.ids import uuid7
from portal.inserting import insert_all_new
from portal.reconciling.facts import NAMED
from portal.reconciling.models import GatewayLine
from portal.refunds.gateways import connect
from portal.refunds.gateways.port import (
    Movement,
    RefundState,
    SeenRefund,
    UnknownPayment,
    UnknownRefund,
    Way,
)

Missing = tuple[str, str, Way]
Seen = SeenRefund | Movement


def known(name: str) -> bool:
    """Whether there is an adapter: nobody else can be asked."""
    try:
        connect(name, here())
    except LookupError:
        return False
    return True


def look(gateway: str, reference: str, way: Way, shop: uuid.UUID | None) -> tuple[str, Seen] | None:
    """One refund or payment by its reference: the network. None: the gateway knows nothing of it."""
    assert shop
    asked = connect(gateway, shop)
    try:
        return gateway, asked.read_payment(reference) if way is Way.IN else asked.read(reference)
    except (UnknownRefund, UnknownPayment):
        return None


def keep(run: uuid.UUID, gateway: str, movements: Sequence[Movement]) -> None:
    """A page of a journal, with the run locked."""
    if movements:
        insert_all_new(GatewayLine, [_moved(run, gateway, one) for one in movements])


def _moved(run: uuid.UUID, gateway: str, one: Movement) -> dict[str, Any]:
    said = {"at": one.at, "amount": one.amount, "currency": one.currency, "leg": _named(one)}
    return _row(run, gateway, one.reference, one.way) | said


def _row(run: uuid.UUID, gateway: str, reference: str, way: Way) -> dict[str, Any]:
    named = {"gateway": gateway, "reference": reference[:120], "way": way, "state": "", "leg": ""}
    return {"id": uuid7(), "tenant_id": here(), "run_id": run, **named}


def _named(one: Movement) -> str:
    """The leg that a refund names, or the demand and the number of the try; the demand that a payment names.
    Empty if it was made for another shop."""
    about = one.metadata
    if about.get("shop") != str(here()):
        return ""
    demand = about.get("demand", "")
    named = demand if one.way is Way.IN else about.get("leg") or f"{demand}/{about.get('try', '')}"
    return named if NAMED.fullmatch(named) else ""


def keep_seen(run: uuid.UUID, found: Sequence[tuple[str, Seen]]) -> None:
    """What was asked for one by one, with the run locked."""
    rows = [
        _moved(run, gateway, seen) if isinstance(seen, Movement) else _refund(run, gateway, seen)
        for gateway, seen in found
    ]
    if rows:
        insert_all_new(GatewayLine, rows)


def _refund(run: uuid.UUID, gateway: str, seen: SeenRefund) -> dict[str, Any]:
    said = {"at": seen.created_at, "amount": seen.amount, "currency": seen.currency}
    state = "" if seen.state is RefundState.SUCCEEDED else seen.state.value
    return _row(run, gateway, seen.reference, Way.OUT) | said | {"state": state}
