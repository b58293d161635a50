"""A way back in its form: what it costs by country, and when it is free; nothing that is typed gets lost."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from portal.people.roles import Role
from tests.harness.browser import axe
from tests.harness.client import ShopClient, form_of
from tests.harness.configuring import drafted
from tests.harness.pages import Element, read, sent_by
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.conftest import Staff
from tests.web.desk.test_in_a_browser import sign_in as signed_in
from tests.web.desk.working import follow, main, notes

pytestmark = pytest.mark.sqlite
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
ALPS = {"id": "alps", "countries": ["CH", "LI"], "amounts": {"EUR": 1290, "CHF": 1200}}
NEAR = {"id": "near", "countries": ["AT"], "amounts": {"EUR": 690}}
QR = {"sending": "qr", "amounts": {"EUR": 390}, "by_country": [ALPS, NEAR], "free_from": {"EUR": 5000}}
WAYS = {"return_shipping": {"EUR": 490}, "way_back": {"methods": [QR, {"sending": "label"}]}}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(shop: Shop) -> str:
    """Of a draft in which a code costs otherwise by country."""
    trade = Trade(shop)
    with shop.transaction():
        return f"/desk/policy/drafts/{drafted(trade.clerk, policy(**WAYS)).id}"


@pytest.fixture
def owner(staff: Staff) -> ShopClient:
    return staff(Role.OWNER)


def document(owner: ShopClient, address: str) -> str:
    text = sent_by(form_of(read(owner.get(f"{address}/text").text), "/text"))["text"][0]
    return " ".join(text.partition("methods:")[2].partition("resolutions:")[0].split())


def said_by(page: TestResponse, way: str = "qr") -> dict[str, Any]:
    return sent_by(form_of(read(page.text), f"/methods/{way}"))


def rows(within: Element) -> list[str]:
    return [i["name"].split("-")[1] for i in within.all("input") if i.get("name").endswith("-countries")]


def test_each_of_its_terms_is_typed_and_said_in_words(owner: ShopClient, address: str) -> None:
    page = owner.get(f"{address}/rules/methods/label")
    free = {"free_by_value": "own", "free_from-EUR": "80", "free_by_wish": "own", "free_for": ["exchange"]}
    row = {"by_country-1-countries": "fr be", "by_country-1-amounts-EUR": "7,90"}
    typed = {"costs": "own", "amounts-EUR": "5", **row, **free}
    page = follow(owner, owner.send(page, "/methods/label", **typed))
    assert notes(page)[0] == "The draft is saved."
    words = "€5.00 · from FR, BE €7.90 · free from €80.00 on · free for: Another article"
    assert words in main(page).text
    assert document(owner, address).endswith(
        "- sending: label amounts: EUR: 500 by_country: - id: fr_be countries: - FR - BE amounts: EUR: 790"
        " free_from: EUR: 8000 free_for: - exchange"
    )
    page = owner.get(f"{address}/rules/methods/label")
    usual = dict.fromkeys(("costs", "free_by_value", "free_by_wish"), "usual")  # what hangs on them goes, too
    assert owner.send(page, "/methods/label", **usual).status_code == 303
    assert document(owner, address).endswith("- sending: label")
    never = {"free_by_value": "own", "free_by_wish": "own"}
    owner.send(owner.get(f"{address}/rules/methods/label"), "/methods/label", **never)
    assert document(owner, address).endswith("- sending: label free_from: {} free_for: []")


def test_a_row_that_is_cleared_goes_and_the_others_keep_their_ids(owner: ShopClient, address: str) -> None:
    page = owner.get(f"{address}/rules/methods/qr")
    cleared = {f"by_country-alps-{part}": "" for part in ("countries", "amounts-EUR", "amounts-CHF")}
    row = {"by_country-7-countries": "AT, DE", "by_country-near-countries": "IT"}
    checked = owner.post(
        f"{address}/rules/methods/qr/check", data={**said_by(page), **cleared, **row}, headers=HTMX
    )
    assert "→ from IT €6.90, from AT, DE free" in " ".join(checked.text.replace("\xa0", " ").split())
    assert owner.send(page, "/methods/qr", **cleared, **row).status_code == 303
    near, new = "countries: - IT amounts: EUR: 690", "countries: - AT - DE amounts: {}"
    assert f"by_country: - id: near {near} - id: at_de {new}" in document(owner, address)


@BOTH
def test_rows_come_and_go_while_all_else_stays_as_it_is_typed(
    owner: ShopClient, address: str, htmx: bool
) -> None:
    page, before = owner.get(f"{address}/rules/methods/qr"), document(owner, address)
    assert rows(main(page)) == ["alps", "near"]
    buttons = {b.get("name") + b.get("value"): b for b in main(page).all("button") if b.get("name")}
    assert set(buttons) == {"dropalps", "dropnear", "addby_country"}
    typed = {**said_by(page), "amounts-EUR": "4.999", "by_country-near-countries": "AT, Nowhere"}

    def press(button: str, **more: str) -> Element:
        name, value = button[: 3 + button.startswith("drop")], button[3 + button.startswith("drop") :]
        to = buttons["addby_country"]["formaction"]
        answer = owner.post(to, data={**typed, **more, name: value}, htmx=htmx)
        assert answer.status_code == 200
        if not htmx:
            kept = said_by(answer)
            assert (kept["amounts-EUR"], kept["sending"]) == (["4.999"], ["qr"])
        return read(answer.text)

    more = press("addby_country")
    assert rows(more) == ["alps", "near", "1"]
    assert more.one("input", name="by_country-near-countries")["value"] == "AT, Nowhere"
    assert [i["name"] for i in more.all("input") if "autofocus" in i.attributes] == ["by_country-1-countries"]
    new = {"by_country-1-countries": "FR", "by_country-1-amounts-code": "xx"}
    assert rows(press("addby_country", **new)) == ["alps", "near", "1", "2"]
    fewer = press("dropalps", **new)
    assert rows(fewer) == ["near", "1"]
    assert fewer.one("input", name="by_country-1-amounts-code")["value"] == "xx"
    assert document(owner, address) == before


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"by_country-near-countries": "Austria"}, "by_country-near-countries", "two letters"),
    ({"by_country-near-countries": "ZZ"},      "by_country-near-countries", "two letters"),
    ({"by_country-near-countries": "li"},      "by_country-near-countries", "stands in another row"),
    ({"by_country-near-countries": ""},        "by_country-near-countries", "Name a country."),
    ({"by_country-near-amounts-EUR": "-1"},    "by_country-near-amounts", "such as 4.90"),
    ({"by_country-near-amounts-EUR": "4.999"}, "by_country-near-amounts", "such as 4.90"),
    ({"by_country-near-amounts-EUR": "9" * 20}, "by_country-near-amounts", "such as 4.90"),
    ({"by_country-near-amounts-code": "JPY", "by_country-near-amounts-more": "4.90"},
     "by_country-near-amounts", "such as 490"),
    ({"by_country-near-amounts-code": "ABC", "by_country-near-amounts-more": "4"},
     "by_country-near-amounts", "three letters"),
    ({"by_country-near-countries": "A\x00T"},  "by_country", "control character"),
    ({"free_from-EUR": "NaN"},                 "free_from", "such as 4.90"),
    ({"free_by_value": "own", "free_from-EUR": "1e9"}, "free_from", "such as 4.90"),
    ({"free_for": "gold"},                     "free_for", "Choose from the list."),
    ({"costs": "free"},                        "costs", "Choose from the list."),
    ({"costs": "usual", "by_country-1-countries": "FR"}, "costs", "with the other choice alone"),
    ({"free_for": "exchange"},                 "free_by_wish", "with the other choice alone"),
    ({"sending": "own", "amounts-EUR": "7"},   "sending", "Shoppers pay this way themselves"),
]  # fmt: skip


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(owner: ShopClient, address: str) -> None:
    page, before = owner.get(f"{address}/rules/methods/qr"), document(owner, address)
    for n, (typed, field, why) in enumerate(WRONG):
        wrong = owner.send(page, "/methods/qr", htmx=bool(n % 2), **typed)
        assert wrong.status_code == 422, typed
        assert why in main(wrong).one(id=f"{field}-error").text, typed
        assert f'href="#{field}"' in wrong.text, typed
        kept = said_by(wrong)
        for name, text in typed.items():
            known = "\x00" in text or text in {"gold", "free"}
            assert known or text in kept[name], typed
    assert document(owner, address) == before


def test_odd_rows_do_no_harm(owner: ShopClient, address: str) -> None:
    page, to = owner.get(f"{address}/rules/methods/qr"), f"{address}/rules/methods/qr/rows"
    odd = {
        f"by_country-{key}-countries": "FR" for key in ("²", "９", "1000", "", "A-B", "__proto__", "x" * 50)
    }
    assert owner.send(page, "/methods/qr", **odd).status_code == 303  # names that no page has are not read
    assert "FR" not in document(owner, address)
    many = {f"by_country-{n}-countries": "FR" for n in range(300)}
    wrong = owner.send(page, "/methods/qr", **many)
    assert wrong.status_code == 422 and "At most 250 rows." in main(wrong).one(id="by_country-error").text
    assert owner.post(to, data={**said_by(page), "amounts-EUR": "\x00"}).status_code == 422
    assert owner.post(to, data={**said_by(page), "drop": "nothing"}).status_code == 200
    elsewhere = owner.get(f"{address}/rules/fees/new-rule")
    sent = sent_by(form_of(read(elsewhere.text), "/fees/new-rule"))
    assert owner.post(f"{address}/rules/fees/new-rule/rows", data=sent).status_code == 404


def test_two_people_in_one_way_back_see_each_other_first(
    owner: ShopClient, staff: Staff, address: str
) -> None:
    manager = staff(Role.MANAGER)
    mine, theirs = (who.get(f"{address}/rules/methods/qr") for who in (owner, manager))
    assert manager.send(theirs, "/methods/qr", **{"by_country-near-amounts-EUR": "9"}).status_code == 303
    late = owner.send(mine, "/methods/qr", **{"by_country-near-countries": "HU"})
    assert late.status_code == 409 and "Somebody else saved this part meanwhile" in main(late).text
    assert owner.send(late, "/methods/qr").status_code == 303
    assert "- HU amounts: EUR: 690" in document(owner, address)


@pytest.mark.browser
def test_a_row_comes_under_the_hand_and_enter_saves(address: str, desktop: Page) -> None:
    """Enter in a field presses the first button of a form, which must not be one that takes a row out."""
    page = signed_in(desktop)
    page.goto(f"/acme{address}/rules/methods/qr")
    page.get_by_role("button", name="Add countries").click()
    new = page.locator("[name=by_country-1-countries]")
    expect(new).to_be_focused()
    new.fill("FR")
    expect(page.locator("#checked")).not_to_contain_text("FR")
    page.get_by_role("button", name="Take row 1 out").click()
    expect(page.get_by_role("button", name="Add countries")).to_be_focused()
    assert new.input_value() == "FR" and page.locator("[name$=-countries]").count() == 2
    axe(page)
    new.press("Enter")
    expect(page.locator("#main .note").first).to_contain_text("The draft is saved.")
    expect(page.locator("main")).to_contain_text("from AT €6.90 · from FR free")
