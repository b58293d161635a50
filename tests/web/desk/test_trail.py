"""The trail's page and files, for those who look over the shop."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.audit.trail import SEALED
from portal.i18n import Voice
from portal.people import User
from portal.people.roles import Role
from portal.policies import rules
from portal.returns import Return
from portal.tenants.settings import Settings
from portal.web.desk.trail import in_short
from portal.web.desk.trail_words import EVENTS, SETTINGS, titled
from portal.web.desk.wording import RULES
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import approved, look, requested, sell
from tests.harness.shops import Shop, find_shop
from tests.web.desk.working import main, spent

Staff = Callable[[Role], ShopClient]


@pytest.fixture
def auditor(staff: Staff) -> ShopClient:
    return staff(Role.AUDITOR)


def test_it_tells_who_did_what_on_what(shop: Shop, auditor: ShopClient) -> None:
    id = approved(shop, sell(shop))
    rma = look(shop, id).return_.rma
    for htmx in (False, True):
        page = auditor.get("/desk/trail", query_string={"q": rma, "event": Event.REFUND_APPROVED}, htmx=htmx)
        rows = read(page.text).all("tbody")[0].all("tr")
        assert len(rows) == len(look(shop, id).refunds[0].legs) + 1
        assert all("Refund approved" in row.text and rma in row.text for row in rows)
        assert f"/acme/desk/returns/{id}" in page.text
    with shop.transaction(reading=True) as session:
        owner = session.get_one(User, shop.actor().id).name
    assert all(owner in row.text for row in rows)


@pytest.mark.sqlite
def test_what_was_changed_of_a_person_is_said(shop: Shop, auditor: ShopClient) -> None:
    auditor.send(auditor.get("/desk/account"), "/account/language", language="de")
    assert (
        "Sprache gewählt" in main(auditor.get("/desk/trail", query_string={"event": "person.changed"})).text
    )


@pytest.mark.sqlite
def test_a_sign_in_with_a_code_is_said() -> None:
    row = Trail(event=Event.PERSON_SIGNED_IN, data={"second": True})
    assert str(titled(row)) == "Signed in with a second factor"
    assert str(titled(Trail(event=Event.PERSON_SIGNED_IN, data={}))) == "Signed in"


def test_what_an_import_came_to_is_said_in_the_reader_s_language() -> None:
    tally = {"imported": 2, "updated": 0, "unchanged": 1, "refused": 3}
    assert Voice("de").text(in_short(tally)) == "2 neu, 0 aktualisiert, 1 unverändert, 3 abgewiesen"
    assert in_short({"acceptance": "01a2", "scopes": "orders.write"}) == "scopes orders.write"


def test_settings_are_said_by_the_names_that_their_forms_have() -> None:
    changed = {
        "zone": ["UTC", "Europe/Berlin"],
        "gifts": [False, True],
        "contact": [],
        "domain": ["", "a.shop"],
    }
    assert Voice("en").text(in_short({"settings": changed})) == (
        "Time zone: UTC → Europe/Berlin, Whoever got a gift may return it: no → yes, Shoppers write to, "
        "Domain of its own: nothing → a.shop"
    )
    carrier = {"settings": {"carrier": ["none", "test"]}}
    assert Voice("de").text(in_short(carrier)).endswith(": Keine Etiketten → Test-Versanddienst")
    assert set(Settings.__dataclass_fields__) <= SETTINGS.keys()


@pytest.mark.sqlite
def test_every_rule_has_words() -> None:
    assert set(re.findall(r'Finding\(\s*"(\w+)"', Path(rules.__file__).read_text("utf-8"))) <= set(RULES)


@pytest.mark.sqlite
def test_whoever_may_not_look_is_shown_the_way_to_their_own_place(staff: Staff) -> None:
    assert 'href="/acme/dock"' in staff(Role.WAREHOUSE).get("/desk/trail").text
    assert 'href="/acme/desk"' in staff(Role.AGENT).get("/desk/trail").text


@pytest.mark.sqlite
def test_every_event_has_words() -> None:
    assert set(Event) <= set(EVENTS)


@pytest.mark.sqlite
def test_filters_stay_while_one_turns_pages(shop: Shop, auditor: ShopClient) -> None:
    for n in range(12):
        approved(shop, sell(shop, number=str(n)))
    page = auditor.get("/desk/trail?who=system&event=item.inspected&since=2020-01-01")
    assert "desk/trail.csv?who=system&amp;event=item.inspected&amp;since=2020-01-01" in page.text
    page = auditor.get("/desk/trail?who=system")
    following = [a for a in main(page).all("a") if a.get("rel") == "next"]
    assert "who=system" in following[0].get("href")
    assert auditor.get(following[0].get("href")).status_code == 200


@pytest.mark.sqlite
def test_days_are_the_shops_own(shop: Shop, auditor: ShopClient) -> None:
    requested(shop, sell(shop))
    today = clock.now().date()
    later = (today + timedelta(days=3)).isoformat()
    assert "Requested" in main(auditor.get(f"/desk/trail?until={later}")).one("tbody").text
    assert "Nothing of this is in the trail" in main(auditor.get(f"/desk/trail?since={later}")).text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("since=yesterday", 422), ("since=2026-11-02&until=2026-11-01", 422), ("until=9999-12-31", 422),
        ("since=0001-01-01", 422), ("who=nobody&event=nothing", 200), ("q=%00%0A'\"<b>", 200),
        ("after=x", 200), ("q=" + "9" * 500, 200), ("who=00000000-0000-0000-0000-000000000000", 200),
    ],
)  # fmt: skip
def test_whatever_is_asked_gets_an_answer(auditor: ShopClient, asked: str, status: int) -> None:
    assert auditor.get(f"/desk/trail?{asked}").status_code == status
    assert auditor.get(f"/desk/trail.csv?{asked}").status_code == status


def test_another_shops_rows_never_show(shop: Shop, auditor: ShopClient) -> None:
    other = find_shop(shop.app, "other")
    theirs = approved(other, sell(other))
    rma = look(other, theirs).return_.rma
    for to in ("", ".csv", ".json"):
        text = auditor.get(f"/desk/trail{to}").text
        assert rma not in text and str(theirs) not in text
    assert "Nothing of this is in the trail" in auditor.get(f"/desk/trail?q={rma}").text
    answer = auditor.get(f"/desk/trail.json?q={rma}")
    assert [line["record"] for line in json.loads(answer.text)] == ["file"]


@pytest.mark.sqlite
def test_it_costs_as_much_for_many_as_for_one(shop: Shop, auditor: ShopClient) -> None:
    approved(shop, sell(shop))
    few = spent(shop, auditor, lambda: auditor.get("/desk/trail"))
    for n in range(15):
        approved(shop, sell(shop, number=str(n)))
    assert spent(shop, auditor, lambda: auditor.get("/desk/trail")) <= few <= 15


def test_the_files_carry_every_row_and_where_each_chain_ends(shop: Shop, auditor: ShopClient) -> None:
    id = approved(shop, sell(shop))
    with shop.transaction(reading=True) as session:
        hashes = set(session.scalars(sa.select(Trail.hash).where(Trail.tenant_id == shop.id)))
        head = session.scalars(sa.select(Return.trail_hash).where(Return.id == id)).one()
    told = json.loads(auditor.get("/desk/trail.json").text)
    rows = list(csv.DictReader(io.StringIO(auditor.get("/desk/trail.csv").text)))
    for lines in (told, rows):
        assert lines[0]["record"] == "file" and lines[0]["event"] == "whole"
        assert {line["hash"] for line in lines if line["record"] == "row"} == hashes
        assert [line["hash"] for line in lines if line["record"] == "head" and line["chain"] == str(id)] == [
            head
        ]
        assert all(set(SEALED) <= set(line) for line in lines if line["record"] == "row")
    assert json.loads(auditor.get("/desk/trail.json?who=shopper").text)[0]["event"] == "part"


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_name_is_no_formula(shop: Shop, auditor: ShopClient, name: str) -> None:
    with shop.transaction() as session:
        session.get_one(User, shop.actor(Role.AUDITOR).id).name = name
    rows = list(csv.DictReader(io.StringIO(auditor.get("/desk/trail.csv").text)))
    assert {row["who"] for row in rows} >= {f"'{name}"}
    assert name not in {row["who"] for row in rows}


@pytest.mark.sqlite
def test_it_is_for_those_who_look_over_the_shop(staff: Staff) -> None:
    assert staff(Role.AGENT).get("/desk/trail").status_code == 403
    assert "/desk/trail" in staff(Role.AUDITOR).get("/desk/policy").text
    assert staff(Role.MANAGER).get("/desk/trail").status_code == 200
