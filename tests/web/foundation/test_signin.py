"""The staff's door: in, out, and where it leads."""

import re

import pytest
from flask.testing import FlaskClient

from portal.people import Permission
from portal.people.roles import Role
from portal.web.ritual import Portal
from portal.web.staff import permitted
from tests.harness.apps import HTMX, PASSWORD, fill
from tests.harness.shops import email as email_of

pytestmark = pytest.mark.sqlite
OWNER = email_of(Role.OWNER)


@pytest.fixture
def app(app: Portal) -> Portal:
    app.add_url_rule("/probe/staff", "probe.staff", permitted(Permission.READ_RETURNS)(lambda: "board"))
    app.add_url_rule("/probe/owners", "probe.owners", permitted(Permission.MANAGE_OWNERS)(lambda: "owners"))
    return app


def enter(client: FlaskClient, shop: str = "acme", **typed: str) -> object:
    sent = fill(client, f"/{shop}/sign-in", email=OWNER, password=PASSWORD, **typed)
    return client.post(f"/{shop}/sign-in", data=sent)


def test_who_is_not_signed_in_is_sent_to_the_door_and_back(client: FlaskClient) -> None:
    away = client.get("/acme/probe/staff?a=1")
    assert (away.status_code, away.location) == (302, "/acme/sign-in?next=/acme/probe/staff?a%3D1")
    assert 'value="/acme/probe/staff?a=1"' in client.get(away.location).text
    back = enter(client, next="/acme/probe/staff?a=1")
    assert (back.status_code, back.location) == (303, "/acme/probe/staff?a=1")
    assert client.get(back.location).text == "board"


def test_htmx_is_told_to_load_the_door_as_a_page(client: FlaskClient) -> None:
    answer = client.get("/acme/probe/staff", headers=HTMX)
    assert answer.status_code == 401 and answer.headers["HX-Redirect"].startswith("/acme/sign-in")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/other/probe", "/acme/\\evil", "javascript:x", ""]
)
def test_the_door_leads_only_into_its_own_shop(client: FlaskClient, wanted: str) -> None:
    assert enter(client, next=wanted).location == "/acme/desk"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(client: FlaskClient) -> None:
    texts = []
    for email in (OWNER, "nobody@fjell.example"):
        sent = fill(client, "/acme/sign-in", email=email, password="a wrong password")
        answer = client.post("/acme/sign-in", data=sent)
        assert answer.status_code == 422
        texts.append(re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).replace(email, "…"))
    assert "is not right" in texts[0] and texts[0] == texts[1]
    assert "a wrong password" not in texts[0]


def test_signed_out_is_signed_out_everywhere_the_cookie_went(app: Portal, client: FlaskClient) -> None:
    enter(client)
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session", path="/acme").value, path="/acme")
    assert thief.get("/acme/probe/staff").text == "board"
    client.post("/acme/sign-out", data=fill(client, "/acme/probe"))
    assert client.get("/acme/probe/staff").status_code == 302
    assert thief.get("/acme/probe/staff").status_code == 302


def test_signing_in_gives_a_new_session_and_one_shop_only(app: Portal, client: FlaskClient) -> None:
    client.get("/acme/sign-in")
    before = client.get_cookie("session", path="/acme").value
    enter(client)
    after = client.get_cookie("session", path="/acme").value
    assert before != after
    client.set_cookie("session", after, path="/other")
    assert client.get("/other/probe/staff").status_code == 302


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_may_not_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    sent = fill(client, "/acme/sign-in", email=email_of(Role.AGENT), password=PASSWORD)
    client.post("/acme/sign-in", data=sent)
    assert client.get("/acme/probe/staff", headers=headers).status_code == 200
    refused = client.get("/acme/probe/owners", headers=headers)
    assert refused.status_code == 403 and "not yours" in refused.text


def test_a_form_from_before_the_sign_in_is_worth_nothing_after_it(client: FlaskClient) -> None:
    before = fill(client, "/acme/probe")
    enter(client)
    assert client.post("/acme/probe/ends/well", data=before).status_code == 400
    assert client.post("/acme/probe/ends/well", data=fill(client, "/acme/probe")).status_code == 200
