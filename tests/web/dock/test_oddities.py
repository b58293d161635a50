"""Unknown parcels and cases, through the pages of dock and desk."""

import re

import pytest

from portal.db import session
from portal.people.roles import Role
from portal.returns.cases import Case, CaseState
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, requested, sell
from tests.harness.shops import Shop
from tests.web.desk.working import sign_in as at_desk
from tests.web.dock.working import MUGS, follow, heading, main, note, scan


def test_a_parcel_that_nothing_fits_gets_a_number_a_label_and_a_place_on_the_list(
    app: Portal, shop: Shop, clerk: ShopClient
) -> None:
    sell(shop, BOOTS)
    page = scan(clerk, "ZZ-NOTHING-99")
    form = clerk.get(next(a for a in read(page.text).all("a") if "/unknown" in a.get("href"))["href"])
    assert clerk.send(form, "/unknown", looks=" ").status_code == 422
    kept = follow(clerk, clerk.send(form, "/unknown", looks="<b>A shoe box</b>", sender="J. Doe, Elsewhere"))
    number = heading(kept)
    assert re.fullmatch(r"UNK-.{4}-.{4}-.", number) and "J. Doe" not in kept.text
    label = clerk.get(kept.request.path + "/label.pdf?paper=100x150")
    assert label.mimetype == "application/pdf" and label.data.startswith(b"%PDF")
    assert number in clerk.get("/dock").text
    assert heading(scan(clerk, number.lower())) == number
    known = follow(clerk, clerk.send(kept, "/match", code="1001"))
    assert "belongs to order" in main(known).text
    desk = at_desk(ShopClient(app), Role.OWNER).get("/desk/parcels")
    assert number in desk.text


@pytest.mark.sqlite
def test_a_number_that_nothing_has_is_said_at_its_field(shop: Shop, clerk: ShopClient) -> None:
    assert any("/unknown" in a.get("href") for a in read(clerk.get("/dock").text).all("a"))  # has no code
    assert 'value="B-770"' in clerk.get("/dock/unknown?code=B-770").text
    assert 'value="B-77"' not in clerk.get("/dock/unknown?code=B-77").text
    form = clerk.get("/dock/unknown")
    kept = follow(clerk, clerk.send(form, "/unknown", looks="A box"))
    answer = clerk.send(kept, "/match", code="4711")
    assert answer.status_code == 422 and "No order and no return" in answer.text


def test_the_desk_has_an_unknown_parcel_sent_back(app: Portal, shop: Shop, clerk: ShopClient) -> None:
    kept = follow(clerk, clerk.send(clerk.get("/dock/unknown"), "/unknown", looks="A box", sender="J. Doe"))
    id = kept.request.path.rpartition("/")[2]
    desk = at_desk(ShopClient(app), Role.OWNER)
    page = desk.get(f"/desk/parcels/{id}")
    assert "J. Doe" in page.text and "Warehouse" in main(page).text  # who put it there
    assert desk.send(page, "/end", way="send_back").status_code == 422
    ended = follow(desk, desk.send(page, "/end", way="send_back", reason="Not ours."))
    assert "Not ours." in ended.text and "/end" not in ended.text
    assert "send it back" in main(clerk.get(kept.request.path)).text


def test_something_else_in_the_parcel_is_decided_at_the_desk(
    app: Portal, shop: Shop, clerk: ShopClient
) -> None:
    id = requested(shop, sell(shop, BOOTS, MUGS), units=[1, 0])
    page = clerk.get(f"/dock/returns/{id}/else")
    assert clerk.send(page, "/else").status_code == 422
    instead = next(
        e["value"] for e in read(page.text).all("input") if e.get("name") == "what" and e["value"] != "more"
    )
    assert clerk.send(page, "/else", what=instead, article="other").status_code == 422
    told = follow(clerk, clerk.send(page, "/else", what=instead, article="other", looks="A gnome"))
    assert "The desk decides" in note(told)
    desk = at_desk(ShopClient(app), Role.AGENT)
    record = desk.get(f"/desk/returns/{id}")
    link = next(a for a in read(record.text).all("a") if "/cases/" in a.get("href"))
    asking = desk.get(link["href"])
    case = asking.request.path.rpartition("/")[2]
    assert desk.send(asking, case, way="dispose").status_code == 422
    follow(desk, desk.send(asking, case, way="ask", reason="We need the boots."))
    with shop.transaction(reading=True):
        assert session.query(Case.state).one()[0] is CaseState.WAITING
    assert heading(clerk.get(f"/dock/returns/{id}")) == "How many are in the parcel?"


def test_one_more_of_the_order_joins_the_return(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS, MUGS), units=[1, 0])
    page = clerk.get(f"/dock/returns/{id}/else")
    mug = next(e["value"] for e in read(page.text).all("input") if e.get("name") == "article")
    told = follow(clerk, clerk.send(page, "/else", what="more", article=mug))
    assert "joined the return" in note(told)
