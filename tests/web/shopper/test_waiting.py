"""A shopper who waits for what is sold out, and would rather have something else after all."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.db import session
from portal.notices import SentMail
from portal.policies import Instead
from portal.refunds.exchanges import giving_up
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.refunds.test_exchanges import checked, legs
from tests.web.shopper.test_exchanges import SHIRT, page, swapping, told
from tests.web.shopper.walking import heading, main, on

WAY = "Do not wait any more…"


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    return swapping(shop, at)


def waiting(swap: Swap, price: int = 4000, **facts: str) -> uuid.UUID:
    """What came was checked, and what was chosen is sold out."""
    hat = swap.stock("HAT", price, 3, product="Hat")
    return_ = swap.swap(swap.order(SHIRT, **facts), {1: 1}, hat, Instead.WAIT)
    checked(swap, return_)
    if price > 4000:
        swap.pay_for(return_)
    swap.sell_out(return_)
    swap.work()
    assert swap.exchange(return_).state == "waiting"
    return return_


def address(return_: uuid.UUID) -> str:
    return f"/s/{status_token(return_)}/waiting"


def mailed(shop: Shop, word: str) -> str:
    """The text of the one mail whose subject has the word."""
    with shop.transaction(reading=True):
        return session.scalars(sa.select(SentMail.text).where(SentMail.subject.contains(word))).one()


def actors(shop: Shop, return_: uuid.UUID, *events: Event) -> list[tuple[str, str]]:
    with shop.transaction(reading=True):
        query = sa.select(Trail.event, Trail.actor_kind).where(Trail.chain == return_).order_by(Trail.no)
        return [(event, kind) for event, kind in session.execute(query) if event in events]


@pytest.mark.parametrize(
    "case", [("original", "payment", "money back"), ("store_credit", "store_credit", "store credit instead.")]
)
def test_who_waits_takes_money_or_credit_instead_once(
    shop: Shop, swap: Swap, client: ShopClient, case: tuple
) -> None:
    return_, (to, gone, said) = waiting(swap), case
    link = next(a for a in page(client, return_).all("a") if a.text == WAY)
    asked = client.get(link["href"])
    assert "Hat" in main(asked).text and "€40.00" in main(asked).text
    for htmx in (False, True):  # a double click
        answer = client.send(asked, "/waiting", instead=to, htmx=htmx)
        assert "You do not wait for it any more" in on(client, answer).text
    swap.work()
    assert legs(shop, return_) == [("exchange", 4000, "cancelled"), (gone, 4000, "succeeded")]
    assert (swap.exchange(return_).state, swap.state(return_)) == ("ended", "closed")
    done = [(Event.EXCHANGE_UNWANTED, "shopper"), (Event.EXCHANGE_ENDED, "shopper")]
    assert actors(shop, return_, Event.EXCHANGE_UNWANTED, Event.EXCHANGE_ENDED) == done
    seen = told(client, return_)
    assert "You chose not to wait for it any more" in seen and WAY not in seen
    text = mailed(shop, "You no longer wait")
    assert "You chose not to wait any more, so this is not sent to you:" in text and said in text
    assert "say so on the page of your return" in mailed(shop, "Sold out for now")
    assert broken(shop.app) == {}


def test_it_must_be_said_what_instead_and_only_what_is_offered(
    shop: Shop, swap: Swap, client: ShopClient
) -> None:
    return_ = waiting(swap)
    asked = client.get(address(return_))
    for typed in (None, "", "wait", "exchange", "gift_card"):
        refused = client.send(asked, "/waiting", instead=typed)
        assert refused.status_code == 422
        assert read(refused.text).one(id="at-instead-error").text == "Choose what you would like."
    assert swap.exchange(return_).state == "waiting"


@pytest.mark.parametrize("first", ["there", "given up"])
def test_of_shopper_and_desk_the_later_sees_what_the_first_did(
    shop: Shop, swap: Swap, client: ShopClient, first: str
) -> None:
    return_ = waiting(swap)
    asked = client.get(address(return_))
    if first == "there":
        swap.keep_again(return_)
    else:
        with swap.on_exchange(return_) as exchange:
            giving_up.give_up(exchange, giving_up.chosen(exchange.return_), swap.clerk)
    late = client.send(asked, "/waiting", instead="original")
    assert late.status_code == 303 and late.location.endswith(status_token(return_))
    assert "changed" in on(client, late).text
    assert actors(shop, return_, Event.EXCHANGE_UNWANTED) == []
    assert swap.exchange(return_).state == ("to_ship" if first == "there" else "ended")
    assert on(client, client.get(address(return_))).request.path.endswith(status_token(return_))


def test_what_was_paid_on_top_goes_back_but_once(shop: Shop, swap: Swap, client: ShopClient) -> None:
    return_ = waiting(swap, 6000)
    asked = client.get(address(return_))
    assert "€40.00" in main(asked).text and "€20.00" not in main(asked).text  # which went back at once
    on(client, client.send(asked, "/waiting", instead="original"))
    swap.work()
    assert swap.state(return_) == "closed" and broken(shop.app) == {}
    assert "€20.00" not in mailed(shop, "You no longer wait")


@pytest.mark.sqlite
def test_what_was_asked_for_and_taken_back_is_no_reason_later(
    shop: Shop, swap: Swap, client: ShopClient, at: Callable[..., None]
) -> None:
    """It need not be paid since it was sold out, so nobody was late with it."""
    hat = swap.stock("HAT", 6000, 3, product="Hat")
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, hat, Instead.WAIT)
    checked(swap, return_)
    swap.sell_out(return_)
    at(clock.now() + timedelta(days=60))
    swap.work()
    with swap.on_exchange(return_) as exchange:
        giving_up.give_up(exchange, giving_up.chosen(exchange.return_), swap.clerk)
    swap.work()
    assert "We are sorry: this is not sent to you after all." in mailed(shop, "We cannot send")


@pytest.mark.sqlite
def test_before_anything_has_come_it_is_refunded_once_that_is_checked(
    shop: Shop, at: Callable[..., None], client: ShopClient
) -> None:
    swap = swapping(shop, at, ship="at_once")
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3), Instead.WAIT)
    swap.work()
    swap.sell_out(return_)
    asked = client.get(address(return_))
    assert "You get it once what you send back is checked." in main(asked).text
    on(client, client.send(asked, "/waiting", instead="original"))
    checked(swap, return_)
    assert legs(shop, return_) == [("payment", 4000, "succeeded")] and broken(shop.app) == {}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "case",
    [("de", "Möchten Sie lieber nicht warten?", "nicht mehr"), ("he", "מעדיפים לא לחכות?", "כבר לא מחכים")],
)
def test_it_is_said_in_the_shoppers_language(shop: Shop, swap: Swap, client: ShopClient, case: tuple) -> None:
    language, title, subject = case
    return_ = waiting(swap, language=language)
    asked = client.get(address(return_))
    assert heading(asked) == title
    on(client, client.send(asked, "/waiting", instead="store_credit"))
    swap.work()
    assert mailed(shop, subject)
