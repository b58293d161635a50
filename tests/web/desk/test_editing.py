"""A draft of the configuration in forms: what is typed is what it says, and nobody's part is lost."""

from typing import Any

import pytest

from portal.people.roles import Role
from tests.harness.client import ShopClient, form_of
from tests.harness.configuring import drafted
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, main, notes

pytestmark = pytest.mark.sqlite
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
FEE = {"id": "boots", "label": "Opened boots", "match": {"tags": ["boots"]}, "points": 1000}


@pytest.fixture
def address(shop: Shop) -> str:
    """Of a draft with one fee."""
    trade = Trade(shop)
    with shop.transaction():
        return f"/desk/policy/drafts/{drafted(trade.clerk, policy(fees=[FEE])).id}"


@pytest.fixture
def owner(staff: Staff) -> ShopClient:
    return staff(Role.OWNER)


def document(owner: ShopClient, address: str) -> str:
    form = form_of(read(owner.get(f"{address}/text").text), "/text")
    return " ".join(sent_by(form)["text"][0].split())


def error_at(page: Any, field: str) -> str:
    return main(page).one(id=f"{field}-error").text


@BOTH
def test_a_fee_is_changed_in_its_form_and_said_in_words(owner: ShopClient, address: str, htmx: bool) -> None:
    page = owner.get(f"{address}/sections", htmx=htmx)
    assert "Opened boots" in main(page).text
    page = owner.get(f"{address}/rules/fees/boots", htmx=htmx)
    assert "10 % of the price without tax" in main(page).one(id="checked").text
    page = owner.send(page, "/fees/boots", points="12,5", **{"maximum-EUR": "4.90"}, htmx=htmx)
    page = follow(owner, page, htmx=htmx)
    assert notes(page)[0] == "The draft is saved."
    assert "12.5 % of the price without tax, at most €4.90 · tag boots" in main(page).text
    assert "points: 1250 maximum: EUR: 490" in document(owner, address)
    assert "Changed" in main(owner.get(f"{address}/sections", htmx=htmx)).text


@BOTH
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    owner: ShopClient, address: str, htmx: bool
) -> None:
    page = owner.get(f"{address}/rules/fees/boots", htmx=htmx)
    before = document(owner, address)
    typed = {"label": "", "points": "1e3", "minimum-EUR": "4.999", "match__tags": "one\ntwo"}
    wrong = owner.send(page, "/fees/boots", **typed, htmx=htmx)
    assert wrong.status_code == 422
    assert error_at(wrong, "label") == "This is needed."
    assert "from 0 to 100" in error_at(wrong, "points") and "EUR" in error_at(wrong, "minimum")
    kept = sent_by(form_of(read(wrong.text), "/fees/boots"))
    assert [kept[n][0].lstrip("\r\n") for n in typed] == list(typed.values())
    both = owner.send(page, "/fees/boots", points="10", **{"fixed-EUR": "5"}, htmx=htmx)
    assert both.status_code == 422 and "or amounts" in error_at(both, "points")
    upside = {"minimum-EUR": "5", "maximum-EUR": "4"}
    assert "less than" in error_at(owner.send(page, "/fees/boots", **upside, htmx=htmx), "maximum")
    for unseen in ({"label": "a\x00"}, {"minimum-EUR": "\x85"}, {"fixed-more": "\x00"}):
        assert owner.send(page, "/fees/boots", **unseen, htmx=htmx).status_code == 422
    assert document(owner, address) == before


