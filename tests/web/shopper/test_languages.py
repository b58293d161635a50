"""In which language a shopper reads, and how they change it."""

import pytest

from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import sell
from tests.harness.shops import Shop
from tests.web.shopper import test_account as account
from tests.web.shopper import test_links as links
from tests.web.shopper.test_links import Work
from tests.web.shopper.test_signed import link
from tests.web.shopper.walking import EMAIL, find, heading, on, to_done

pytestmark = pytest.mark.sqlite
GERMAN, HEBREW, ENGLISH = "Etwas zurückschicken", "להחזיר משהו", "Send something back"


def front(client: ShopClient, accepts: str = "", **kw: object):
    return client.get("/find", headers={"Accept-Language": accepts} if accepts else {}, **kw)


@pytest.mark.parametrize(
    ("accepts", "said"),
    [
        ("", ENGLISH),
        ("de", GERMAN),
        ("de-AT,de;q=0.9,en;q=0.8", GERMAN),
        ("fr-FR,fr;q=0.9,de;q=0.4,en;q=0.2", GERMAN),
        ("en;q=0.5,he;q=0.6", HEBREW),
        ("iw", HEBREW),
        ("fi, sv", ENGLISH),
        ("de;q=0", ENGLISH),
        ("*, ;;q=x, \u00e4", ENGLISH),
    ],
)
def test_a_page_is_in_the_first_of_the_browsers_languages_that_the_portal_speaks(
    client: ShopClient, accepts: str, said: str
) -> None:
    assert heading(front(client, accepts)) == said


def test_a_page_names_its_language_and_direction(client: ShopClient) -> None:
    for accepts, direction in (("en", "ltr"), ("de", "ltr"), ("he", "rtl")):
        html = read(front(client, accepts).text).one("html")
        assert (html["lang"], html["dir"]) == (accepts, direction)


def test_a_choice_in_the_footer_goes_before_the_browser_and_stays(client: ShopClient) -> None:
    links = {a["hreflang"]: a["href"] for a in read(front(client).text).one(id="tongues").all("a")}
    assert set(links) == {"de", "he"}
    answer = client.get(links["de"])
    assert answer.status_code == 303 and answer.location == "/acme/find"
    assert heading(front(client, "he")) == GERMAN
    client.get("/find?lang=en")
    assert heading(front(client, "de")) == ENGLISH


def test_a_choice_keeps_what_the_address_asked_for(client: ShopClient) -> None:
    page = client.get("/o/1001?expires=7&signature=a%26b&lang=xx")
    assert page.status_code == 303 and page.location == "/acme/o/1001?expires=7&signature=a%26b"
    assert heading(front(client)) == ENGLISH


@pytest.mark.parametrize("path", ["/nowhere?lang=de", "/find/link?lang=de"])
def test_a_choice_on_a_page_that_is_not_there_changes_the_language_of_its_answer(
    client: ShopClient, path: str
) -> None:
    assert client.get(path).status_code in {303, 404, 405}
    assert heading(front(client)) == GERMAN


def test_a_part_brings_the_links_of_its_own_page(client: ShopClient) -> None:
    part = read(front(client, htmx=True).text).one(id="tongues")
    assert part["hx-swap-oob"] == "true"
    assert part.all("a")[0]["href"] == "/acme/find?lang=de"


def test_the_order_s_language_goes_before_the_browser_but_not_before_a_choice(
    shop: Shop, client: ShopClient
) -> None:
    sell(shop, language="de-AT")
    assert heading(on(client, find(client))) == "Was möchten Sie zurückschicken?"
    client.get("/find?lang=he")
    assert heading(front(client)) == HEBREW


def test_the_pages_behind_links_speak_the_order_s_language_before_their_button_is_pressed(
    shop: Shop, app: Portal, worker: Work
) -> None:
    sell(shop, language="de")
    links.ask(ShopClient(app))
    account.ask_all(ShopClient(app))
    worker()
    behind = [*links.mailed(shop), *(place for _, place in account.mailed(shop))]
    assert [place.split("/")[2] for place in behind] == ["l", "a"]
    for place in [*behind, "/acme" + link(shop)]:
        page = ShopClient(app).get(place, headers={"Accept-Language": "he"})
        assert read(page.text).one("html")["lang"] == "de", place


def test_where_the_language_changes_htmx_loads_the_page_whole(shop: Shop, client: ShopClient) -> None:
    sell(shop, language="de")
    sell(shop, number="1002", language="en-GB")
    answer = find(client, htmx=True)
    assert answer.status_code == 200 and answer.headers["HX-Redirect"].endswith("/items")
    assert find(client, "1002", EMAIL, htmx=True).headers.get("HX-Redirect", "").endswith("/items")
    assert find(client, "1002", EMAIL, htmx=True).status_code == 303


def test_the_policy_s_known_texts_are_translated_and_the_shop_s_own_are_not(
    shop: Shop, client: ShopClient
) -> None:
    sell(shop, language="de")
    page = client.get(find(client).location)
    answer = client.send(page, "/items", items=[read(page.text).all("input", name="items")[0]["value"]])
    reasons = on(client, answer).text
    assert "Gefällt mir nicht" in reasons and "Changed my mind" not in reasons
    assert "Alpaka-Kuschelsocken" in reasons


def test_names_and_numbers_stand_apart_in_a_sentence_that_runs_the_other_way(
    shop: Shop, client: ShopClient
) -> None:
    sell(shop, language="he")
    page = to_done(client)
    assert "\u2068ann…" in page.text or "\u2068" in page.text
    assert read(page.text).one("html")["dir"] == "rtl"
