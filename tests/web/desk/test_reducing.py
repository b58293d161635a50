"""Refunding less: the desk asks the shopper, decides on the objection, and nothing is done twice."""

import uuid
from datetime import timedelta

import pytest

from portal import clock
from portal.db import find
from portal.people.roles import Role
from portal.returns.links import status_token
from portal.returns.reductions import Reduction, ReductionState
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.web.desk.conftest import Staff
from tests.web.desk.working import acts, follow, heading, main, notes, rail, record, rows, spent

pytestmark = pytest.mark.sqlite
CUPS = Sold(10_000, 3, "CUP", "Cup", taxes={"19": 1_597})
SAID = {"ground": "missing_parts", "note": "The lids <are> missing.", "kind": "amount", "off": "10,5"}


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


@pytest.fixture
def checked(trade: Trade) -> uuid.UUID:
    return_ = trade.ask(trade.order(CUPS), {1: 3})
    trade.receive(return_)
    trade.inspect(return_)
    return return_


def state_of(trade: Trade, id: uuid.UUID) -> ReductionState:
    with trade.shop.transaction(reading=True):
        return find(Reduction, id).state


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_the_desk_asks_the_shopper_objects_and_somebody_else_decides(
    trade: Trade, staff: Staff, client: ShopClient, checked: uuid.UUID, htmx: bool
) -> None:
    agent, manager = staff(Role.AGENT), staff(Role.MANAGER)
    page = agent.get(f"/desk/returns/{checked}/reduction")
    answer = agent.send(page, "/reduction", **SAID, units="2", htmx=htmx)
    page = follow(agent, answer, htmx=htmx)
    assert "€21.00 less is proposed." in notes(page)[0] and "Waits for the shopper" in main(page).text
    assert "Approve refund" in acts(page)  # the third cup is ready

    status = f"/s/{status_token(checked)}"
    seen = client.get(status)
    assert heading(seen) == "Needs your attention" and "The lids &lt;are&gt; missing." in seen.text
    assert "€66.67" in main(seen).text and "€45.67" in main(seen).text
    empty = client.send(seen, "/object", objection=" ", htmx=htmx)
    assert empty.status_code == 422 and "Say why you see it differently." in empty.text
    follow(client, client.send(seen, "/object", objection="They had none.", htmx=htmx), htmx=htmx)
    assert rail(record(agent, checked))["Objection to decide"] == 1
    assert len(rows(agent.get("/desk?view=objected"))) == 1 and "2 d" in agent.get("/desk?view=objected").text
    with clock.at(clock.now() + timedelta(days=4)):
        assert "overdue since" in record(staff(Role.AGENT), checked).text

    own = next(a["href"] for a in main(record(agent, checked)).all("a") if "/reductions/" in a.get("href"))
    own = own.removeprefix("/acme")
    assert "somebody else decides" in (mine := agent.get(own)).text and 'name="way"' not in mine.text
    page = manager.get(own)
    typed = {"way": "change", "off": "x", "kind": "amount", "answer": "Half of it."}
    wrong = manager.send(page, "/decision", **typed, htmx=htmx)
    assert (
        wrong.status_code == 422
        and "Type an amount, such as 5.00." in wrong.text
        and "Half of it." in wrong.text
    )
    told = {**typed, "off": "5"}
    done = follow(manager, manager.send(page, "/decision", **told, htmx=htmx), htmx=htmx)
    assert notes(done)[0] == "Decided. The shopper is told by mail."
    assert manager.send(page, "/decision", **told, htmx=htmx).status_code in {200, 303}  # a double click
    assert "We have looked at your objection and take off less." in client.get(status).text
    assert broken(trade.shop.app) == {}


