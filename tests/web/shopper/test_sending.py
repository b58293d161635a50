"""A shopper chooses how to send something back, sees what it costs, and the refund takes just that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.jobs import Job
from portal.notices import mailbox
from portal.people.roles import Role
from portal.policies import Grade, Sending
from portal.refunds.models import Refund
from portal.returns.models import Return
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import SOCKS, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy
from tests.web.desk.working import record, sign_in
from tests.web.shopper.test_wizard import returns
from tests.web.shopper.walking import alert, heading, main, on, radios, status_link, to_reasons

pytestmark = pytest.mark.sqlite
METHODS = [
    {"sending": "qr", "amounts": {"EUR": 390}, "free_for": ["store_credit"]},
    {"sending": "label", "amounts": {"EUR": 490}},
    {"sending": "own"},
]
RULES: dict[str, Any] = {"way_back": {"methods": METHODS}, "fees": []}


@pytest.fixture
def ruled(shop: Shop, at: Callable[..., None]) -> Trade:
    trade = Trade(shop)
    trade.rule(policy(**RULES))
    at(clock.now() + timedelta(days=10))
    return trade


def to_sending(client: ShopClient, reason: str = "changed_mind") -> Any:
    page = to_reasons(client)
    given = client.send(page, "/reasons", **dict.fromkeys(radios(page), reason))
    return on(client, on(client, given))


def chosen(client: ShopClient, sending: str, reason: str = "changed_mind") -> Any:
    """The page of resolutions, after that choice."""
    return on(client, client.send(to_sending(client, reason), "/sending", sending=sending))


def rows(page: Any) -> list[list[str]]:
    return [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in main(page).all("tr")]


def test_each_way_is_shown_with_its_cost_and_the_refund_takes_the_one_that_was_chosen(
    ruled: Trade, client: ShopClient
) -> None:
    shop = ruled.shop
    sell(shop, SOCKS)
    page = to_sending(client)
    assert heading(page) == "How do you send it back?"
    offers = list(read(page.text).all("div", class_="offer"))
    assert [o.one("label").text for o in offers] == ["Show a QR code", "Print a label", "Send it yourself"]
    assert [o.one("p", class_="big").text for o in offers] == ["€3.90", "€4.90", "You pay the carrier"]
    assert "free for: Store credit" in offers[0].text and "free for: Store credit" not in offers[1].text

    nothing = client.send(page, "/sending")
    assert nothing.status_code == 422 and "Choose how you send it back" in alert(nothing)
    choosing = on(client, client.send(page, "/sending", sending="qr"))
    amounts = [o.one("p", class_="big").text for o in read(choosing.text).all("div", class_="offer")]
    assert (
        "€13.11" in amounts and "€17.01" in amounts
    )  # money back less the way; credit, for which it is free
    review = on(client, client.send(choosing, "/resolution", resolution="original"))
    assert ["Return with a QR code once for each return, free when the fault is ours", "−€3.90"] in rows(
        review
    )
    assert "The counter makes the label" in main(review).text

    done = on(client, client.send(review, "/review"))
    assert "There is nothing to print" in main(done).text and "Download label" not in done.text
    (made,) = returns(shop)
    assert (made.sending, made.return_shipping, made.quoted) == (Sending.QR, 390, 1_311)
    assert jobs(shop) == 1
    status = client.get(status_link(done))
    told = " ".join(main(status).text.split())
    assert (
        "Sent back with a QR code: €3.90, once for the return." in told and "The code for the counter" in told
    )
    assert read(status.text).one("svg", class_="qr")

    ruled.receive(made.id)
    ruled.inspect(made.id, Grade.NEW)
    id = ruled.approve(made.id)
    with shop.transaction(reading=True) as session:
        refund = session.get(Refund, id)
        assert refund and (refund.amount, refund.shipping) == (1_311, 390)
    sign_in(client, Role.AUDITOR)
    desk = " ".join(main(record(client, made.id)).text.split())
    assert "Way back chosen" in desk and "Return with a QR code" in desk
    assert broken(shop.app) == {}
    with shop.transaction() as session:
        session.execute(sa.update(Return).values(return_shipping=391))
    assert any(name.startswith("I22") for name in broken(shop.app))


def test_who_sends_it_themselves_gets_the_address_and_no_label_and_nothing_is_taken(
    ruled: Trade, client: ShopClient
) -> None:
    shop = ruled.shop
    sell(shop, SOCKS)
    review = on(client, client.send(chosen(client, "own"), "/resolution", resolution="original"))
    changed = client.get(review.request.path.replace("/review", "/sending"))
    assert changed.status_code == 200  # and may be changed there
    done = on(client, client.send(review, "/review"))
    assert "Print the address" in main(done).text and "at your own cost" in main(done).text
    (made,) = returns(shop)
    assert (made.sending, made.return_shipping, made.quoted) == (Sending.OWN, 0, 1_701)
    assert jobs(shop) == 0
    ruled.work()
    with shop.transaction(reading=True):
        (told,) = [mail.text for mail in mailbox() if "approved" in mail.subject]
    assert "at your own cost" in told and "label" not in told
    assert broken(shop.app) == {}


def test_at_the_shops_fault_each_costs_nothing(ruled: Trade, client: ShopClient) -> None:
    sell(ruled.shop, SOCKS)
    offers = read(to_sending(client, "damaged").text).all("div", class_="offer")
    assert [o.one("p", class_="big").text for o in offers] == ["Free", "Free", "You pay the carrier"]


def jobs(shop: Shop) -> int:
    with shop.transaction(reading=True) as session:
        count = sa.select(sa.func.count(Job.id)).where(Job.kind == "label.issue")
        return session.scalar(count) or 0
