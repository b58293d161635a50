"""A large refund at the desk: one approves it first, another looks at it, types a password, and it goes."""

import uuid

import pytest
import sqlalchemy as sa

from portal.audit.operations import operation_id
from portal.db import session
from portal.people.models import User
from portal.people.roles import Role
from portal.refunds.models import RefundProposal
from tests.harness.apps import PASSWORD, counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, inspected, look, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.conftest import Staff
from tests.web.desk.working import acts, follow, main, notes, record

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


@pytest.fixture
def id(shop: Shop) -> uuid.UUID:
    Trade(shop).rule(policy(second_person_above={"EUR": 10_000}))
    return inspected(shop, sell(shop, BOOTS))


def proposed(client: ShopClient, id: uuid.UUID) -> None:
    assert client.send(record(client, id), "/refund/first").status_code == 303


@BOTH
def test_one_approves_first_and_another_second_with_their_password(
    shop: Shop, staff: Staff, id: uuid.UUID, htmx: bool
) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    page = record(manager, id)
    assert "Approve as the first" in acts(page) and "Approve refund" not in acts(page)
    assert "Two people approve a refund of more than €100.00." in main(page).text
    page = follow(manager, manager.send(page, "/refund/first", htmx=htmx), htmx=htmx)
    assert notes(page)[0].startswith("You have approved it first.")
    assert acts(page) & {"Approve as the second…", "Approve refund"} == set()
    assert (
        "Approve €165.20 as the second person?" not in manager.get(f"/desk/returns/{id}/refund/second").text
    )

    assert "Approve as the second…" in acts(record(owner, id))
    asked = owner.get(f"/desk/returns/{id}/refund/second", htmx=htmx)
    assert "approved it first" in main(asked).text and "Visa ending 4417" in main(asked).text
    for typed, status in (("", 422), ("not this one", 422)):
        wrong = owner.send(asked, "/refund/second", password=typed, htmx=htmx)
        assert wrong.status_code == status and look(shop, id).refunds == []
        assert read(wrong.text).one(id="password-error").text
    page = follow(owner, owner.send(asked, "/refund/second", password=PASSWORD, htmx=htmx), htmx=htmx)
    assert notes(page)[0] == "€165.20 approved. It is sent in a moment."
    assert "Refund approved by the first of two" in main(page).text
    again = owner.send(asked, "/refund/second", password=PASSWORD, htmx=htmx)
    assert again.status_code in {200, 303} and len(look(shop, id).refunds) == 1


@pytest.mark.sqlite
def test_the_way_of_one_person_does_not_lead_around_it(shop: Shop, staff: Staff, id: uuid.UUID) -> None:
    manager = staff(Role.MANAGER)
    page = record(manager, id)
    form = read(page.text).one("form", action=f"/acme/desk/returns/{id}/refund/first")
    token = form.one("input", name="csrf_token")["value"]
    typed = {"csrf_token": token, "op": str(approving(shop, id)), "shown": "16520"}
    answer = manager.post(f"/desk/returns/{id}/refund", data=typed)
    assert answer.status_code == 422 and look(shop, id).refunds == []
    assert "Two people approve a refund of more than €100.00." in answer.text


def approving(shop: Shop, id: uuid.UUID) -> uuid.UUID:
    """The operation of a form that the page does not show."""
    now = look(shop, id).return_
    return operation_id(now.id, "approve", now.version)


def test_the_board_says_what_waits_for_a_second_approval(shop: Shop, staff: Staff, id: uuid.UUID) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    inspected(shop, sell(shop, BOOTS, number="another"))
    assert "Second approval" not in rows_of(manager.get("/desk?view=to_pay").text)
    proposed(manager, id)
    with counted(shop.app) as seen:
        page = owner.get("/desk?view=second").text
    assert len(seen) <= 15 and "Second approval (1)" in page
    assert str(id) in rows_of(page) and "another" not in rows_of(page)
    assert rows_of(owner.get("/desk").text).count("Second approval") == 1
    asked = owner.get(f"/desk/returns/{id}/refund/second")
    assert owner.send(asked, "/refund/second", password=PASSWORD).status_code == 303
    assert "No second approval is due" in owner.get("/desk?view=second").text


def rows_of(page: str) -> str:
    """The table of the board's rows, as it is written."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


@pytest.mark.sqlite
def test_a_first_approval_is_taken_back(shop: Shop, staff: Staff, id: uuid.UUID) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    proposed(manager, id)
    late = owner.get(f"/desk/returns/{id}/refund/second")
    page = follow(owner, owner.send(record(owner, id), "/refund/first/back"))
    assert notes(page)[0] == "The first approval is taken back." and "Approve as the first" in acts(page)
    answer = owner.send(late, "/refund/second", password=PASSWORD)
    assert answer.status_code == 409 and look(shop, id).refunds == []


@pytest.mark.sqlite
def test_whoever_is_alone_approves_twice(shop: Shop, staff: Staff, id: uuid.UUID) -> None:
    owner = staff(Role.OWNER)
    with shop.transaction():
        session.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    proposed(owner, id)
    assert "Approve once more…" in acts(record(owner, id))
    asked = owner.get(f"/desk/returns/{id}/refund/second")
    page = follow(owner, owner.send(asked, "/refund/second", password=PASSWORD))
    assert look(shop, id).refunds[0].alone
    assert "both times by the same person: nobody else may" in main(page).text


@pytest.mark.sqlite
def test_the_steps_stay_within_their_statements(shop: Shop, staff: Staff, id: uuid.UUID) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    proposed(manager, id)
    with counted(shop.app) as seen:
        record(owner, id)
    assert len(seen) <= 15
    asked = owner.get(f"/desk/returns/{id}/refund/second")
    with counted(shop.app) as seen:
        assert owner.send(asked, "/refund/second", password=PASSWORD).status_code == 303
    assert len(seen) <= 38  # six of them for the password
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(RefundProposal.ended_at)).one() is not None


@pytest.mark.sqlite
def test_a_return_that_changed_is_approved_anew_and_the_page_says_so(
    shop: Shop, staff: Staff, id: uuid.UUID
) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    proposed(manager, id)
    late = owner.get(f"/desk/returns/{id}/refund/second")
    trade = Trade(shop)
    trade.answer(trade.reduce(id, amount=500))
    answer = owner.send(late, "/refund/second", password=PASSWORD)
    assert answer.status_code == 409 and look(shop, id).refunds == []
    page = record(owner, id)
    assert "had approved €165.20 first. The return has changed since" in main(page).text
    assert "Approve as the first" in acts(page) and "Approve as the second…" not in acts(page)
    assert str(id) not in rows_of(owner.get("/desk?view=second").text)
    follow(owner, owner.send(page, "/refund/first"))
    page = record(manager, id)
    assert "had approved" not in main(page).text and "Approve as the second…" in acts(page)
    assert str(id) in rows_of(owner.get("/desk?view=second").text)
    with counted(shop.app) as seen:
        record(manager, id)
    assert len(seen) <= 15
