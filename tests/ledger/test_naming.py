"""A shop's own codes and names: checked whole, kept in versions, told in the trail, and in every file."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.audit import Trail
from portal.db import session
from portal.errors import Refusal
from portal.ledger import Account, Role, naming, sheet
from portal.ledger.beancount import account_name
from portal.ledger.models import ChartVersion, Kind
from portal.ledger.naming import Naming
from portal.tenants import locked_shop
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop
from tests.ledger.test_exports import beancount, checked, rows

RETURNS, TAX = Role.SALES_RETURNS, Role.TAX_PAYABLE


def renamed(shop: Shop, names: dict[Role, Naming]) -> int | None:
    with shop.transaction():
        made = naming.rename(locked_shop(), names, shop.actor())
        return made.no if made else None


def named(shop: Shop) -> dict[Role, Naming]:
    with shop.transaction(reading=True):
        return naming.names_of(naming.chart())


def test_two_accounts_change_their_codes_with_each_other(shop: Shop, other_shop: Shop) -> None:
    before, elsewhere = named(shop), named(other_shop)
    swapped = {
        RETURNS: Naming(before[TAX].code, "Erlösschmälerungen"),
        TAX: Naming(before[RETURNS].code, "USt"),
    }
    assert renamed(shop, swapped) == 1
    assert named(shop) == before | swapped and named(other_shop) == elsewhere
    assert renamed(shop, swapped) is None
    assert renamed(shop, {TAX: before[RETURNS], RETURNS: before[TAX]}) == 2
    with shop.transaction(reading=True):
        rows = session.scalars(sa.select(Trail).where(Trail.event == "books.accounts_named")).all()
        first, second = sorted(rows, key=lambda row: row.no)
        assert (first.before, first.after, second.before, second.after) == (None, "1", "1", "2")
        assert first.actor_id == shop.actor().id
        assert first.data["sales_returns"] == [before[RETURNS].code, before[TAX].code]
        assert "Erlös" not in str(first.data)  # names are the shop's own words
        kept = session.scalars(sa.select(ChartVersion).order_by(ChartVersion.no)).all()
        assert kept[0].accounts["tax_payable"] == [before[RETURNS].code, "USt"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("code", "name", "field"),
    [
        ("", "Sales", "code"),
        ("84 00", "Sales", "code"),
        ("8" * 21, "Sales", "code"),
        ("=8400", "Sales", "code"),
        ("8400ä", "Sales", "code"),
        ("-1", "Sales", "code"),
        ("3806", "Sales", "code"),
        ("8400", "", "name"),
        ("8400", "x" * 81, "name"),
        ("8400", "a\nb", "name"),
    ],
)
def test_what_is_no_code_or_name_is_refused_at_its_field(
    shop: Shop, code: str, name: str, field: str
) -> None:
    before = named(shop)
    with pytest.raises(Refusal) as refused:
        renamed(shop, {RETURNS: Naming(code, name)})
    assert refused.value.field == f"{field}-sales_returns"
    assert named(shop) == before


def test_files_carry_them_and_an_accounting_tool_takes_them(shop: Shop, tmp_path: Path) -> None:
    approved(shop, sell(shop))
    renamed(shop, {RETURNS: Naming("8720.19", 'Erlös "19" \\ %'), TAX: Naming("1776-a", "=SUM(A1)")})
    said = {row["account"]: row["account name"] for row in rows(shop)}
    assert (said["8720.19"], said["1776-a"]) == ('Erlös "19" \\ %', "'=SUM(A1)")
    text = beancount(shop)
    found = checked(text, tmp_path)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")
    assert '  code: "8720.19"\n  name: "Erlös \\"19\\" \\\\ %"\n' in text


def test_no_two_accounts_share_a_name_in_beancount() -> None:
    pairs = [("1.2", "X"), ("1", "2 X"), ("1-2", "X"), ("12", "X"), ("A", "b"), ("a", "b")]
    made = [Account(code=code, name=name, kind=Kind.INCOME) for code, name in pairs]
    assert len({account_name(account, "") for account in made}) == len(pairs)


@pytest.mark.sqlite
def test_the_sheet_says_the_chart_and_is_read_strictly(shop: Shop) -> None:
    with shop.transaction(reading=True):
        text = sheet.written(naming.chart())
    assert sheet.read(text.encode()) == named(shop)
    assert set(sheet.read(text.encode())) == set(Role)  # an account that is added is in it by itself
    part = sheet.read(b"sales_returns: {code: 0840, name: yes}")
    assert part == {RETURNS: Naming("0840", "yes")}
    for wrong, why in (
        ("cash: {code: 1, name: x}", "no account cash"),
        ("sales_returns: {code: 1, name: x}\nsales_returns: {code: 2, name: y}", "twice"),
        ("sales_returns: {code: 1}", "needs a code and a name"),
        ("sales_returns: [1, 2]", "expected"),
        ("- 1", "expected"),
        ("", "expected"),
        ("a: &b {code: [*b]}", ""),
        ("{", "YAML"),
        ("\xff", "YAML"),
    ):
        with pytest.raises(Refusal) as refused:
            sheet.read(wrong.encode("latin-1"))
        assert why in str(refused.value.message)
