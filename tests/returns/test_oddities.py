"""Unknown parcels, and something else in an announced one: each has its ways out, and all holds."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.audit import timeline
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.notices.models import SentMail
from portal.orders.models import Order
from portal.returns import deciding
from portal.returns.cases import Case, CaseState
from portal.returns.cases.handling import Find, Way, report, solve
from portal.returns.lifecycle import ItemState, ReturnState, Stage
from portal.returns.models import Return
from portal.returns.strays import Stray, StrayState, read_stray
from portal.returns.strays.keeping import end, match, quarantine
from portal.web.ritual import Portal
from tests.harness.sales import BOOTS, SOCKS, ZONE, Sold, approve_ready, check, look, requested, sell, take_in
from tests.harness.shops import Shop
from tests.harness.soundness import broken

HATS = Sold(4000, 2, "HA-FLT", "Filzhut", unit_cost=900)
GNOME = "A garden gnome with a red cap"


def found(shop: Shop, id: uuid.UUID, instead: bool = True, article: int | None = None) -> uuid.UUID | None:
    """Report what else was in the parcel; the case's id."""
    with shop.transaction():
        return_ = locked(Return, id)
        line = return_.order.lines[article].id if article is not None else None
        of = Find(GNOME, return_.lines[0].id if instead else None, line)
        case = report(return_, of, ZONE, shop.actor())
        return case.id if case else None


def decide(shop: Shop, case: uuid.UUID | None, event: str, article: int | None = None) -> None:
    assert case
    with shop.transaction():
        held = find(Case, case)
        return_ = locked(Return, held.return_id)
        line = return_.order.lines[article].id if article is not None else None
        solve(return_, held, Way(event, "So it is.", line), ZONE, shop.actor())


def state(shop: Shop, case: uuid.UUID | None) -> CaseState:
    assert case
    with shop.transaction(reading=True):
        return find(Case, case).state


def test_a_wrong_thing_is_a_case_and_the_announced_unit_is_free(app: Portal, shop: Shop) -> None:
    id = requested(shop, sell(shop, BOOTS))
    found(shop, id)
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.WRONG_ITEM] and seen.order.lines[0].claimed == 0
    assert seen.return_.stage is Stage.RECEIVED and seen.return_.parcels[0].received_at
    assert broken(app) == {}
    with shop.transaction(), pytest.raises(Conflict):
        deciding.cancel(locked(Return, id), shop.actor())


@pytest.mark.parametrize("event", ["send_back", "dispose"])
def test_what_goes_ends_the_wait_and_the_return_closes(
    app: Portal, shop: Shop, worker: Callable[[], int], event: str
) -> None:
    id = requested(shop, sell(shop, BOOTS))
    case = found(shop, id)
    decide(shop, case, event)
    worker()
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.CANCELLED] and seen.return_.state is ReturnState.CLOSED
    with shop.transaction(reading=True):
        subjects = session.scalars(sa.select(SentMail.subject)).all()
    assert any("Something else" in subject for subject in subjects)
    assert broken(app) == {}


def test_asking_for_the_right_one_awaits_it_again(app: Portal, shop: Shop, worker: Callable[[], int]) -> None:
    id = requested(shop, sell(shop, BOOTS))
    case = found(shop, id)
    decide(shop, case, "ask")
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.AUTHORIZED] and seen.order.lines[0].claimed == 1
    take_in(shop, id)
    check(shop, id)
    approve_ready(shop, id)
    worker()
    assert look(shop, id).return_.state is not ReturnState.CLOSED  # the thing is still here
    decide(shop, case, "send_back")
    worker()
    assert look(shop, id).return_.state is ReturnState.CLOSED and state(shop, case) is CaseState.SENT_BACK
    assert broken(app, gateway=True) == {}


def test_asking_is_refused_when_another_return_has_the_unit_now(shop: Shop) -> None:
    order = sell(shop, BOOTS)
    case = found(shop, requested(shop, order))
    requested(shop, order)
    with pytest.raises(Conflict):
        decide(shop, case, "ask")


def test_a_thing_is_accepted_as_another_unit_of_the_order(
    app: Portal, shop: Shop, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop, BOOTS, HATS), units=[1, 0])
    case = found(shop, id)
    decide(shop, case, "accept", article=1)
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.CANCELLED, ItemState.RECEIVED]
    assert seen.return_.units == 2 and [line.claimed for line in seen.order.lines] == [0, 1]
    assert broken(app) == {}  # its deadline runs from the parcel that it came in
    check(shop, id)
    approve_ready(shop, id)
    worker()
    assert look(shop, id).return_.state is ReturnState.CLOSED
    assert broken(app, gateway=True) == {}


def test_one_more_unit_of_the_order_joins_where_the_rules_allow_it(app: Portal, shop: Shop) -> None:
    id = requested(shop, sell(shop, SOCKS, HATS), units=[1, 0])
    assert found(shop, id, instead=False, article=1) is None
    assert found(shop, id, instead=False, article=0) is None
    take_in(shop, id)
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.RECEIVED] * 3 and len(seen.return_.parcels) == 1
    assert sorted(line.quantity for line in seen.return_.lines) == [1, 2]
    assert broken(app) == {}


def test_what_no_rule_lets_join_is_a_case_beside_the_return(app: Portal, shop: Shop) -> None:
    id = requested(shop, sell(shop, BOOTS))
    case = found(shop, id, instead=False)
    take_in(shop, id)
    with pytest.raises(Refusal, match="in addition"):
        decide(shop, case, "ask")
    decide(shop, case, "dispose")
    with pytest.raises(Conflict):
        decide(shop, case, "send_back")
    assert broken(app) == {}


def test_an_unknown_parcel_has_a_number_and_a_trail_and_finds_its_order(app: Portal, shop: Shop) -> None:
    order = sell(shop, BOOTS)
    with shop.transaction():
        id = quarantine("A shoe box", "J. Doe", "00340434161094837265", shop.actor()).id
    with shop.transaction():
        stray = locked(Stray, id)
        assert read_stray(stray.printed.lower()) == stray.number
        match(stray, find(Order, order), shop.actor())
    with shop.transaction():
        stray = locked(Stray, id)
        assert stray.state is StrayState.MATCHED and len(timeline(stray)) == 2
        with pytest.raises(Conflict):
            end(stray, "dispose", "No use.", shop.actor())
    assert broken(app) == {}


@pytest.mark.parametrize(("way", "after"), [("send_back", "sent_back"), ("dispose", "disposed")])
def test_nobody_knows_it_so_it_goes_with_a_reason(shop: Shop, way: str, after: str) -> None:
    with shop.transaction():
        id = quarantine("A box", "", "", shop.actor()).id
    with shop.transaction(), pytest.raises(Refusal):
        end(locked(Stray, id), way, " ", shop.actor())
    with shop.transaction():
        end(locked(Stray, id), way, "Nobody asked for it.", shop.actor())
    with shop.transaction(reading=True):
        assert find(Stray, id).state == after
