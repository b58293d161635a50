"""What a policy says of windows, fees, reasons and the way back, as a shopper meets it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.people.roles import Role
from portal.policies import Grade
from portal.refunds.models import Refund
from portal.returns.lifecycle import ItemState
from portal.returns.models import Parcel
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import SOCKS, Sold, look, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy
from tests.web.desk.working import record, sign_in
from tests.web.shopper.test_wizard import returns
from tests.web.shopper.walking import (
    alert,
    find,
    heading,
    main,
    on,
    radios,
    status_link,
    ticks,
    to_reasons,
    to_resolution,
    to_review,
)

pytestmark = pytest.mark.sqlite
LAMP = Sold(9800, 1, "SL-LTW", "Schreibtischleuchte", taxes={"19": 1565}, category="Electronics")
TECH = {"categories": ["Electronics"]}
REASONS: list[dict[str, Any]] = [
    {"code": "dark",  "label": "Not bright enough", "fault": "shopper", "under": "light",
     "match": TECH, "question": "How large is the room?", "comment": "required",
     "resolutions": ["store_credit", "original"]},
    {"code": "mind",  "label": "Changed my mind", "fault": "shopper"},
    {"code": "damaged", "label": "Damaged", "fault": "shop"},
]  # fmt: skip
DEAR = {"id": "here", "countries": ["DE"], "amounts": {"EUR": 690}}
RULES: dict[str, Any] = {
    "reasons": REASONS,
    "reason_groups": [
        {"code": "lamp", "label": "It is not the right lamp"},
        {"code": "light", "label": "It gives the wrong light", "under": "lamp"},
    ],
    "windows": [{"id": "lamps", "label": "Lamps", "match": TECH, "days": 100}],
    "fees": [
        {"id": "tech", "label": "Opened electronics", "match": TECH, "points": 1500,
         "maximum": {"EUR": 1000}},
        {"id": "used", "label": "Used electronics", "match": TECH, "points": 5000,
         "grades": ["C", "D"]},
        {"id": "kind", "label": "For credit", "match": TECH,
         "resolutions": ["store_credit"], "free": True},
    ],
    "way_back": {"free_for": ["store_credit"], "by_country": [DEAR]},
    "extend": {"public_holidays": [{"country": "DE", "subdivision": "BY"}]},
}  # fmt: skip


@pytest.fixture
def ruled(shop: Shop, at: Callable[..., None]) -> Trade:
    trade = Trade(shop)
    trade.rule(policy(**RULES))
    at(clock.now() + timedelta(days=10))
    return trade


def test_an_article_has_its_own_reasons_questions_offers_fees_and_time(
    ruled: Trade, client: ShopClient
) -> None:
    shop = ruled.shop
    sell(shop, LAMP, SOCKS, country="DE")
    assert "30 to 100 days from delivery" in client.get("/find").text
    page = to_reasons(client, units=(1, 1))
    lamp, socks = radios(page)
    kinds = [[e["value"] for e in read(page.text).all("input", name=name)] for name in (lamp, socks)]
    assert kinds == [["mind", "damaged", "dark"], ["mind", "damaged"]]
    (level,) = read(page.text).all("details", class_="more level")
    assert "It gives the wrong light" in level.one("summary").text and "open" not in level.attributes
    assert "It is not the right lamp" in main(page).text and "How large is the room?" in main(page).text

    strange = client.send(page, "/reasons", **{lamp: "mind", socks: "dark"})
    assert strange.status_code == 422 and "Choose a reason" in alert(strange)
    silent = client.send(
        page, "/reasons", **{lamp: "dark", socks: "mind", f"answer-{socks}-dark": "no matter"}
    )
    assert silent.status_code == 422 and "How large is the room?" in alert(silent)
    said = {lamp: "dark", socks: "mind", f"answer-{lamp}-dark": "20 m²", f"comment-{lamp}": "Sorry"}
    choosing = on(client, client.send(silent, "/reasons", **said))

    offers = list(read(choosing.text).all("div", class_="offer"))
    assert [o.one("label").text for o in offers] == ["Store credit", "Money back"]  # in the reason's order
    assert [o.one("p", class_="big").text for o in offers] == ["€115.01", "€98.11"]  # free fee, free label
    assert "The return label is free" in offers[0].text and "label is free" not in offers[1].text

    review = on(client, client.send(choosing, "/resolution", resolution="original"))
    rows = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in main(review).all("tr")]
    bound = "15 % of the price without tax, at most €10.00 for each piece, rule “tech”"
    assert [f"Fee: Opened electronics {bound}", "−€10.00"] in rows
    assert ["Return label once for each return, free when the fault is ours", "−€6.90"] in rows
    assert "found used or damaged, €41.18 is kept (Used electronics)" in main(review).text
    assert "“20 m² Sorry”" in " ".join(main(review).text.split())

    on(client, client.send(review, "/review"))
    (made,) = returns(shop)
    assert (made.quoted, made.return_shipping) == (9_811, 690)


def test_a_worse_grade_costs_what_was_told_and_verify_follows_it(ruled: Trade, client: ShopClient) -> None:
    shop = ruled.shop
    sell(shop, LAMP, country="DE")
    on(client, client.send(to_review_of(client), "/review"))
    (made,) = returns(shop)
    ruled.receive(made.id)
    ruled.inspect(made.id, Grade.USED)
    id = ruled.approve(made.id)
    with shop.transaction(reading=True) as session:
        refund = session.get(Refund, id)
        assert refund
        assert [(part.fee, part.fee_rule) for part in refund.parts] == [(4_118, "used")]
        assert refund.amount == 9_800 - 4_118 - 690
        assert {item.state for item in refund.return_.items} == {ItemState.INSPECTED}
    assert broken(shop.app) == {}


def to_review_of(client: ShopClient) -> Any:
    choosing = to_resolution(client, reason="mind")
    return on(client, client.send(choosing, "/resolution", resolution="original"))


def test_a_resolution_that_another_reason_does_not_allow_is_asked_for_again(
    ruled: Trade, client: ShopClient
) -> None:
    sell(ruled.shop, LAMP)
    choosing = to_resolution(client, reason="mind")
    review = on(client, client.send(choosing, "/resolution", resolution="gift_card"))
    reasons = client.get(review.request.path.replace("/review", "/reasons"))
    (lamp,) = radios(reasons)
    client.send(reasons, "/reasons", **{lamp: "dark", f"answer-{lamp}-dark": "large"})
    assert client.get(review.request.path).location.endswith("/resolution")


def test_what_is_worth_little_is_kept_and_why_stands_on_the_page(
    shop: Shop, client: ShopClient, at: Callable[..., None]
) -> None:
    trade = Trade(shop)
    small = [{"id": "small", "label": "Not worth a parcel", "up_to": {"EUR": 2000}, "reasons": ["too_small"]}]
    often = {"automatic_up_to": {"EUR": 25_000}, "days": 2, "history": {"returns": 1, "days": 30}}
    fee = {"id": "all", "label": "For all", "points": 1000}
    trade.rule(policy(returnless=small, authorization=often, fees=[fee]))
    at(clock.now() + timedelta(days=10))
    sell(shop, SOCKS)
    review = to_review(client, reason="too_small")
    assert "This you keep." in main(review).text and "hand the parcel in" not in main(review).text
    assert "€17.01" in main(review).text and "Fee:" not in main(review).text
    done = on(client, client.send(review, "/review"))
    assert main(done).one("h1").text == "You keep it"
    assert "In the parcel" not in main(done).text and "Download label" not in done.text
    (made,) = returns(shop)
    kept = look(shop, made.id)
    assert (made.quoted, made.return_shipping) == (1_701, 490)
    assert [item.state for item in kept.items] == [ItemState.KEPT]
    with shop.transaction(reading=True) as session:
        assert not session.scalars(sa.select(Parcel)).all()
    status = client.get(status_link(done))
    assert heading(status) == "You keep it"
    why = " ".join(main(status).text.split())
    assert "Returns in the last 30 days: 0." in why and "Up to €20.00 a unit it need not come back." in why
    assert "policy version 2" in why
    trade.approve(made.id)
    trade.work()
    assert broken(shop.app) == {}

    sell(shop, SOCKS, number="1002")
    items = on(client, find(client, "1002"))
    reasons = on(client, client.send(items, "/items", items=ticks(items)))
    chosen = client.send(reasons, "/reasons", **dict.fromkeys(radios(reasons), "too_small"))
    again = on(client, client.send(on(client, chosen), "/resolution", resolution="original"))
    assert "A person looks at this return first" in main(again).text and "This you keep." not in again.text
    on(client, client.send(again, "/review"))
    sign_in(client, Role.AUDITOR)
    newest = next(one for one in returns(shop) if one.id != made.id)
    told = " ".join(main(record(client, newest.id)).text.split())
    assert "Returns in the last 30 days: 1. So a person looks at it." in told
    assert broken(shop.app) == {}


def test_the_desk_reads_all_of_it_in_plain_words(ruled: Trade, client: ShopClient) -> None:
    sign_in(client, Role.AUDITOR)
    text = " ".join(main(client.get("/desk/policy")).text.split()).replace(" :", ":").replace(" ,", ",")
    for said in (
        "Lamps: 100 days from delivery",
        "15 % of the price without tax, at most €10.00",
        "found Used, resalable or Damaged",
        "For credit: no fee",
        "It is not the right lamp: It gives the wrong light: Not bright enough",
        "offers Store credit or Money back alone",
        "“How large is the room?”",
        "from DE €6.90",
        "free for: Store credit",
        "Nor does it end on a public holiday in Germany (Bayern).",
    ):
        assert said in text, said
