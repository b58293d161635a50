"""Taking orders that the shop's own system sends: all in the caller's transaction, a result for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.audit import Actor, Event, record
from portal.i18n import Message, say
from portal.orders.facts import OrderFacts
from portal.orders.importing import BATCH, Waiting, store
from portal.orders.storing import Outcome
from portal.tenants import locked_shop

MOST = BATCH  # orders at once: as many as an import writes in one transaction
IN_USE = say("it is in use just now; send it again")


@dataclass(frozen=True)
class Taken:
    """What became of an order. `again`: it was in use, and would be taken at another moment."""

    outcome: Outcome
    reason: Message | None = None
    again: bool = False


def take(orders: Sequence[OrderFacts], by: Actor) -> list[Taken]:
    """Store settled orders, at most MOST; what became of each, in order. Waits for nobody's order.

    A refused order may have been taken in part, as docs/orders.md says. Locks the shop if one was taken.
    """
    results, busy = store([Waiting(place, order) for place, order in enumerate(orders)])
    found = {result.line: Taken(result.outcome, result.reason) for result in results}
    found |= {one.line: Taken(Outcome.REFUSED, IN_USE, again=True) for one in busy}
    taken = [found[place] for place in range(len(orders))]
    counts = Counter(one.outcome for one in taken)
    if counts[Outcome.IMPORTED] or counts[Outcome.UPDATED]:
        said: dict[str, Any] = {outcome.value: counts[outcome] for outcome in Outcome}
        record(locked_shop(), Event.ORDERS_IMPORTED, by, **said)
    return taken
