"""Files of shop systems' APIs: whatever stands in them, and however much of it."""

import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.orders.adding_up import differences
from portal.orders.facts import OrderFacts, Refused
from portal.orders.reading import FORMATS, read
from tests.orders import api, woo
from tests.orders.files import order, results

Build = Callable[..., dict[str, Any]]
BUILDERS: dict[str, Build] = {"shopify-api": api.bought, "woocommerce": woo.bought}
MANUAL = Path(__file__).parents[2] / "docs" / "orders.md"
MANY, NOTE = 500, 50_000  # orders, and characters in each that are passed over
MOST_HELD = 10 << 20  # bytes: a window of the file, and what reading makes of it

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["1.00", "-1.00", "0", "31.90", "2026-05-01T00:00:00Z", "refunded", "paid"]),
    st.lists(st.one_of(st.integers(), st.text(max_size=5), st.dictionaries(st.text(max_size=5), st.none()))),
    st.dictionaries(st.sampled_from(["id", "amount", "total", "price", "shop_money"]), st.text(max_size=5)),
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(*way, key) for key, _ in inner]
    return found + [deep for key, one in list(inner) for deep in places(one, (*way, key))]


def full(format: str) -> dict[str, Any]:
    """An order with every list that the format has."""
    if format == "woocommerce":
        parcels = [{"tracking_number": "1", "date_shipped": "1"}]
        tracked = {"key": "_wc_shipment_tracking_items", "value": parcels}
        return woo.bought(
            refunds=[{"id": 1, "total": "-5.00"}],
            meta_data=[tracked, {"key": "wpml_language", "value": "de"}],
            fee_lines=[{"total": "0.00", "total_tax": "0.00", "taxes": []}],
        )
    parcel = {"status": "success", "created_at": "2026-05-02T09:00:00Z", "line_items": [{"id": 11}]}
    return api.bought(
        transactions=[api.sale()],
        refunds=[api.refund(api.back("5.00"), pieces=1)],
        fulfillments=[parcel],
        payment_details={"credit_card_company": "Visa", "credit_card_number": "4242"},
    )


@pytest.mark.parametrize("format", BUILDERS)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_field_the_order_is_read_or_refused(format: str, data: st.DataObject) -> None:
    """Two fields of an order hold anything; what is read adds up, or says that it does not."""
    content = full(format)
    for way in data.draw(st.lists(st.sampled_from(places(content)), min_size=1, max_size=2)):
        target = content
        try:
            for step in way[:-1]:
                target = target[step]
            target[way[-1]] = data.draw(odd)
        except (KeyError, IndexError, TypeError):
            continue
    for _, found in results(json.dumps(content), format):
        if isinstance(found, OrderFacts):
            assert len(found.flags) >= len(list(differences(found)))
            assert all(0 <= line.discount <= line.subtotal and line.quantity for line in found.lines)
            assert all(payment.captured >= 0 for payment in found.payments) and found.refunded_outside >= 0


@pytest.mark.parametrize("format", BUILDERS)
def test_memory_does_not_grow_with_a_file_of_the_api(format: str) -> None:
    build = BUILDERS[format]
    orders = (build(id=n, name=f"#{n}", number=f"{n}", note="x" * NOTE) for n in range(MANY))
    file = io.BytesIO("\n".join(map(json.dumps, orders)).encode())
    tracemalloc.start()
    taken = sum(isinstance(found, OrderFacts) for _, found in read(file))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken == MANY
    assert most < MOST_HELD < file.getbuffer().nbytes // 2


@pytest.mark.parametrize("format", ["homeward", *BUILDERS])
def test_a_file_of_another_format_is_refused_order_by_order(format: str) -> None:
    contents = {"homeward": order()} | {name: build() for name, build in BUILDERS.items()}
    for name, content in contents.items():
        ((_, found),) = results(json.dumps(content), format)
        assert isinstance(found, OrderFacts if name == format else Refused), (name, found)


def test_every_format_has_a_name_and_a_place_in_the_manual() -> None:
    manual = MANUAL.read_text()
    assert [name for name in FORMATS if f"| `{name}` |" not in manual] == []