def test_an_answer_meets_what_became_of_it_meanwhile(
    trade: Trade, manager: ShopClient, client: ShopClient, checked: uuid.UUID
) -> None:
    """The shopper's page is old: the desk has taken it back, and the other way round."""
    made, status = trade.reduce(checked), f"/s/{status_token(checked)}"
    seen, desk = client.get(status), manager.get(f"/desk/returns/{checked}/reductions/{made}")
    trade.write(checked, "A word in between makes no answer old.")
    twice = [client.send(seen, "/accept") for _ in range(2)]
    assert [one.status_code for one in twice] == [303, 303]
    assert client.send(seen, "/object", objection="No!").status_code == 409
    assert manager.send(desk, "/withdrawal", answer="It was there.").status_code == 409
    now = manager.get(f"/desk/returns/{checked}/reductions/{made}")
    assert manager.send(now, "/withdrawal", answer="It was there.").status_code == 303
    assert state_of(trade, made) is ReductionState.WITHDRAWN
    late = client.send(seen, "/object", objection="No, <it> was there!")
    assert late.status_code == 409 and "We have taken this back." in late.text
    assert broken(trade.shop.app) == {}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"off": "1.000"}, "off"), ({"off": "٣"}, "off"), ({"off": "-1"}, "off"), ({"off": "1e3"}, "off"),
        ({"off": ""}, "off"), ({"off": "0"}, "off"), ({"off": "33.35"}, "off"), ({"off": "\x00"}, "off"),
        ({"off": "101", "kind": "per_cent"}, "off"), ({"ground": "x"}, "ground"), ({"note": " "}, "note"),
        ({"note": "4111 1111 1111 1111"}, "note"), ({"units": "4"}, "units"), ({"kind": "x"}, "kind"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_at_its_field(
    trade: Trade, agent: ShopClient, checked: uuid.UUID, typed: dict[str, str], field: str
) -> None:
    page = agent.get(f"/desk/returns/{checked}/reduction")
    answer = agent.send(page, "/reduction", **{**SAID, **typed})
    assert answer.status_code == 422 and read(answer.text).all(id=f"{field}-error")


def test_an_example_fits_what_is_asked_for(agent: ShopClient, checked: uuid.UUID) -> None:
    page = agent.get(f"/desk/returns/{checked}/reduction")
    for kind, example in (("per_cent", "from 0 to 100, such as 12.5."), ("amount", "such as 5.00.")):
        answer = agent.send(page, "/reduction", **{**SAID, "off": "some", "kind": kind})
        assert example in read(answer.text).one(id="off-error").text


def test_the_pages_cost_few_statements(
    trade: Trade, manager: ShopClient, client: ShopClient, checked: uuid.UUID
) -> None:
    made = trade.reduce(checked, n=2)
    shop, own = trade.shop, f"/desk/returns/{checked}/reductions/{made}"
    assert spent(shop, manager, lambda: manager.get(own)) <= 15
    assert spent(shop, manager, lambda: record(manager, checked)) <= 15
    assert spent(shop, client, lambda: client.get(f"/s/{status_token(checked)}")) <= 15
    seen = client.get(f"/s/{status_token(checked)}")
    assert spent(shop, client, lambda: client.send(seen, "/object", objection="No."), 303) <= 30
    page = manager.get(own)
    typed = {"way": "change", "off": "5", "kind": "per_cent", "answer": "So."}
    assert spent(shop, manager, lambda: manager.send(page, "/decision", **typed), 303) <= 30
    page = manager.get(f"/desk/returns/{checked}/reduction")
    assert spent(shop, manager, lambda: manager.send(page, "/reduction", **SAID), 303) <= 30


def test_of_a_gift_nobody_reads_an_amount(trade: Trade, client: ShopClient) -> None:
    return_ = trade.give_back(trade.order(CUPS), {1: 3})
    trade.receive(return_)
    trade.inspect(return_)
    trade.reduce(return_)
    trade.work()
    seen = client.get(f"/s/{status_token(return_)}")
    assert "The laces are missing." in seen.text and "€" not in main(seen).text
