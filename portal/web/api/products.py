"""Products in: what docs/catalogue.md describes, one product or many, each with what became of it."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response
from pydantic import ValidationError

from portal.catalogue.facts import ProductFacts
from portal.catalogue.reading import homeward, one
from portal.catalogue.taking import MOST, MOST_VARIANTS, take
from portal.orders.facts import Unfit
from portal.orders.importing import Result
from portal.orders.storing import Outcome
from portal.people.scopes import KeyScope
from portal.tenants import this_shop
from portal.web.actor import actor
from portal.web.api.blueprint import api, keyed
from portal.web.api.bodies import body, each, parsed
from portal.web.api.describing import described
from portal.web.api.faults import fault_of, faults_of
from portal.web.api.models import SentProducts, TakenProducts
from portal.web.api.repeating import Said, once
from portal.web.problems import Fault, Wrong


@dataclass(frozen=True)
class Sent:
    """A product of the body, at its place, and what it says or why it says nothing."""

    at: str
    id: str
    facts: ProductFacts | None
    faults: tuple[Fault, ...] = ()


@api.post("/products", provide_automatic_options=False)
@described(TakenProducts, KeyScope.WRITE_PRODUCTS, takes=SentProducts)
@keyed(KeyScope.WRITE_PRODUCTS)
def write_products() -> Response:
    """Add products with their levels, or bring them up to date. Sending the same again changes nothing."""
    raw = body()
    currency = this_shop().currency
    sent = [_read(at, value, currency) for at, value in each(parsed(raw), "products", MOST)]
    readable = [product.facts for product in sent if product.facts]
    if not readable:
        raise Wrong(
            422, "No product could be read, so nothing was done.", [f for s in sent for f in s.faults]
        )
    if sum(len(facts.variants) for facts in readable) > MOST_VARIANTS:
        raise Wrong(422, faults=[Fault("", f"at most {MOST_VARIANTS} variants at once")])
    said, again = once(raw, lambda: _take(sent, readable))
    answer = Response(json.dumps(said), mimetype="application/json")
    if again:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _read(at: str, value: Any, currency: str) -> Sent:
    if not isinstance(value, dict):
        return Sent(at, "", None, (Fault(at, "a product is an object"),))
    try:
        facts = one(value, currency)
        return Sent(at, facts.external_id, facts)
    except ValidationError as error:
        return Sent(at, homeward.id_of(value), None, faults_of(at, error))
    except Unfit as error:
        return Sent(at, homeward.id_of(value), None, (fault_of(at, error),))


def _take(sent: list[Sent], readable: list[ProductFacts]) -> Said:
    taken = iter(take(readable, actor()))
    told = [_told(product, next(taken) if product.facts else None) for product in sent]
    counts = {outcome.value: sum(p["outcome"] == outcome for p in told) for outcome in Outcome}
    return {"products": told, "counts": counts}


def _told(product: Sent, taken: Result | None) -> Said:
    faults = list(product.faults)
    if taken and taken.reason:
        faults.append(Fault(product.at, str(taken.reason)))
    return {
        "id": product.id,
        "source": product.facts.source if product.facts else None,
        "outcome": (taken.outcome if taken else Outcome.REFUSED).value,
        "errors": [fault.said() for fault in faults],
    }
