"""Behind a proxy set up as docs/running.md says: each shop at its own name, and nobody's lies believed."""

import re
from collections.abc import Iterator, Mapping

import pytest
import sqlalchemy as sa
from flask import request, url_for

from portal.config import ROOT
from portal.db import transaction
from portal.tenants import Shop
from portal.web.ritual import Portal
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.shops import furnished

pytestmark = pytest.mark.sqlite
DOMAIN = "returns.other.example"
LIES = {
    "X-Forwarded-For": "10.9.9.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
}
SHOPPER = "203.0.113.7"


@pytest.fixture
def app(databases: Databases) -> Iterator[Portal]:
    house = {"base_url": "https://returns.example", "house_hosts": frozenset({"returns.example"})}
    with portal_on(databases, furnished, proxies=1, **house) as app:
        app.view_functions["shopper.find"] = seen
        with app.app_context(), transaction() as session:
            session.execute(sa.update(Shop).where(Shop.slug == "other").values(domain=DOMAIN))
        yield app


def seen() -> tuple[dict[str, str | None], int]:
    """What the portal takes a request for."""
    known = {
        "from": request.remote_addr,
        "by": request.scheme,
        "find": url_for("shopper.find", _external=True),
    }
    return {**known, "shop": str(request.environ["portal.shop"])}, 200


def nginx(asked: str, headers: Mapping[str, str]) -> dict[str, str]:
    """What nginx passes on of a browser's headers by the documented lines. An empty value takes one away."""
    text = (ROOT / "docs" / "running.md").read_text()
    values = {"$host": asked, "$remote_addr": SHOPPER, "$scheme": "https", '""': ""}
    lines = re.findall(r"proxy_set_header (\S+) (\S+);", text)
    assert {name for name, _ in lines} >= {"Host", *LIES}
    passed = {**headers, **{name: values[value] for name, value in lines}}
    return {name: value for name, value in passed.items() if value}


def caddy(asked: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Caddy sets three of them anew for whoever it does not trust, and keeps Host."""
    text = (ROOT / "docs" / "running.md").read_text()
    gone = set(re.findall(r"header_up -(\S+)", text))
    own = {"X-Forwarded-For": SHOPPER, "X-Forwarded-Proto": "https", "X-Forwarded-Host": asked, "Host": asked}
    return {name: value for name, value in {**headers, **own}.items() if name not in gone}


@pytest.mark.parametrize("proxy", [nginx, caddy])
@pytest.mark.parametrize(
    ("asked", "path", "shop"),
    [(DOMAIN, "/find", ("domain", DOMAIN)), ("returns.example", "/acme/find", ("slug", "acme"))],
)
def test_the_shop_is_found_by_the_name_that_was_asked_for(
    app: Portal, proxy: object, asked: str, path: str, shop: tuple[str, str]
) -> None:
    headers = proxy(asked, LIES)  # type: ignore[operator]
    answer = app.test_client().get(path, headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.json == {
        "from": SHOPPER,
        "by": "https",
        "find": f"https://{asked}{path}",
        "shop": str(shop),
    }


def test_cookies_go_by_https_alone_and_belong_to_the_shop(app: Portal) -> None:
    answer = app.test_client().get("/sign-in", headers=nginx(DOMAIN, {}))
    assert "Secure" in answer.headers["Set-Cookie"] and "Path=/;" in answer.headers["Set-Cookie"] + ";"
    assert "Domain=" not in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_a_name_that_no_shop_has_is_not_found(app: Portal) -> None:
    assert app.test_client().get("/find", headers=nginx("evil.example", {})).status_code == 404


def test_of_two_proxies_the_outer_ones_word_counts(databases: Databases) -> None:
    with portal_on(databases, furnished, proxies=2) as app:
        app.view_functions["shopper.find"] = seen
        chain = {"X-Forwarded-For": f"10.9.9.9, {SHOPPER}, 192.0.2.1"}
        answer = app.test_client().get("/acme/find", headers=chain)
        assert answer.json and answer.json["from"] == SHOPPER


def test_without_a_proxy_nothing_is_believed(databases: Databases) -> None:
    with portal_on(databases, furnished) as app:
        app.view_functions["shopper.find"] = seen
        answer = app.test_client().get("/acme/find", headers=LIES)
        assert answer.json and (answer.json["from"], answer.json["by"]) == ("127.0.0.1", "http")
        assert "evil" not in answer.text
