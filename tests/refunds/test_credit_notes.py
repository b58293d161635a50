"""The credit note of each approved refund: its number, what it says, and what takes it back."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import session
from portal.documents.values import Paper
from portal.money import TEST_CURRENCY
from portal.policies import Resolution
from portal.refunds.approving import approve
from portal.refunds.credit_notes import CreditNote, CreditNoteNames, NoteKind
from portal.refunds.credit_notes.papers import credit_note_pdf, notes_of
from portal.refunds.quoting import payable_items, plan_for
from portal.tenants import locked_shop
from tests.documents.reading import pages
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop, find_shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

FEE = {"id": "all", "match": {}, "label": "Restocking", "points": 1000}
BOOTS = Sold(23_800, 2, "BOOT", "Boots", taxes={"19": 3_800})
BOOK = Sold(1_070, 1, "BOOK", "Book", taxes={"7": 70})
RATES = {"19": [10_000, 1_900], "7": [1_000, 70]}


@contextmanager
def ruled(trade: Trade, **changes: Any) -> Iterator[None]:
    """A time at which orders are under another policy."""
    trade.rule(policy(**changes))
    with clock.at(clock.now() + timedelta(days=10)):
        yield


def notes(shop: Shop, return_: uuid.UUID) -> Sequence[CreditNote]:
    with shop.transaction(reading=True) as own:
        found = notes_of(return_)
        own.expunge_all()
        return found


def words(shop: Shop, note: CreditNote) -> str:
    with shop.transaction(reading=True):
        return " ".join(pages(credit_note_pdf(note, Paper.A4)))


def sums(note: CreditNote) -> tuple[int, int, int, int, int]:
    return note.net, note.tax, note.fees, note.shipping, note.total


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def test_a_part_of_an_order_is_credited_net_and_by_rate_with_what_was_kept(shop: Shop, trade: Trade) -> None:
    with ruled(trade, fees=[FEE]):
        order = trade.order(BOOTS, BOOK, number="FF-1", name="Jörg Ĉapelo", address=["Große Straße 48"])
        (note,) = notes(shop, trade.go_whole_way(order, {1: 1, 2: 1}))
    assert (note.number, note.kind, note.taxes) == ("CN-000001", NoteKind.CREDIT, RATES)
    assert sums(note) == (11_000, 1_970, 1_100, 490, 11_380)
    read = words(shop, note)
    for said in (
        *(
            "CN-000001",
            "FF-1",
            "Jörg Ĉapelo",
            "Große Straße 48",
            "Werftstraße 114",
            "1 × Boots BOOT €100.00 €19.00",
        ),
        *("Tax 19 % on €100.00 €19.00", "Tax 7 % on €10.00 €0.70", "Restocking fee, kept -€11.00"),
        *("Return label, kept -€4.90", "Credited €113.80", "Card: €113.80"),
    ):
        assert said in read, said


def test_tax_on_top_is_credited_with_the_net(shop: Shop, trade: Trade) -> None:
    sold = Sold(10_000, 2, taxes={"8.875": 888, "1": 100})
    (note,) = notes(shop, trade.go_whole_way(trade.order(sold, prices_include_tax=False), {1: 1}, "damaged"))
    assert note.taxes == {"8.875": [5_000, 444], "1": [5_000, 50]}
    assert sums(note) == (5_000, 494, 0, 0, 5_494)


def test_delivery_that_goes_back_stands_on_it_with_its_tax(shop: Shop, trade: Trade) -> None:
    facts = {"delivery_charged": 595, "delivery_standard": 595, "delivery_taxes": {"19": 95}}
    order = trade.order(BOOTS, paid=[24_395], **facts)
    (note,) = notes(shop, trade.go_whole_way(order, {1: 2}, "damaged"))
    assert (note.delivery, note.taxes) == ([500, 95], {"19": [20_500, 3_895]})
    assert sums(note) == (20_500, 3_895, 0, 0, 24_395)
    assert "Delivery €5.00 €0.95 €5.95" in words(shop, note)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("currency", "said"), [("JPY", "¥11,900"), ("EUR", "€119.00"), ("KWD", "KWD 11.900")]
)
def test_amounts_have_their_currencys_decimals(shop: Shop, trade: Trade, currency: str, said: str) -> None:
    (note,) = notes(shop, credited_in(trade, currency))
    assert f"Credited {said}" in words(shop, note) and note.total == 11_900


def credited_in(trade: Trade, currency: str) -> uuid.UUID:
    """A return of one of the boots; in a currency that the policy has no limits in, a person lets it pass."""
    back = trade.ask(trade.order(BOOTS, currency=currency), {1: 1}, "damaged")
    if look(trade.shop, back).return_.state == "requested":
        trade.authorize(back)
    trade.receive(back)
    trade.inspect(back)
    trade.approve(back)
    return back


def test_an_approval_taken_back_has_a_note_of_its_own_that_cancels_the_first(
    shop: Shop, trade: Trade
) -> None:
    back = trade.go_whole_way(trade.order(BOOTS, BOOK), {1: 1, 2: 1})
    trade.cancel_refund(look(shop, back).refunds[0].id)
    trade.cancel_refund(look(shop, back).refunds[0].id)
    trade.approve(back)
    first, cancels, again = notes(shop, back)
    assert [one.number for one in (first, cancels, again)] == ["CN-000001", "CN-000002", "CN-000003"]
    assert sums(cancels) == tuple(-amount for amount in sums(first)) and sums(again) == sums(first)
    read = words(shop, cancels)
    assert "Cancels credit note CN-000001 of " in read and "1 × Boots BOOT -€100.00" in read
    assert "Goes to" not in read
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_is_kept_whole_is_credited_too_and_a_test_is_not(shop: Shop, trade: Trade) -> None:
    with ruled(trade, fees=[{**FEE, "points": 10_000}], return_shipping={"EUR": 100_000}):
        with_fee = trade.go_whole_way(trade.order(Sold(1_190, taxes={"19": 190})), {1: 1})
    (note,) = notes(shop, with_fee)
    assert note.total == 0 and note.net + note.tax == note.fees + note.shipping == 1_190
    assert look(shop, with_fee).refunds[0].legs == []
    assert notes(shop, credited_in(trade, TEST_CURRENCY)) == []
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_note_reads_the_same_after_shop_and_order_have_changed(shop: Shop, trade: Trade) -> None:
    with shop.transaction():
        locked_shop().tax_number = "DE 811 907"
    order = trade.order(BOOTS, language="de", name="Nils Ek")
    (note,) = notes(shop, trade.go_whole_way(order, {1: 1}))
    before = words(shop, note)
    assert "Rechnungskorrektur" in before and "Nils Ek" in before and "Steuernummer: DE 811 907" in before
    with shop.transaction():
        held = locked_shop()
        held.tax_number = "DE 000 000"
        held.name, held.return_address, held.zone = "Elsewhere", ["Nowhere 1"], "Pacific/Apia"
        session.execute(sa.text("UPDATE orders SET name = 'Somebody', language = 'he', number = 'X'"))
    assert words(shop, note) == before


@pytest.mark.sqlite
def test_names_can_be_erased_and_the_note_stays(shop: Shop, trade: Trade) -> None:
    (note,) = notes(shop, trade.go_whole_way(trade.order(BOOTS, name="Nils Ek"), {1: 1}))
    with shop.transaction():
        session.execute(sa.delete(CreditNoteNames))
    read = words(shop, note)
    assert "CN-000001" in read and "Nils Ek" not in read
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), shop.transaction():
        session.execute(sa.delete(CreditNote))
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_stored_value_and_gifts_are_credited_to_the_buyer(shop: Shop, trade: Trade) -> None:
    order = trade.order(BOOTS, name="Nils Ek")
    (credit,) = notes(shop, trade.go_whole_way(order, {1: 1}, resolution=Resolution.STORE_CREDIT))
    assert "Store credit: " in words(shop, credit)
    with shop.transaction():
        locked_shop().gifts = True
    gift = trade.give_back(trade.order(BOOTS, name="Nils Ek"), {1: 1})
    trade.receive(gift)
    trade.inspect(gift)
    trade.approve(gift)
    (note,) = notes(shop, gift)
    assert "Nils Ek" in words(shop, note) and note.number == "CN-000002"


def test_each_shop_counts_for_itself_and_what_is_rolled_back_leaves_no_gap(shop: Shop, trade: Trade) -> None:
    back = [trade.go_whole_way(trade.order(BOOTS), {1: 1}) for _ in range(2)]
    other = find_shop(shop.app, "other")
    theirs = Trade(other)
    (note,) = notes(other, theirs.go_whole_way(theirs.order(BOOTS), {1: 1}))
    third = trade.ask(trade.order(BOOTS), {1: 1})
    trade.receive(third)
    trade.inspect(third)
    with pytest.raises(ZeroDivisionError), trade.on(third) as held:
        approve(held, plan_for(held, payable_items(held)).amount, trade.clerk, None)
        assert [one.number for one in notes_of(third)] == ["CN-000003"]
        raise ZeroDivisionError
    trade.approve(third)
    numbers = [one.number for id in (*back, third) for one in notes(shop, id)]
    assert numbers == ["CN-000001", "CN-000002", "CN-000003"] and note.number == "CN-000001"