def test_a_new_rule_gets_its_id_from_its_label_and_keeps_it(owner: ShopClient, address: str) -> None:
    page = owner.get(f"{address}/rules/fees/new-rule")
    typed = {"label": "Größe XL, geöffnet", "fixed-code": "chf", "fixed-more": "4.5", "match__skus": "XL-1"}
    first = owner.send(page, "/fees/new-rule", **typed)
    again = owner.send(page, "/fees/new-rule", **typed)  # a double click
    assert first.status_code == again.status_code == 303
    said = document(owner, address)
    assert said.count("id: grosse_xl_geoffnet") == 1 and "fixed: CHF: 450" in said
    page = owner.get(f"{address}/rules/fees/grosse_xl_geoffnet")
    owner.send(page, "/fees/grosse_xl_geoffnet", label="Otherwise")
    assert "id: grosse_xl_geoffnet match: skus: - XL-1" in document(owner, address)
    clash = owner.send(
        owner.get(f"{address}/rules/fees/new-rule"), "/fees/new-rule", **{**typed, "label": "Same"}
    )
    assert clash.status_code == 422 and "“Otherwise” is about the same" in notes(clash)[0]


def test_two_people_in_two_sections_both_keep_their_work(
    owner: ShopClient, staff: Staff, address: str
) -> None:
    manager = staff(Role.MANAGER)
    mine, theirs = owner.get(f"{address}/rules/fees/boots"), manager.get(f"{address}/sections/window")
    assert manager.send(theirs, "/window", window__days="20").status_code == 303
    assert owner.send(mine, "/boots", points="5").status_code == 303
    said = document(owner, address)
    assert "days: 20" in said and "points: 500" in said


def test_whoever_writes_the_text_sees_what_a_form_saved_first(
    owner: ShopClient, staff: Staff, address: str
) -> None:
    manager = staff(Role.MANAGER)
    text, form = owner.get(f"{address}/text"), manager.get(f"{address}/rules/fees/boots")
    assert manager.send(form, "/boots", points="20").status_code == 303
    late = owner.send(text, "/text")
    assert late.status_code == 409 and "- points: 2000" in " ".join(main(late).text.split())


@BOTH
def test_two_people_in_one_rule_see_each_other_first(
    owner: ShopClient, staff: Staff, address: str, htmx: bool
) -> None:
    manager = staff(Role.MANAGER)
    mine, theirs = (who.get(f"{address}/rules/fees/boots") for who in (owner, manager))
    assert manager.send(theirs, "/boots", points="20").status_code == 303
    late = owner.send(mine, "/boots", points="5", htmx=htmx)
    assert late.status_code == 409
    assert "Somebody else saved this part meanwhile" in main(late).text
    assert "Restocking fee “Opened boots”: 20 % → 5 %" in main(late).text
    assert owner.send(late, "/boots", htmx=htmx).status_code == 303  # having seen it
    assert "points: 500" in document(owner, address)


def test_what_somebody_took_out_is_put_in_again_by_who_has_seen_it(
    owner: ShopClient, staff: Staff, address: str
) -> None:
    manager = staff(Role.MANAGER)
    mine, theirs = (who.get(f"{address}/rules/fees/boots") for who in (owner, manager))
    assert manager.send(theirs, "/boots/removal").status_code == 303
    assert "fees" not in document(owner, address)
    late = owner.send(mine, "/boots", points="5")
    assert late.status_code == 409 and "“Opened boots” is new" in main(late).text
    assert owner.send(late, "/boots").status_code == 303
    assert "id: boots" in document(owner, address) and "points: 500" in document(owner, address)


@BOTH
def test_a_check_says_it_in_words_and_saves_nothing(owner: ShopClient, address: str, htmx: bool) -> None:
    page, before = owner.get(f"{address}/sections/window"), document(owner, address)
    typed = {**sent_by(form_of(read(page.text), "/window")), "window__days": ["10"]}
    checked = owner.post(f"{address}/sections/window/check", data=typed, htmx=htmx)
    assert checked.status_code == 200 and "10 days are fewer than consumers" in checked.text
    assert "To send back: 30 days → 10 days" in checked.text
    typed["window__days"] = ["soon"]
    checked = owner.post(f"{address}/sections/window/check", data=typed, htmx=htmx)
    assert "Type a whole number." in checked.text and checked.status_code == (200 if htmx else 422)
    assert document(owner, address) == before
