"""Gift cards: what a refund puts on one, who sees the code, what a till takes off, and when it ends."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, locked, session
from portal.errors import Conflict, NotFound, Refusal
from portal.i18n import Amount
from portal.ids import ALPHABET, gift_code, print_gift, read_gift
from portal.ledger import Role
from portal.notices import Notice
from portal.people import OneTimeLink, Purpose
from portal.policies import Resolution
from portal.refunds import gift_cards, mailing
from portal.refunds.lifecycle import CardState
from portal.refunds.models import GiftCard, GiftCardEntry
from portal.refunds.values import Taken
from portal.returns.models import Return
from portal.returns.words import checked
from tests.harness.sales import SOCKS, approved, look, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy
from tests.refunds.test_refunds import balances

WORTH = 2912  # the socks less the label
Worker = Callable[[], int]


def issued(shop: Shop, worker: Worker) -> uuid.UUID:
    """A card with what the socks were worth."""
    approved(shop, sell(shop, SOCKS), resolution=Resolution.GIFT_CARD)
    worker()
    with shop.transaction(reading=True):
        return session.scalars(sa.select(GiftCard.id)).one()


def shown(shop: Shop, card: uuid.UUID) -> str | None:
    with shop.transaction():
        return gift_cards.show(locked(GiftCard, card), shop.actor())


def spend(shop: Shop, code: str, amount: int, reference: str) -> Taken:
    with shop.transaction():
        return gift_cards.spend(gift_cards.card_of(code), Amount(amount, "EUR"), reference, shop.actor())


def release(shop: Shop, reference: str) -> Taken:
    with shop.transaction():
        return gift_cards.release(reference, shop.actor())


def card(shop: Shop, id: uuid.UUID) -> GiftCard:
    with shop.transaction(reading=True):
        found = find(GiftCard, id)
        session.expunge(found)
        return found


def code_of(shop: Shop, id: uuid.UUID) -> str:
    code = shown(shop, id)
    assert code
    return code


@pytest.mark.sqlite
def test_a_code_has_a_check_character_and_is_read_as_people_type_it() -> None:
    code = gift_code(b"key", "seed")
    assert len(code) == 20 and set(code) <= set(ALPHABET)
    assert read_gift(print_gift(code)) == read_gift(f" gift {code.lower()}") == code
    for place in range(20):
        other = ALPHABET[(ALPHABET.index(code[place]) + 1) % 32]
        assert read_gift(code[:place] + other + code[place + 1 :]) is None
    assert read_gift(code[:-1]) is None and read_gift("") is None
    assert gift_code(b"key", "other") != code != gift_code(b"another", "seed")


def test_a_refund_puts_its_amount_on_a_card_and_mails_the_link_to_its_code(
    shop: Shop, worker: Worker
) -> None:
    id = issued(shop, worker)
    assert (card(shop, id).balance, card(shop, id).state) == (WORTH, CardState.OPEN)
    assert balances(shop)[Role.GIFT_CARD_LIABILITY] == -WORTH
    assert Role.REFUNDS_PAYABLE not in balances(shop)
    with shop.transaction(reading=True):
        link = session.scalars(sa.select(OneTimeLink)).one()
        assert (link.purpose, link.subject, link.order_id) == (
            Purpose.SHOW_CARD, id, find(GiftCard, id).order_id,
        )  # fmt: skip
        assert session.scalars(sa.select(Notice.event).where(Notice.about == link.id)).all() == ["gift_card"]
    assert broken(shop.app) == {}


def test_the_code_is_shown_for_some_minutes_and_then_nobody_can_work_it_out(
    shop: Shop, worker: Worker, at: Callable[..., None]
) -> None:
    id = issued(shop, worker)
    code = shown(shop, id)
    assert code and code[-4:] == card(shop, id).ending
    assert gift_cards.hash_of(code) == card(shop, id).code_hash
    at(clock.now() + timedelta(minutes=4))
    assert shown(shop, id) == code
    at(clock.now() + timedelta(minutes=2))
    assert shown(shop, id) is None
    worker()
    assert card(shop, id).seed is None and shown(shop, id) is None
    assert spend(shop, code, 12, "T-1").left == WORTH - 12
    assert broken(shop.app) == {}


def test_a_reference_spends_once_and_the_same_again_changes_nothing(shop: Shop, worker: Worker) -> None:
    code = code_of(shop, issued(shop, worker))
    first = spend(shop, print_gift(code), 2000, "FF-1")
    assert (first.left, first.again) == (912, False)
    again = spend(shop, code, 2000, " FF-1 ")
    assert (again.left, again.again, again.entry) == (912, True, first.entry)
    with pytest.raises(Conflict):
        spend(shop, code, 1999, "FF-1")
    with pytest.raises(Refusal, match="left"):
        spend(shop, code, 913, "FF-2")
    assert balances(shop)[Role.GIFT_CARD_LIABILITY] == -912
    assert balances(shop)[Role.STORED_VALUE_CLEARING] == -2000
    assert broken(shop.app) == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("amount", [0, -5, WORTH + 1, 2**70])
def test_what_cannot_be_spent_is_refused(shop: Shop, worker: Worker, amount: int) -> None:
    code = code_of(shop, issued(shop, worker))
    with pytest.raises(Refusal):
        spend(shop, code, amount, "FF-1")
    with pytest.raises(Refusal), shop.transaction():
        gift_cards.spend(gift_cards.card_of(code), Amount(100, "USD"), "FF-1", shop.actor())


@pytest.mark.sqlite
@pytest.mark.parametrize("reference", ["", "  ", "x" * 41, "a\nb", "a\x00b"])
def test_a_reference_that_is_none_is_refused(shop: Shop, worker: Worker, reference: str) -> None:
    code = code_of(shop, issued(shop, worker))
    with pytest.raises(Refusal):
        spend(shop, code, 1, reference)


@pytest.mark.sqlite
def test_a_mistyped_code_is_told_from_an_unknown_one(shop: Shop) -> None:
    with pytest.raises(Refusal, match="code"), shop.transaction():
        gift_cards.card_of("GIFT-0000")
    with pytest.raises(NotFound), shop.transaction():
        gift_cards.card_of(gift_code(b"k", "nobody's"))


def test_what_a_sale_took_that_did_not_happen_is_released_once(shop: Shop, worker: Worker) -> None:
    id = issued(shop, worker)
    code = code_of(shop, id)
    spend(shop, code, 2000, "FF-1")
    assert release(shop, "FF-1").left == WORTH
    assert release(shop, "FF-1").again
    assert card(shop, id).balance == WORTH
    assert Role.STORED_VALUE_CLEARING not in balances(shop)
    with pytest.raises(Conflict):
        spend(shop, code, 2000, "FF-1")
    with pytest.raises(NotFound):
        release(shop, "FF-2")
    assert broken(shop.app) == {}


def test_a_blocked_card_spends_nothing_and_keeps_what_it_has(shop: Shop, worker: Worker) -> None:
    id = issued(shop, worker)
    code = code_of(shop, id)
    spend(shop, code, 12, "T-1")
    with shop.transaction():
        gift_cards.block(locked(GiftCard, id), "Stolen, says the shopper.", shop.actor())
    with pytest.raises(Refusal, match="blocked"):
        spend(shop, code, 1, "T-2")
    assert spend(shop, code, 12, "T-1").again, "the till asks again about what it has done"
    assert release(shop, "T-1").left == WORTH
    with shop.transaction():
        gift_cards.unblock(locked(GiftCard, id), shop.actor())
    assert spend(shop, code, 1, "T-2").left == WORTH - 1
    assert broken(shop.app) == {}


def test_what_is_left_moves_to_a_new_card_and_the_old_code_is_worth_nothing(
    shop: Shop, worker: Worker
) -> None:
    old = issued(shop, worker)
    code = code_of(shop, old)
    spend(shop, code, 900, "T-1")
    with shop.transaction():
        new = gift_cards.reissue(locked(GiftCard, old), shop.actor()).id
    assert (card(shop, old).balance, card(shop, old).state) == (0, CardState.REPLACED)
    assert card(shop, new).balance == WORTH - 900
    with pytest.raises(Refusal, match="replaced"):
        spend(shop, code, 1, "T-2")
    assert release(shop, "T-1").left == WORTH, "what comes back comes to the new card"
    assert spend(shop, code_of(shop, new), WORTH, "T-3").left == 0
    with pytest.raises(Conflict), shop.transaction():
        gift_cards.reissue(locked(GiftCard, old), shop.actor())
    assert broken(shop.app) == {}


def test_links_are_mailed_until_the_code_was_shown_and_not_without_end(shop: Shop, worker: Worker) -> None:
    id = issued(shop, worker)
    for _ in range(4):
        with shop.transaction():
            mailing.mail_again(locked(GiftCard, id), shop.actor())
    with pytest.raises(Conflict, match="Enough"), shop.transaction():
        mailing.mail_again(locked(GiftCard, id), shop.actor())
    shown(shop, id)
    with pytest.raises(Conflict, match="shown"), shop.transaction():
        mailing.mail_again(locked(GiftCard, id), shop.actor())


def valid(shop: Shop, at: Callable[..., None], **months: int) -> None:
    """Under a policy by which stored value ends."""
    Trade(shop).rule(policy(valid_months=months))
    at(clock.now() + timedelta(days=10))


def test_a_card_ends_at_midnight_of_the_shop_after_so_many_months(
    shop: Shop, worker: Worker, at: Callable[..., None]
) -> None:
    at(datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Berlin")))
    valid(shop, at, gift_card=3)
    id = issued(shop, worker)
    end = card(shop, id).expires_at
    assert end == datetime(2027, 3, 1, 0, 0, tzinfo=ZoneInfo("Europe/Berlin")), "the last of February"
    code = code_of(shop, id)
    at(end - timedelta(seconds=1))
    worker()
    assert spend(shop, code, 12, "T-1").left == WORTH - 12
    at(end)
    with pytest.raises(Refusal, match="over"):
        spend(shop, code, 12, "T-2")
    worker()
    assert card(shop, id).balance == 0
    assert balances(shop)[Role.BREAKAGE_INCOME] == -(WORTH - 12)
    assert Role.GIFT_CARD_LIABILITY not in balances(shop)
    assert broken(shop.app) == {}


def test_what_is_released_after_its_time_may_be_spent_for_a_month_more(
    shop: Shop, worker: Worker, at: Callable[..., None]
) -> None:
    valid(shop, at, gift_card=1)
    id = issued(shop, worker)
    code = code_of(shop, id)
    spend(shop, code, 2000, "T-1")
    at(clock.now() + timedelta(days=60))
    worker()
    assert card(shop, id).balance == 0
    release(shop, "T-1")
    worker()
    assert spend(shop, code, 500, "T-2").left == 1500
    at(clock.now() + timedelta(days=40))
    worker()
    assert card(shop, id).balance == 0
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_without_a_rule_nothing_ends(shop: Shop, worker: Worker) -> None:
    assert card(shop, issued(shop, worker)).expires_at is None


@pytest.mark.sqlite
def test_a_code_is_no_note(shop: Shop) -> None:
    printed = print_gift(gift_code(b"key", "seed"))
    with pytest.raises(Refusal, match="gift card"):
        checked(f"The shopper says {printed}, but", "text")
    with pytest.raises(Refusal):
        checked(printed.removeprefix("GIFT-").lower(), "text")
    assert checked("0034 0434 1610 9400 0018", "text")


@pytest.mark.sqlite
def test_a_statement_tells_all_of_it(shop: Shop, worker: Worker) -> None:
    id = issued(shop, worker)
    code = code_of(shop, id)
    spend(shop, code, 100, "T-1")
    release(shop, "T-1")
    with shop.transaction(reading=True):
        lines = session.execute(sa.select(GiftCardEntry.kind, GiftCardEntry.amount)).all()
    assert [tuple(line) for line in lines] == [("issue", WORTH), ("spend", -100), ("release", 100)]
    assert look(shop, list_return(shop)).refunds[0].legs[0].card_id == id


def list_return(shop: Shop) -> uuid.UUID:
    with shop.transaction(reading=True):
        return session.scalars(sa.select(Return.id)).one()
