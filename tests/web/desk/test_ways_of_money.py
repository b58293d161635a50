"""At the desk: transfers by hand, refunds that failed with their ways out, and gift cards."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, locked
from portal.ids import print_gift
from portal.orders.models import Order
from portal.people.roles import Role
from portal.policies import Resolution
from portal.refunds import gift_cards
from portal.refunds.lifecycle import CardState, LegState
from portal.refunds.models import GiftCard, RefundLeg
from portal.returns.lifecycle import ReturnState
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import Sold, look, today
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, heading, main, notes

pytestmark = pytest.mark.sqlite  # what is written is the verbs', which are tried on both
LAMP = Sold(5000, unit_cost=900)


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def newest(trade: Trade, return_: uuid.UUID) -> RefundLeg:
    return look(trade.shop, return_).refunds[-1].legs[-1]


def by_hand(trade: Trade) -> tuple[uuid.UUID, str]:
    """A return whose refund waits for a transfer, and the page of that."""
    order = trade.order(LAMP, name="Tjorven af Wetterstedt-Grönqvist")
    trade.pay_by(order, "manual")
    id = trade.go_whole_way(order, {1: 1})
    trade.work()
    return id, f"/desk/transfers/{newest(trade, id).id}"


def stopped(trade: Trade) -> tuple[uuid.UUID, str]:
    """A return whose refund the bank declines for good, and the page of that. There is another payment."""
    order = trade.order(LAMP, paid=[5000, 5000])
    with trade.shop.transaction(reading=True):
        reference = find(Order, order).payments[0].reference
    trade.bank.close(reference)
    id = trade.go_whole_way(order, {1: 1})
    trade.work()
    return id, f"/desk/stopped/{newest(trade, id).id}"


def carded(trade: Trade) -> tuple[uuid.UUID, str]:
    """A gift card, and its page."""
    order = trade.order(LAMP)
    trade.go_whole_way(order, {1: 1}, resolution=Resolution.GIFT_CARD)
    trade.work()
    with trade.shop.transaction(reading=True) as session:
        card = session.scalars(sa.select(GiftCard.id).where(GiftCard.order_id == order)).one()
    return card, f"/desk/gift-cards/{card}"


def state_of(trade: Trade, id: uuid.UUID) -> CardState:
    with trade.shop.transaction(reading=True):
        return find(GiftCard, id).state


@pytest.mark.parametrize("htmx", [False, True])
def test_the_desk_spends_of_a_card_and_gives_it_back(trade: Trade, manager: ShopClient, htmx: bool) -> None:
    card, page = carded(trade)
    with trade.shop.transaction():
        code = print_gift(gift_cards.show(locked(GiftCard, card), trade.shop.actor()) or "")
    asked = manager.get(page)
    for typed, amount, why in (
        ("GIFT-0000", "5.00", "not the code of this"),
        (code, "1,500", "in two ways"),
        (code, "five", "such as 5.00"),
        (code, "0", "at least"),
        (code, "90.00", "is left"),
    ):
        wrong = manager.send(asked, "/spend", code=typed, amount=amount, reference="S1", htmx=htmx)
        assert wrong.status_code == 422 and why in main(wrong).text
        assert code not in wrong.text and 'value="S1"' in wrong.text
    for _ in range(2):
        told = manager.send(asked, "/spend", code=code, amount="12,50", reference="S1", htmx=htmx)
        told = follow(manager, told, htmx=htmx)
    assert "is left on it" in notes(told)[0] and "S1" in main(told).text
    again = manager.send(told, "/spend", code=code, amount="1.00", reference="S1", htmx=htmx)
    assert again.status_code == 409 and "another amount" in main(again).text
    back = follow(manager, manager.send(told, "/release", spent="S1", htmx=htmx), htmx=htmx)
    assert notes(back)[0].startswith("Given back") and "/release" not in back.text
    assert broken(trade.shop.app) == {}


# Transfers by hand.


def test_a_transfer_is_confirmed_with_its_reference_and_day(trade: Trade, manager: ShopClient) -> None:
    id, page = by_hand(trade)
    assert "Tjorven af Wetterstedt-Grönqvist" in main(manager.get("/desk/transfers")).text
    done = manager.send(manager.get(page), "/done", reference="  SEPA  2026-11 ", day=today().isoformat())
    told = follow(manager, done)
    assert done.location == "/acme/desk/transfers" and "Confirmed" in notes(told)[0]
    leg = newest(trade, id)
    assert (leg.state, leg.reference) == (LegState.SUCCEEDED, "SEPA 2026-11")
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED
    assert "Tjorven" not in main(manager.get("/desk/transfers")).text
    assert "SEPA 2026-11" in main(manager.get(page)).text
    assert broken(trade.shop.app) == {}


@pytest.mark.parametrize("htmx", [False, True])
def test_a_transfer_that_cannot_be_keeps_what_was_typed(
    trade: Trade, manager: ShopClient, htmx: bool
) -> None:
    id, page = by_hand(trade)
    later = (today() + timedelta(days=3)).isoformat()
    form = manager.get(page)
    for typed, field in (
        ({"reference": "", "day": today().isoformat()}, "reference"),
        ({"reference": "Grüße", "day": today().isoformat()}, "reference"),
        ({"reference": "a" * 61, "day": today().isoformat()}, "reference"),
        ({"reference": "T-1", "day": "yesterday"}, "day"),
        ({"reference": "T-1", "day": later}, "day"),
    ):
        answer = manager.send(form, "/done", htmx=htmx, **typed)
        assert answer.status_code == 422, typed
        fields = main(answer) if not htmx else read(answer.text)
        wrong = [e["name"] for e in fields.all("input") if e.get("aria-invalid") == "true"]
        assert wrong == [field], typed
        assert fields.one("input", name="reference").get("value") == typed["reference"]
    assert newest(trade, id).state is LegState.APPROVED


def test_one_reference_confirms_one_transfer(trade: Trade, manager: ShopClient) -> None:
    (_, first), (id, second) = by_hand(trade), by_hand(trade)
    follow(manager, manager.send(manager.get(first), "/done", reference="T-1", day=today().isoformat()))
    answer = manager.send(manager.get(second), "/done", reference="T-1", day=today().isoformat())
    assert answer.status_code == 422 and "Another transfer" in main(answer).text
    assert newest(trade, id).state is LegState.APPROVED


def test_confirmed_twice_it_is_confirmed_once(trade: Trade, manager: ShopClient) -> None:
    id, page = by_hand(trade)
    form = manager.get(page)
    answers = [manager.send(form, "/done", reference="T-1", day=today().isoformat()) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/acme/desk/transfers")] * 2
    with trade.shop.transaction(reading=True):
        assert len(find(RefundLeg, newest(trade, id).id).attempts) == 1
    assert broken(trade.shop.app) == {}


def test_the_later_of_two_people_sees_what_is_now_so(trade: Trade, manager: ShopClient, staff: Staff) -> None:
    id, page = by_hand(trade)
    late = manager.get(page)
    owner = staff(Role.OWNER)
    follow(owner, owner.send(owner.get(page), "/not", why="account_unknown"))
    answer = manager.send(late, "/done", reference="T-1", day=today().isoformat())
    assert answer.status_code == 409
    assert not read(answer.text).all("input", name="reference")
    assert newest(trade, id).state is LegState.FAILED


def test_a_transfer_that_was_not_possible_or_came_back_stands_under_what_failed(
    trade: Trade, manager: ShopClient
) -> None:
    (_, no), (_, back) = by_hand(trade), by_hand(trade)
    unsaid = manager.send(manager.get(no), "/not")
    assert unsaid.status_code == 422 and "Choose why" in main(unsaid).text
    follow(manager, manager.send(manager.get(no), "/not", why="bank_refused"))
    follow(manager, manager.send(manager.get(back), "/done", reference="T-7", day=today().isoformat()))
    follow(manager, manager.send(manager.get(back), "/back"))
    failed = main(manager.get("/desk/stopped"))
    assert len(failed.all("a", class_="code")) == 2
    assert broken(trade.shop.app) == {}


def test_who_may_read_but_not_repair_has_no_form(
    trade: Trade, agent: ShopClient, manager: ShopClient
) -> None:
    """An agent approves; that the money has left is said by somebody else, also with a form in hand."""
    id, page = by_hand(trade)
    shown = main(agent.get(page))
    assert not shown.all("input", name="reference") and "A manager makes the transfer" in shown.text
    token = read(agent.get("/desk/account").text).all("input", name="csrf_token")[0]["value"]
    op = read(manager.get(page).text).all("input", name="op")[0]["value"]
    sent = {
        "csrf_token": token,
        "op": op,
        "reference": "T-1",
        "day": today().isoformat(),
        "why": "bank_refused",
    }
    for to in ("done", "not", "back"):
        assert agent.post(f"{page}/{to}", data=sent).status_code == 403
    assert newest(trade, id).state is LegState.APPROVED


# Refunds that failed.


def test_a_failed_refund_goes_to_another_payment(trade: Trade, manager: ShopClient) -> None:
    id, page = stopped(trade)
    assert newest(trade, id).state is LegState.FAILED
    form = manager.get(page)
    ways = [e["value"] for e in main(form).all("input", name="way")]
    named = {"again", "by_hand", "credit", "account"}
    (other,) = set(ways) - named
    assert named < set(ways)
    assert "other payment" in notes(follow(manager, manager.send(form, page, way=other)))[0]
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED
    assert "Another payment has taken its place" in main(manager.get(page)).text
    assert broken(trade.shop.app, gateway=True) == {}


def test_a_way_that_is_none_is_refused_at_its_place(trade: Trade, manager: ShopClient) -> None:
    id, page = stopped(trade)
    for way in (None, "", "elsewhere", str(uuid.uuid4())):
        answer = manager.send(manager.get(page), page, way=way)
        assert answer.status_code == 422 and read(answer.text).all(id="way-error"), way
    assert len(look(trade.shop, id).refunds[0].legs) == 1


@pytest.mark.parametrize("way", ["again", "by_hand", "credit", "account"])
def test_a_way_that_is_chosen_twice_is_taken_once(trade: Trade, manager: ShopClient, way: str) -> None:
    id, page = stopped(trade)
    form = manager.get(page)
    answers = [manager.send(form, page, way=way) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, f"/acme/desk/returns/{id}")] * 2
    assert len(look(trade.shop, id).refunds[0].legs) == (1 if way in ("credit", "account") else 2)
    assert broken(trade.shop.app) == {}


def test_two_who_choose_different_ways_are_told_which_was_taken(
    trade: Trade, manager: ShopClient, staff: Staff
) -> None:
    id, page = stopped(trade)
    late, owner = manager.get(page), staff(Role.OWNER)
    follow(owner, owner.send(owner.get(page), page, way="by_hand"))
    answer = manager.send(late, page, way="again")
    assert answer.status_code == 409 and "taken its place" in main(answer).text
    assert len(look(trade.shop, id).refunds[0].legs) == 2


def test_an_agent_sees_what_failed_and_chooses_nothing(trade: Trade, agent: ShopClient) -> None:
    id, page = stopped(trade)
    shown = main(agent.get(page))
    assert not shown.all("input", name="way") and "A manager chooses" in shown.text
    token = read(agent.get("/desk/account").text).all("input", name="csrf_token")[0]["value"]
    sent = {"csrf_token": token, "op": str(uuid.uuid4()), "way": "again"}
    assert agent.post(page, data=sent).status_code == 403
    assert len(look(trade.shop, id).refunds[0].legs) == 1


# Gift cards.


def test_a_card_is_blocked_with_a_reason_and_freed_again(trade: Trade, manager: ShopClient) -> None:
    id, page = carded(trade)
    ask = manager.get(f"{page}/block")
    unsaid = manager.send(ask, "/block", reason="")
    assert unsaid.status_code == 422 and state_of(trade, id) is CardState.OPEN
    odd = manager.send(ask, "/block", reason="Stolen\x00 <b>twice</b>")
    assert odd.status_code == 422 and "&lt;b&gt;twice" in odd.text
    answers = [manager.send(ask, "/block", reason="Stolen <i>") for _ in range(2)]
    assert [a.location for a in answers] == [f"/acme{page}"] * 2
    assert "Stolen <i>" in main(manager.get(page)).text and state_of(trade, id) is CardState.BLOCKED
    follow(manager, manager.send(manager.get(page), "/unblock"))
    assert state_of(trade, id) is CardState.OPEN
    assert broken(trade.shop.app) == {}


def test_replaced_twice_there_is_one_new_card(trade: Trade, manager: ShopClient) -> None:
    _, page = carded(trade)
    ask = manager.get(f"{page}/replace")
    answers = [manager.send(ask, "/replace") for _ in range(2)]
    assert answers[0].location == answers[1].location != f"/acme{page}"
    new = follow(manager, answers[0])
    assert "45.10" in main(new).text and "in the place of another card" in main(new).text
    with trade.shop.transaction(reading=True) as session:
        assert sorted(session.scalars(sa.select(GiftCard.balance))) == [0, 4510]
    assert broken(trade.shop.app) == {}


def test_a_card_that_was_replaced_meanwhile_is_shown_as_it_is(
    trade: Trade, manager: ShopClient, staff: Staff
) -> None:
    id, page = carded(trade)
    late, owner = manager.get(f"{page}/block"), staff(Role.OWNER)
    follow(owner, owner.send(owner.get(f"{page}/replace"), "/replace"))
    answer = manager.send(late, "/block", reason="Stolen")
    assert answer.status_code == 409
    assert "stands on another card" in main(answer).text and "ending in" in heading(answer)
    assert state_of(trade, id) is CardState.REPLACED


def test_an_auditor_reads_cards_and_changes_none(app: Portal, trade: Trade, staff: Staff) -> None:
    id, page = carded(trade)
    auditor = staff(Role.AUDITOR)
    shown = main(auditor.get(page))
    assert "45.10" in shown.text and not shown.all("form")
    assert auditor.get(f"{page}/block").status_code == 403
    token = read(auditor.get("/desk/account").text).all("input", name="csrf_token")[0]["value"]
    sent = {"csrf_token": token, "op": str(uuid.uuid4()), "reason": "Stolen"}
    for to in ("block", "unblock", "replace", "mail"):
        assert auditor.post(f"{page}/{to}", data=sent).status_code == 403
    assert state_of(trade, id) is CardState.OPEN


def test_a_card_is_found_by_its_end_and_no_code_is_repeated(trade: Trade, manager: ShopClient) -> None:
    id, page = carded(trade)
    code = print_gift(trade.show_card(id))
    for typed in (code[-4:], code):
        found = manager.get("/desk/gift-cards", query_string={"q": typed})
        assert f"…{code[-4:]}" in main(found).text and code not in found.text
    assert code not in manager.get(page).text


# The address of a form.


def test_the_address_of_a_form_leads_to_its_page(trade: Trade, manager: ShopClient) -> None:
    _, page = by_hand(trade)
    wrong = manager.send(manager.get(page), "/done", reference="", day=today().isoformat())
    assert wrong.status_code == 422
    again = manager.get(f"{page}/done", query_string={"view": "open"})
    assert (again.status_code, again.location) == (303, f"/acme{page}?view=open")
    return_ = uuid.uuid4()
    deep = manager.get(f"/desk/returns/{return_}/refund/first")  # its parent takes only forms, too
    assert (deep.status_code, deep.location) == (303, f"/acme/desk/returns/{return_}")
    assert manager.get("/sign-out").status_code == 405  # stands on every page, so on none
    assert manager.delete(f"{page}/done").status_code == 405


def test_a_card_whose_time_is_over_is_not_called_good(trade: Trade, manager: ShopClient) -> None:
    id, page = carded(trade)
    assert "State Can be spent" in main(manager.get(page)).text
    with trade.shop.transaction():
        find(GiftCard, id).expires_at = clock.now() - timedelta(days=1)
    for address in (page, "/desk/gift-cards"):
        text = main(manager.get(address)).text
        assert "Expired" in text and text.count("Can be spent") == text.count("Can be spent until")
