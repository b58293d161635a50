"""From the order to the label: each step keeps what was said, and nothing is said for anybody."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import clock
from portal.audit import Operation
from portal.db import session
from portal.policies import Resolution
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read, sent_by
from tests.harness.sales import BOOTS, SOCKS, Sold, look, requested, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.shopper.walking import (
    alert,
    find,
    heading,
    main,
    on,
    radios,
    status_link,
    ticks,
    to_done,
    to_reasons,
    to_resolution,
    to_review,
)

LAMP = Sold(9800, 1, "SL-LTW", "Schreibtischleuchte", taxes={"19": 1565}, category="Electronics")
BOTTLE = Sold(3400, 1, "TF-GRV", "Trinkflasche mit Gravur", tags=("personalised",))


def returns(shop: Shop) -> list[Return]:
    with shop.transaction(reading=True):
        found = list(session.scalars(sa.select(Return).order_by(Return.created_at)))
        session.expunge_all()
        return found


@pytest.mark.parametrize("htmx", [False, True])
def test_five_submissions_lead_from_the_search_to_the_label(
    shop: Shop, client: ShopClient, htmx: bool
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    done = to_done(client, units=(1, 2), htmx=htmx)
    (return_,) = returns(shop)
    assert heading(done) == "Ready to send" and return_.rma in done.text
    assert f"/acme/r/{return_.number}" in done.text and '<svg class="qr"' in done.text
    assert (return_.order_id, return_.units, return_.quoted) == (order, 3, 17010 + 3402 - 490)
    assert '<data value="199.22">€199.22</data>' in done.text


def test_looking_at_pages_writes_nothing(shop: Shop, client: ShopClient) -> None:
    order = sell(shop)
    find(client)
    for step in ("items", "reasons", "resolution", "review"):
        client.get(f"/orders/{order}/{step}", follow_redirects=True)
    assert returns(shop) == []


@pytest.mark.sqlite
def test_nothing_is_preselected(shop: Shop, client: ShopClient) -> None:
    sell(shop, BOOTS, SOCKS)
    items = on(client, find(client))
    assert read(items.text).all("input", checked="") == []
    reasons = on(client, client.send(items, "/items", items=ticks(items)))
    assert read(reasons.text).all("input", checked="") == []
    said = dict.fromkeys(radios(reasons), "too_small")
    resolution = on(client, client.send(reasons, "/reasons", **said))
    assert read(resolution.text).all("input", checked="") == []


@pytest.mark.sqlite
def test_what_cannot_go_back_stays_in_sight_with_the_reason_and_a_way_on(
    shop: Shop, client: ShopClient
) -> None:
    sell(shop, SOCKS, BOTTLE)
    items = on(client, find(client))
    assert len(ticks(items)) == 1
    barred = next(a for a in read(items.text).all("article") if "barred" in a["class"])
    assert "Trinkflasche" in barred.text and "Made for you" in barred.text
    assert "write to the shop" in barred.text and barred.all("a")


@pytest.mark.sqlite
def test_a_late_order_says_when_the_time_ended(shop: Shop, client: ShopClient) -> None:
    sell(shop, days_ago=60)
    items = on(client, find(client))
    assert heading(items) == "Nothing of this order can go back now"
    assert "The time to send it back ended on" in items.text and not ticks(items)


@pytest.mark.sqlite
def test_units_in_another_return_are_not_offered_again(shop: Shop, client: ShopClient) -> None:
    order = sell(shop, Sold(5670, 3))
    earlier = look(shop, requested(shop, order, units=(2,))).return_
    items = on(client, find(client))
    assert "the others are in another return" in items.text
    assert f"/acme/orders/{order}/returns/{earlier.id}" in items.text and earlier.rma in items.text


@pytest.mark.sqlite
def test_each_step_keeps_what_was_said_and_back_shows_it(shop: Shop, client: ShopClient) -> None:
    order = sell(shop, BOOTS, Sold(5670, 3))
    to_review(client, units=(0, 2), reason="too_small", resolution="store_credit")
    items = read(client.get(f"/orders/{order}/items").text)
    assert [e["value"] for e in items.all("input", name="items", checked="")] == [ticks_of(items)[1]]
    assert items.one("option", selected="").text == "2 of 3"
    reasons = read(client.get(f"/orders/{order}/reasons").text)
    assert reasons.one("input", checked="")["value"] == "too_small"
    resolution = read(client.get(f"/orders/{order}/resolution").text)
    assert resolution.one("input", checked="")["value"] == "store_credit"


def ticks_of(page: object) -> list[str]:
    return [e["value"] for e in page.all("input", name="items")]  # type: ignore[attr-defined]


@pytest.mark.sqlite
def test_a_draft_is_found_again_on_another_device_at_its_first_open_step(
    app: Portal, shop: Shop, client: ShopClient
) -> None:
    order = sell(shop)
    to_resolution(client)
    other = ShopClient(app)
    assert find(other).location == f"/acme/orders/{order}/resolution"
    assert len(returns(shop)) == 1


@pytest.mark.sqlite
def test_a_step_cannot_be_skipped(shop: Shop, client: ShopClient) -> None:
    order = sell(shop)
    find(client)
    assert client.get(f"/orders/{order}/review").location.endswith("/items")
    to_reasons(client)
    for step in ("resolution", "review"):
        assert client.get(f"/orders/{order}/{step}").location.endswith("/reasons")


@pytest.mark.parametrize("number", ["0", "3", "99", "x", "", "1e3", "-1", "²"])
@pytest.mark.sqlite
def test_a_number_of_units_that_cannot_be_is_refused_at_its_line(
    shop: Shop, client: ShopClient, number: str
) -> None:
    sell(shop)
    items = on(client, find(client))
    (line,) = ticks(items)
    answer = client.send(items, "/items", items=line, **{line: number})
    assert answer.status_code == 422 and f'href="#at-{line}"' in answer.text
    assert read(answer.text).one("input", id=f"tick-{line}", checked="")
    assert returns(shop) == []


@pytest.mark.sqlite
def test_choosing_nothing_is_told(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    answer = client.send(on(client, find(client)), "/items")
    assert answer.status_code == 422 and "Choose at least one item." in alert(answer)


@pytest.mark.sqlite
def test_every_article_without_a_reason_is_told_at_once(shop: Shop, client: ShopClient) -> None:
    sell(shop, BOOTS, SOCKS)
    page = to_reasons(client, units=(1, 1))
    answer = client.send(page, "/reasons")
    assert answer.status_code == 422
    assert "Choose a reason for Wanderstiefel." in alert(answer) and "Alpaka" in alert(answer)


@pytest.mark.sqlite
def test_another_reason_wants_a_word_and_what_was_typed_stays(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    page = to_reasons(client)
    (name,) = radios(page)
    answer = client.send(page, "/reasons", **{name: "other"})
    assert answer.status_code == 422 and "in a few words" in alert(answer)
    assert read(answer.text).one("input", checked="")["value"] == "other"
    long = client.send(answer, "/reasons", **{name: "other", f"comment-{name}": "x" * 1001})
    assert long.status_code == 422 and "x" * 1001 in long.text
    told = client.send(answer, "/reasons", **{name: "other", f"comment-{name}": "<b>itchy</b>"})
    assert (
        "“&lt;b&gt;itchy&lt;/b&gt;”" in on(client, client.send(on(client, told), resolution="original")).text
    )


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", [None, "exchange", "ORIGINAL", ""])
def test_only_what_is_offered_can_be_chosen(shop: Shop, client: ShopClient, typed: str | None) -> None:
    sell(shop)
    page = to_resolution(client)
    answer = client.send(page, "/resolution", resolution=typed)
    assert answer.status_code == 422 and "Choose what you would like." in alert(answer)


@pytest.mark.sqlite
def test_every_offer_stands_beside_the_others_with_amount_place_and_time(
    shop: Shop, client: ShopClient
) -> None:
    sell(shop, BOOTS)
    offers = list(read(to_resolution(client).text).all("div", class_="offer"))
    assert [o.one("label").text for o in offers] == ["Money back", "Store credit", "Gift card"]
    assert "€165.20 to Visa ending 4417" in offers[0].text
    assert "ann…" in offers[1].text and "annelie" not in offers[1].text
    assert all("At most 14 days" in o.text for o in offers)


@pytest.mark.sqlite
def test_a_bonus_on_store_credit_is_promised_with_its_amount(
    shop: Shop, client: ShopClient, at: Callable[..., None]
) -> None:
    Trade(shop).rule(policy(credit_bonus=1_000))
    at(clock.now() + timedelta(days=10))
    sell(shop, BOOTS)
    choosing = to_resolution(client)
    offers = list(read(choosing.text).all("div", class_="offer"))
    assert [o.one("p", class_="big").text for o in offers] == ["€165.20", "€181.72", "€165.20"]
    assert "€16.52 of that is on top, from us" in offers[1].text and "on top" not in offers[2].text
    page = on(client, client.send(choosing, "/resolution", resolution="store_credit"))
    told = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in main(page).all("tr")]
    assert ["You get back", "€165.20"] in told and ["On top, from us", "€16.52"] in told
    done = on(client, client.send(page, "/review"))
    assert "We check it and send €181.72" in main(done).text
    assert returns(shop)[0].quoted == 16520


@pytest.mark.sqlite
def test_the_review_shows_every_line_of_the_money_and_each_fee_with_its_rule(
    shop: Shop, client: ShopClient
) -> None:
    sell(shop, Sold(5670, 3, discount=567, taxes={"19": 815}), LAMP)
    page = main(to_review(client, units=(2, 1)))
    rows = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in page.all("tr")]
    assert ["Alpaka-Kuschelsocken, 2 pieces", "€34.02"] in rows
    assert ["Price, 2 × €18.90", "€37.80"] in rows and ["Discount", "−€3.78"] in rows
    assert ["Fee: Opened electronics 15 % of the price without tax, rule “electronics”", "−€12.35"] in rows
    assert ["Return label once for each return, free when the fault is ours", "−€4.90"] in rows
    assert ["You get back", "€114.77"] in rows and ["Visa ending 4417", "€114.77"] in rows


@pytest.mark.sqlite
def test_the_shops_fault_costs_the_shopper_nothing(shop: Shop, client: ShopClient) -> None:
    sell(shop, LAMP)
    text = main(to_review(client, reason="defective")).text
    assert "You get back €98.00" in text and "Opened electronics" not in text


@pytest.mark.sqlite
def test_tax_on_top_is_a_line_of_its_own(shop: Shop, client: ShopClient) -> None:
    sell(shop, Sold(10000, 1, taxes={"8.5": 850}), prices_include_tax=False, captured=10850)
    text = main(to_review(client)).text
    assert "Tax on top €8.50" in text and "You get back €103.60" in text


@pytest.mark.sqlite
def test_a_condition_that_could_change_the_sum_is_told_before(shop: Shop, client: ShopClient) -> None:
    sell(shop, BOOTS)
    text = main(to_review(client)).text
    assert "In its box, worn indoors only. Otherwise it is up to €85.05 less." in text


@pytest.mark.sqlite
def test_a_return_that_a_person_looks_at_says_so_and_gives_no_label(
    shop: Shop, client: ShopClient, at: Callable[..., None]
) -> None:
    sell(shop, Sold(90000, 1, title="Teekanne"))
    review = to_review(client)
    assert "A person looks at this return first" in review.text
    done = on(client, client.send(review, "/review"))
    assert "We look at it" in heading(done) and "answers by" in done.text and "label.pdf" not in done.text
    status = main(client.get(status_link(done))).text
    assert "answers by" in status and "late" not in status
    at(clock.now() + timedelta(days=4))
    status = main(client.get(status_link(done))).text
    assert "are sorry to be late" in status and "answers by" not in status


def test_the_last_form_sent_twice_is_one_return_with_one_answer(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    review = to_review(client)
    first, second = (client.send(review, "/review") for _ in range(2))
    assert (
        (first.status_code, first.location) == (second.status_code, second.location) == (303, first.location)
    )
    assert len(returns(shop)) == 1


@pytest.mark.sqlite
def test_a_stale_review_shows_the_amount_as_it_now_is(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    review = to_review(client)
    answer = client.send(review, "/review", shown="999999")
    assert answer.status_code == 409 and "It comes to €12.11 now" in alert(answer)
    assert client.send(answer, "/review").status_code == 303


@pytest.mark.sqlite
def test_two_tabs_that_disagree_get_the_truth(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    page = to_resolution(client)
    assert client.send(page, "/resolution", resolution="original").status_code == 303
    late = client.send(page, "/resolution", resolution="store_credit")
    assert late.status_code == 409 and 'data-tone="brand"' in late.text
    assert client.send(late, "/resolution", resolution="store_credit").status_code == 303
    assert returns(shop)[0].resolution is Resolution.STORE_CREDIT


@pytest.mark.parametrize("stale", [False, True], ids=["same form", "older form"])
@pytest.mark.parametrize("htmx", [False, True])
def test_another_outcome_chosen_elsewhere_is_named_and_shown_as_what_holds(
    shop: Shop, client: ShopClient, htmx: bool, stale: bool
) -> None:
    sell(shop)
    page = to_resolution(client)
    if stale:
        reasons = client.get(page.request.path.replace("/resolution", "/reasons"))
        client.send(reasons, "/reasons", **dict.fromkeys(radios(reasons), "too_small"))
    client.send(client.get(page.request.path), "/resolution", resolution="store_credit")
    late = client.send(page, "/resolution", resolution="original", htmx=htmx)
    assert late.status_code == 409
    assert "Store credit was chosen in the meantime. That holds now." in alert(late)
    offers = {offer.one("input")["value"]: offer for offer in main(late).all(class_="offer")}
    assert "Chosen now" in offers["store_credit"].text and "Chosen now" not in offers["original"].text
    assert "checked" in offers["original"].one("input").attributes
    assert returns(shop)[0].resolution is Resolution.STORE_CREDIT
    assert client.send(late, "/resolution", resolution="original").status_code == 303
    assert returns(shop)[0].resolution is Resolution.ORIGINAL


def test_units_that_went_elsewhere_meanwhile_are_named(shop: Shop, client: ShopClient) -> None:
    order = sell(shop)
    review = to_review(client, units=(2,))
    with shop.transaction():
        session.execute(sa.text("UPDATE order_line SET claimed = 1"))
    answer = client.send(review, "/review")
    assert answer.status_code == 409 and "part of another return now" in alert(answer)
    assert look(shop, returns(shop)[0].id).order.lines[0].claimed == 1
    assert order


@pytest.mark.sqlite
@pytest.mark.parametrize("units", [(1, 0), (0, 1)])
def test_what_is_left_of_an_order_can_go_back_later(
    shop: Shop, client: ShopClient, units: tuple[int, ...]
) -> None:
    sell(shop, Sold(9000, 3), BOOTS)
    assert heading(to_done(client)) == "Ready to send"
    assert heading(to_done(client, units=units)) == "Ready to send"
    assert [return_.units for return_ in returns(shop)] == [1, 1]


def test_no_secret_is_kept_with_the_answers(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    done = to_done(client)
    token = re.search(r"/s/([0-9a-f]{64})", done.text)
    assert token
    client.send(client.get(f"/s/{token[1]}"), "/sent", tracking="")
    with shop.transaction(reading=True):
        kept = [str(o) for o in session.scalars(sa.select(Operation.answer))]
    assert kept and not any(token[1][32:] in answer for answer in kept)


@pytest.mark.sqlite
def test_a_sum_is_added_up_without_being_kept(shop: Shop, client: ShopClient) -> None:
    order = sell(shop, Sold(10001, 3))
    items = on(client, find(client))
    (line,) = ticks(items)
    asked = {"items": line, line: "2"}
    answer = client.get(f"/orders/{order}/items/sum", query_string=asked, htmx=True)
    assert "2 items, " in main(answer).text and '<data value="66.68">' in answer.text
    assert returns(shop) == [] and "csrf" not in read(items.text).one("a", hidden="")["href"]


@pytest.mark.sqlite
def test_pages_keep_to_their_budget_of_statements(app: Portal, shop: Shop, client: ShopClient) -> None:
    order = sell(shop, *(Sold(1000 + n, 2, sku=f"S{n}", title=f"Article {n}") for n in range(12)))
    items = on(client, find(client))
    chosen = {"items": ticks(items), **dict.fromkeys(ticks(items), "2")}
    sends = [("items", chosen), ("reasons", None), ("resolution", {"resolution": "original"}), ("review", {})]
    for step, typed in sends:
        with counted(app) as statements:
            page = client.get(f"/orders/{order}/{step}")
        assert len(statements) <= 15, (step, statements)
        given = dict.fromkeys(radios(page), "damaged") if typed is None else typed
        with counted(app) as statements:
            answer = client.send(page, f"/{step}", **given)
        assert answer.status_code == 303
        assert len(statements) <= 30, (step, len(statements), statements)
    with counted(app) as statements:
        done = on(client, answer)
    assert len(statements) <= 15, statements
    with counted(app) as statements:
        client.get(re.search(r'"(/acme/s/\w+)"', done.text)[1])  # type: ignore[index]
    assert len(statements) <= 15, statements


@pytest.mark.sqlite
def test_all_that_a_shopper_loads_weighs_less_than_60_kb(shop: Shop, client: ShopClient) -> None:
    sell(shop, BOOTS, Sold(5670, 3), LAMP)
    to_review(client, units=(1, 2, 1))
    order = find(client).location.split("/")[3]
    page = client.get("/find").text
    files = set(re.findall(r'(?:href|src)="(/acme/(?:static|brand)[^"#]*)', page)) | {icons(client)}
    weight = sum(weigh(client, address) for address in {*files, "/acme/find"})
    for step in ("items", "reasons", "resolution", "review"):
        weight += weigh(client, f"/acme/orders/{order}/{step}", htmx=True)
    done = client.send(client.get(f"/orders/{order}/review"), "/review").location
    assert weight + weigh(client, done, htmx=True) < 46_000, weight


def weigh(client: ShopClient, address: str, htmx: bool = False) -> int:
    """What comes over the wire, compressed, with about 700 bytes of headers."""
    raw = FlaskClient(client.application, client.application.response_class)
    raw._cookies = client._cookies  # type: ignore[attr-defined]
    asked = {"Accept-Encoding": "br", **({"HX-Request": "true"} if htmx else {})}
    answer = raw.get(address, headers=asked)
    assert answer.status_code == 200 and (
        answer.headers.get("Content-Encoding") == "br" or len(answer.data) < 500
    )
    return len(answer.data) + 700


def icons(client: ShopClient) -> str:
    return re.search(r'href="([^"]*icons.svg)#', client.get("/find").text)[1]  # type: ignore[index]


def test_forms_send_what_they_show(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    review = to_review(client)
    form = next(f for f in read(review.text).all("form"))
    assert set(sent_by(form)) == {"csrf_token", "op", "shown"}
