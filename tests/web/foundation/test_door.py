"""A request finds its shop at the door, and a session is worth something at one shop only."""

import re

import pytest
from flask.testing import FlaskClient

from portal.web.ritual import Portal
from tests.harness.apps import fill


@pytest.mark.sqlite
def test_a_shop_is_found_by_its_path_and_links_keep_it(client: FlaskClient) -> None:
    page = client.get("/acme/probe").text
    assert "Fjell &amp; Faden" in page
    assert 'action="/acme/probe"' in page and "/acme/brand.css" in page


@pytest.mark.sqlite
def test_a_shop_is_found_by_its_own_domain(client: FlaskClient) -> None:
    page = client.get("/probe", base_url="https://returns.other.example:8443").text
    assert "Name: Other" in page and 'action="/probe"' in page


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "path", ["/nobody/probe", "/ACME/probe", "/acme/nothing", "/probe", "/-acme/", "/%61cme/%0a"]
)
def test_what_names_no_shop_or_page_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.sqlite
def test_an_unknown_host_is_not_found_and_not_echoed(client: FlaskClient) -> None:
    answer = client.get("/acme/probe", base_url="http://evil.example")
    assert answer.status_code == 404 and "evil" not in answer.text


@pytest.mark.sqlite
def test_health_and_files_answer_on_any_host(client: FlaskClient) -> None:
    assert client.get("/robots.txt", base_url="http://10.0.0.7").status_code == 200


def cookie(client: FlaskClient) -> str:
    header = client.get("/acme/probe").headers["Set-Cookie"]
    assert "Path=/acme;" in header or header.endswith("Path=/acme")
    assert "HttpOnly" in header and "SameSite=Lax" in header
    found = re.match(r"session=([^;]+)", header)
    assert found
    return found[1]


@pytest.mark.sqlite
def test_a_session_of_one_shop_is_nothing_at_another(app: Portal) -> None:
    value = cookie(app.test_client())
    for shop, known in (("acme", True), ("other", False)):
        thief = app.test_client()
        thief.set_cookie("session", value, path=f"/{shop}")
        before = thief.get("/acme/probe") if known else thief.get("/other/probe")
        # a session that is accepted keeps its CSRF secret, so the page sets no new cookie
        assert ("Set-Cookie" not in before.headers) is known


@pytest.mark.sqlite
def test_a_form_of_one_shop_is_refused_at_another(client: FlaskClient) -> None:
    sent = fill(client, "/acme/probe", name="Stolen")
    client.get("/other/probe")
    assert client.post("/other/probe", data=sent).status_code == 400
