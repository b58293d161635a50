"""Taking products that the shop's own system sends: all in the caller's transaction, a result for each."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from portal import clock
from portal.audit import Actor, Event, record
from portal.catalogue.facts import ProductFacts
from portal.catalogue.importing import BATCH, store
from portal.orders.importing import Result, Waiting
from portal.orders.storing import Outcome
from portal.tenants import locked_shop

MOST = BATCH  # products at once
MOST_VARIANTS = 10_000  # of all of them together


def take(products: Sequence[ProductFacts], by: Actor) -> list[Result]:
    """Store products, at most MOST; what became of each, in order. Locks the shop if one was taken."""
    results = store([Waiting(0, product, no) for no, product in enumerate(products)], clock.now())
    counts = Counter(result.outcome for result in results)
    if counts[Outcome.IMPORTED] or counts[Outcome.UPDATED]:
        said: dict[str, Any] = {outcome.value: counts[outcome] for outcome in Outcome}
        record(locked_shop(), Event.PRODUCTS_IMPORTED, by, **said)
    return results
