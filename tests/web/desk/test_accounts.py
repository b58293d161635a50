"""The page of the accounts: owner and manager name them, the auditor reads them."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.db import session
from portal.ledger import naming
from portal.people.models import User
from portal.people.roles import Role
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.shops import Shop
from tests.web.desk.working import follow, main, spent

Staff = Callable[[Role], ShopClient]
PAGE = "/desk/books/accounts"


def code(shop: Shop, role: str = "sales_returns") -> str:
    with shop.transaction(reading=True):
        return next(account.code for account in naming.chart() if account.role == role)


def test_a_manager_names_accounts_and_everybody_reads_who_did(shop: Shop, staff: Staff) -> None:
    owner, manager, auditor = staff(Role.OWNER), staff(Role.MANAGER), staff(Role.AUDITOR)
    for htmx in (False, True):
        page = manager.get(PAGE, htmx=htmx)
        typed = {"code-sales_returns": f"872{int(htmx)}", "name-sales_returns": "Erlös & <b>"}
        draft = follow(manager, manager.send(page, PAGE, htmx=htmx, **typed), htmx=htmx)
        assert "Code of Sales returns: " in main(draft).text
        assert code(shop) != f"872{int(htmx)}"  # not yet
        assert main(manager.get(PAGE)).one(id="at-code-sales_returns").get("value") == f"872{int(htmx)}"
        draft = follow(manager, manager.send(draft, "/review", why="New chart", htmx=htmx), htmx=htmx)
        page = owner.get(draft.request.path)
        page = follow(owner, owner.send(page, "/approval"))
        assert "is in force" in follow(owner, owner.send(page, "/publication")).text
        assert code(shop) == f"872{int(htmx)}"
    seen = main(auditor.get(PAGE))
    assert not seen.all("form") and "Erlös & <b>" in seen.text and "Wiebke" in seen.text
    assert [row.one("th").text for row in seen.all("table")[1].all("tr")[1:]] == ["2", "1"]


def test_what_is_wrong_stands_at_its_field_with_what_was_typed(shop: Shop, manager: ShopClient) -> None:
    before = code(shop)
    typed = {"code-sales_returns": "84 00", "code-tax_payable": "1460", "name-inventory": "\0x"}
    for htmx in (False, True):
        answer = manager.send(manager.get(PAGE), PAGE, htmx=htmx, **typed)
        assert answer.status_code == 422
        page = main(answer)
        for place in ("code-sales_returns", "code-tax_payable", "code-payment_clearing", "name-inventory"):
            assert page.one(id=f"at-{place}").get("aria-invalid") == "true"
            assert page.one(id=f"at-{place}-error")
        assert page.one(id="at-code-sales_returns").get("value") == "84 00"
    assert code(shop) == before


def test_of_two_tabs_the_second_sees_what_the_first_did(shop: Shop, staff: Staff) -> None:
    owner = staff(Role.OWNER)
    first, second = owner.get(PAGE), owner.get(PAGE)
    sent = [owner.send(first, PAGE, **{"code-sales_returns": "8720"}) for _ in range(2)]  # a double click
    assert [one.status_code for one in sent] == [303, 303] and sent[0].location == sent[1].location
    late = owner.send(second, PAGE, **{"code-tax_payable": "1776"})
    assert late.status_code == 409 and main(late).one(id="at-code-tax_payable").get("value") == "1776"
    assert main(owner.get(PAGE)).one(id="at-code-sales_returns").get("value") == "8720"
    assert (code(shop), code(shop, "tax_payable")) == ("4720", "3806")
    assert "It does not hold yet." not in owner.get("/desk/branding").text  # the draft says nothing of it


@pytest.mark.sqlite
def test_who_has_no_colleague_puts_it_in_force_with_the_password(shop: Shop, staff: Staff) -> None:
    with shop.transaction():
        session.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    owner = staff(Role.OWNER)
    draft = follow(owner, owner.send(owner.get(PAGE), PAGE, **{"code-sales_returns": "8720"}))
    assert owner.send(draft, "/at-once", why="", password=PASSWORD).status_code == 422
    for typed in ("", "not this one"):
        assert owner.send(draft, "/at-once", why="New chart", password=typed).status_code == 422
    for _ in range(2):
        assert owner.send(draft, "/at-once", why="New chart", password=PASSWORD).status_code == 303
    assert code(shop) == "8720" and "alone" in main(owner.get(draft.request.path)).text


@pytest.mark.sqlite
def test_the_page_and_its_form_stay_within_their_statements(shop: Shop, manager: ShopClient) -> None:
    assert spent(shop, manager, lambda: manager.get(PAGE)) <= 15
    page = manager.get(PAGE)
    typed = {f"code-{account}": str(n) for n, account in enumerate(naming.PLACES)}
    assert spent(shop, manager, lambda: manager.send(page, PAGE, **typed), 303) <= 30
