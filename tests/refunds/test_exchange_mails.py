"""What the mails about an exchange say: of money only where money goes, and each thing once."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import session
from portal.notices import SentMail
from portal.policies import Grade, Instead
from portal.refunds.exchanges import shipping
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.swapping import SHIRT, Swap
from tests.harness.trading import policy
from tests.refunds.test_exchanges import checked

TOLD = {"en": "counted for your new article", "de": "neuen Artikel angerechnet", "he": "נזקפו לזכות"}


def mails(shop: Shop) -> list[tuple[str, str]]:
    """Subject and text of every mail, the first first."""
    with shop.transaction(reading=True):
        query = sa.select(SentMail.subject, SentMail.text).order_by(SentMail.at, SentMail.id)
        return [(subject, text) for subject, text in session.execute(query)]


def about(shop: Shop, word: str) -> list[str]:
    """The texts of the mails whose subject has the word."""
    return [text for subject, text in mails(shop) if word in subject]


def sent(swap: Swap, price: int, **facts: str) -> uuid.UUID:
    """What came was checked, and the other article is on its way."""
    return_ = swap.swap(swap.order(SHIRT, **facts), {1: 1}, swap.stock("HAT", price, 3))
    checked(swap, return_)
    swap.ship(return_)
    swap.work()
    assert swap.state(return_) == "closed"
    return return_


def test_no_mail_speaks_of_a_refund_where_all_counts_for_the_other_article(shop: Shop, swap: Swap) -> None:
    sent(swap, 4000)
    assert about(shop, "refunded") == []
    assert len(about(shop, "Sent: what you chose")) == 1


@pytest.mark.parametrize("language", TOLD)
def test_the_mail_speaks_of_the_money_and_says_what_was_counted(
    shop: Shop, swap: Swap, language: str
) -> None:
    sent(swap, 3000, language=language)
    ((subject, text),) = [mail for mail in mails(shop) if TOLD[language] in mail[1]]
    assert re.search("10[.,]00", subject)
    assert re.search("10[.,]00", text) and re.search("30[.,]00", text)
    assert not re.search("40[.,]00", subject + text)


@pytest.mark.sqlite
@pytest.mark.parametrize(("carrier", "page"), [("DHL", "tracking-id=JJD0003"), ("Bote & Co", "")])
def test_the_mail_leads_to_the_carriers_page_where_that_is_known(
    shop: Shop, swap: Swap, carrier: str, page: str
) -> None:
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3))
    checked(swap, return_)
    with swap.on_exchange(return_) as exchange:
        shipping.ship(exchange, carrier, "JJD 0003", swap.clerk)
    swap.work()
    (text,) = about(shop, "Sent: what you chose")
    assert f"Tracking number: JJD 0003 ({carrier})" in text and "\n\n\n" not in text
    assert [word for word in text.split() if "tracking-id" in word] == (
        [f"https://www.dhl.com/global-en/home/tracking.html?{page}"] if page else []
    )
    with shop.transaction(reading=True):
        html = session.scalars(sa.select(SentMail.html).where(SentMail.text == text)).one()
    assert ("tracking.html" in html) is bool(page)


def unpaid(swap: Swap, at: Callable[..., None], **facts: str) -> None:
    """What it costs more is asked for, and nobody pays."""
    order = swap.order(SHIRT, **facts)
    return_ = swap.swap(order, {1: 1}, swap.stock("COAT", 6000, 3), Instead.STORE_CREDIT)
    checked(swap, return_)
    at(clock.now() + timedelta(days=60))
    swap.work()
    assert swap.exchange(return_).state == "ended"


def test_what_is_not_paid_in_time_is_told_by_one_mail(
    shop: Shop, swap: Swap, at: Callable[..., None]
) -> None:
    unpaid(swap, at)
    (text,) = [text for _, text in mails(shop) if "not sent to you" in text or "was not paid" in text]
    assert about(shop, "was not paid") == [text]
    assert "We asked for €20.00 by" in text and "store credit instead" in text
    assert "What you paid on top" not in text


@pytest.mark.sqlite
@pytest.mark.parametrize(("language", "word"), [("de", "nicht bezahlt"), ("he", "לא שולמו")])
def test_it_is_told_in_the_shoppers_language(
    shop: Shop, swap: Swap, at: Callable[..., None], language: str, word: str
) -> None:
    unpaid(swap, at, language=language)
    (text,) = about(shop, word)
    assert "20,00" in text or "20.00" in text


def test_what_was_paid_on_top_goes_back_where_something_was(shop: Shop, swap: Swap) -> None:
    for pays in (False, True):
        wanted = swap.stock(f"COAT-{pays}", 6000 if pays else 4000, 3)
        return_ = swap.swap(swap.order(SHIRT), {1: 1}, wanted)
        checked(swap, return_)
        if pays:
            swap.pay_for(return_)
        swap.sell_out(return_)
        swap.work()
    free, paid = about(shop, "cannot send")
    assert "What you paid on top" not in free
    assert "What you paid on top goes back to you, too." in paid


@pytest.mark.sqlite
def test_no_mail_of_an_exchange_has_an_empty_line_too_many(
    shop: Shop, swap: Swap, at: Callable[..., None]
) -> None:
    sent(swap, 3000)
    unpaid(swap, at)
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("CAP", 6000, 3), Instead.WAIT)
    checked(swap, return_)
    swap.sell_out(return_)
    swap.work()
    assert len(about(shop, "Sold out")) == 1
    assert [subject for subject, text in mails(shop) if "\n\n\n" in text] == []


REFUSING = {**policy()["conditions"][0], "unmet": "refused", "match": {"tags": ["worn"]}}
REFUSING.pop("points", None)
WORN = Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"19": 639}, unit_cost=1200, tags=("worn",))


@pytest.fixture
def ahead(shop: Shop, at: Callable[..., None]) -> Swap:
    """Where the other article is sent at once."""
    trade = Swap(shop)
    automatic = {"automatic_up_to": {"EUR": 10**9}, "days": 2}
    trade.rule(policy(conditions=[REFUSING], authorization=automatic, exchange={"ship": "at_once"}))
    at(clock.now() + timedelta(days=10))
    return trade


def gone(ahead: Swap, **facts: str) -> uuid.UUID:
    """It was sent, and nothing has come yet."""
    return_ = ahead.swap(ahead.order(WORN, **facts), {1: 1}, ahead.stock("HAT", 4000, 3))
    ahead.work()
    ahead.ship(return_)
    return return_


def nothing_comes(ahead: Swap, return_: uuid.UUID, at: Callable[..., None]) -> None:
    at(clock.now() + timedelta(days=40))


def refused(ahead: Swap, return_: uuid.UUID, at: Callable[..., None]) -> None:
    ahead.receive(return_)
    ahead.inspect(return_, Grade.UNSELLABLE, met=False)


def lessened(ahead: Swap, return_: uuid.UUID, at: Callable[..., None]) -> None:
    ahead.receive(return_)
    ahead.inspect(return_)
    ahead.answer(ahead.reduce(return_, amount=300))
    ahead.approve(return_)


@pytest.mark.parametrize(
    "case",
    [
        (nothing_comes, "40.00", "sent before yours came back, and nothing has come"),
        (refused, "40.00", "sent before yours was checked, and what came was not accepted"),
        (lessened, "3.00", "did not wait for yours, and less was accepted"),
    ],
)
def test_what_was_sent_at_once_is_asked_for_as_that(
    shop: Shop, ahead: Swap, at: Callable[..., None], client: ShopClient, case: tuple
) -> None:
    return_, (ends, amount, word) = gone(ahead), case
    (approved,) = about(shop, "is approved")
    assert "you pay for what we sent" in approved
    ends(ahead, return_, at)
    ahead.work()
    (text,) = about(shop, "Please pay")
    assert word in text and f"Please pay €{amount} for it by" in text
    assert "costs" not in text and "goes on" not in text
    page = client.get(f"/s/{status_token(return_)}").text
    assert word in page and "goes on" not in page


def test_what_was_sent_and_is_not_paid_is_told_so(shop: Shop, ahead: Swap, at: Callable[..., None]) -> None:
    gone(ahead)
    for _ in range(2):
        at(clock.now() + timedelta(days=40))
        ahead.work()
    (text,) = about(shop, "was not paid")
    assert "for what was sent to you" in text and "If you still want it" not in text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["zahlen Sie für das, was wir gesandt haben", "gekommen. Bitte zahlen Sie dafür"]),
        ("he", ["תשלמו על מה ששלחנו", "ושום דבר לא הגיע. אנא שלמו עליו"]),
    ],
)
def test_it_is_asked_for_in_the_shoppers_language(
    shop: Shop, ahead: Swap, at: Callable[..., None], language: str, said: list[str]
) -> None:
    nothing_comes(ahead, gone(ahead, language=language), at)
    ahead.work()
    texts = [text for _, text in mails(shop)]
    assert [sum(words in text for text in texts) for words in said] == [1, 1]


def test_what_waits_for_the_parcel_is_asked_for_before_it_is_sent(shop: Shop, swap: Swap) -> None:
    checked(swap, swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("COAT", 6000, 3)))
    (text,) = about(shop, "Please pay")
    assert "costs €20.00 more than what you send back" in text and "then it goes on" in text
    assert "you pay for what we sent" not in about(shop, "is approved")[0]
