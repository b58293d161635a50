"""What goes out for what came back, at the dock: packed, marked as sent, or not on the shelf."""

import uuid
from datetime import timedelta

import pytest

from portal import clock
from portal.people.roles import Role
from portal.policies import Instead
from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.web.desk.working import sign_in as at_desk
from tests.web.dock.working import follow, heading, main, note, scan, sign_in

LABEL = "00340434161094837265"


@pytest.fixture
def swap(shop: Shop) -> Swap:
    return Swap(shop)


def listed(clerk: ShopClient) -> list[str]:
    return [a["href"] for a in main(clerk.get("/dock/sending")).all("a") if "/dock/sending/" in a["href"]]


def test_the_warehouse_packs_what_waits_longest_and_marks_it_as_sent(
    app: Portal, swap: Swap, clerk: ShopClient
) -> None:
    first, later = swap.ready(swap.stock("HAT-RED", 3000, 2)), None
    with clock.at(clock.now() + timedelta(minutes=5)):
        later = swap.ready(swap.stock("SOCK", 2000, 2, tax_rates=["19"]))
    number = swap.exchange(first).number
    assert "2 parcels" in main(clerk.get("/dock")).text
    assert [link.rpartition("/")[2] for link in listed(clerk)] == [
        str(swap.exchange(return_).id) for return_ in (first, later)
    ]
    page = scan(clerk, f" {number.lower()} ")
    assert heading(page) == "Pack this" and "HAT-RED" in main(page).text
    assert "Nils Ek" not in page.text and "30.00" not in page.text  # no names and no amounts at the dock
    sent = clerk.send(page, page.request.path, tracking=f" {LABEL} ", carrier="DHL")
    assert sent.status_code == 303 and "Sent, and posted" in note(follow(clerk, sent))
    swap.work()
    found = swap.exchange(first)
    assert (found.state, found.tracking, swap.state(first)) == ("shipped", LABEL, "closed")
    assert len(listed(clerk)) == 1 and LABEL in clerk.get(page.request.path).text
    assert broken(app) == {}


@pytest.mark.sqlite
def test_a_double_click_sends_once_and_two_people_do_not_undo_each_other(
    app: Portal, swap: Swap, clerk: ShopClient
) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 2))
    path = listed(clerk)[0]
    page = clerk.get(path)
    other = sign_in(ShopClient(app), Role.MANAGER)
    theirs = other.get(path)
    assert "Nils Ek" in theirs.text  # a manager may read addresses
    twice = [clerk.send(page, path, tracking="ONE", htmx=htmx) for htmx in (False, True)]
    assert [(answer.status_code, answer.location) for answer in twice] == [(303, "/acme/dock/sending")] * 2
    late = other.send(theirs, path, tracking="TWO")
    assert late.status_code == 409 and heading(late) == "Sent" and "ONE" in main(late).text
    assert other.send(theirs, "/missing").status_code == 409
    assert clerk.send(page, path, tracking="THREE").status_code == 409
    assert swap.exchange(return_).tracking == "ONE"
    assert broken(app) == {}


@pytest.mark.sqlite
def test_what_is_no_tracking_number_is_said_at_its_field(app: Portal, swap: Swap, clerk: ShopClient) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 2))
    path = listed(clerk)[0]
    page = clerk.get(path)
    for typed in ("überall", "X" * 61, "A\x00B"):
        answer = clerk.send(page, path, tracking=typed, carrier="Post & Söhne <b>")
        assert answer.status_code == 422 and swap.exchange(return_).state == "to_ship", typed
        form = main(answer).one(id="sent")
        assert read(answer.text).one(id="tracking-error") and "Post &amp; Söhne &lt;b&gt;" in answer.text
        assert form.one(id="carrier")["value"] == "Post & Söhne <b>"
    assert clerk.send(page, path, tracking="").status_code == 303  # it may stay empty
    assert swap.exchange(return_).state == "shipped"


@pytest.mark.sqlite
def test_what_is_not_on_the_shelf_is_given_as_the_shopper_chose(
    app: Portal, swap: Swap, clerk: ShopClient
) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 1), instead=Instead.STORE_CREDIT)
    waits = swap.ready(swap.stock("CAP", 3000, 1), instead=Instead.WAIT)
    for link in listed(clerk):
        page = clerk.get(link)
        assert "gets what they chose for that" in main(page).text
        assert clerk.send(page, "/missing").status_code == 303
    swap.work()
    assert [swap.exchange(one).state for one in (return_, waits)] == ["ended", "waiting"]
    assert listed(clerk) == [] and "Nothing is to be sent" in clerk.get("/dock/sending").text
    page = clerk.get(f"/dock/sending/{swap.exchange(waits).id}")
    assert heading(page) == "Sold out, the shopper waits" and not main(page).all("button")
    assert broken(app) == {}


@pytest.mark.sqlite
def test_what_is_let_go_is_not_sent_and_strangers_do_not_come_in(
    app: Portal, swap: Swap, clerk: ShopClient
) -> None:
    return_ = swap.swap(swap.order(Sold(3000)), {1: 1}, swap.stock("HAT", 3000, 1))
    exchange = swap.exchange(return_)
    page = clerk.get(f"/dock/sending/{exchange.id}")
    assert heading(page) == "Waits for what comes back" and not main(page).all("form")
    agent = at_desk(ShopClient(app), Role.AGENT)
    assert agent.get("/dock/sending").status_code == 403
    assert clerk.get(f"/dock/sending/{uuid.uuid4()}").status_code == 404
    assert "Scan again" in scan(clerk, "EX-0000-0000-0").text


@pytest.mark.sqlite
def test_its_pages_take_few_statements_and_no_more_for_many(
    app: Portal, swap: Swap, clerk: ShopClient
) -> None:
    hat = swap.stock("HAT", 3000, 20)
    swap.ready(hat)
    path = listed(clerk)[0]

    def reading() -> list[int]:
        found = []
        for address in ("/dock", "/dock/sending", path):
            with counted(app) as seen:
                clerk.get(address)
            found.append(len(seen))
        return found

    few = reading()
    for _ in range(3):
        swap.ready(hat)
    assert reading() == few and max(few) <= 15, few
    page = clerk.get(path)
    with counted(app) as seen:
        clerk.send(page, path, tracking=LABEL)
    assert len(seen) <= 30, len(seen)
