"""The page of keys: made once however often the form arrives, shown once, revoked at once."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from portal.people import Role
from portal.people.keys import MARK
from tests.harness.client import ShopClient
from tests.harness.keys import Till, key_for
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.web.desk.working import follow, main, notes

SECRET = re.compile(rf"{MARK}[\w-]{{43}}")
Staff = Callable[[Role], ShopClient]


@pytest.fixture
def manager(staff: Staff) -> ShopClient:
    return staff(Role.MANAGER)


def make(client: ShopClient, form: TestResponse | None = None, **typed: object) -> TestResponse:
    form = form or client.get("/desk/settings/keys/new")
    typed = {"name": "ERP", "scopes": ["orders.write"], **typed}
    return client.send(form, "/settings/keys", **typed)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_key_is_made_shown_once_and_revoked(shop: Shop, manager: ShopClient, htmx: bool) -> None:
    made = make(manager, htmx=htmx)
    (secret,) = SECRET.findall(made.text)
    assert made.headers["Cache-Control"] == "no-store"
    till = Till(shop, secret)
    assert till.send([]).status_code == 422
    listed = manager.get("/desk/settings/keys", htmx=htmx)
    assert "ERP" in listed.text and secret[-4:] in listed.text and not SECRET.search(listed.text)
    link = re.search(r"/desk/settings/keys/[0-9a-f-]{36}", listed.text)
    assert link
    page = manager.get(link[0])
    done = follow(manager, manager.send(page, "/revoke", htmx=htmx))
    assert "opens nothing any more" in notes(done)[0]
    assert "Revoke ERP" not in done.text
    assert till.send([]).status_code == 401
    assert broken(shop.app) == {}


def test_a_double_click_makes_one_key_and_shows_the_same_secret(shop: Shop, manager: ShopClient) -> None:
    form = manager.get("/desk/settings/keys/new")
    first, second = make(manager, form), make(manager, form)
    assert SECRET.findall(first.text) == SECRET.findall(second.text) != []
    assert manager.get("/desk/settings/keys").text.count("ERP</a>") == 1
    other = make(manager, form, name="Till")
    assert other.status_code == 409


def test_the_form_of_a_key_that_was_revoked_shows_no_secret(manager: ShopClient) -> None:
    form = manager.get("/desk/settings/keys/new")
    make(manager, form)
    link = re.search(r"/desk/settings/keys/[0-9a-f-]{36}", manager.get("/desk/settings/keys").text)
    assert link
    manager.send(manager.get(link[0]), "/revoke")
    again = make(manager, form)
    assert again.status_code == 303 and again.location.endswith(link[0])


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"name": "A\0B"}, {"scopes": []}, {"scopes": ["everything"]}, {"name": "TILL"}]
)
def test_what_is_wrong_with_a_key_stands_at_its_field(
    shop: Shop, manager: ShopClient, typed: dict[str, object]
) -> None:
    key_for(shop, name="Till")
    answer = make(manager, **typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or "control" in answer.text
    assert not SECRET.search(answer.text)
    assert manager.get("/desk/settings/keys").text.count("ERP</a>") == 0


def test_the_trail_says_which_key_did_it(shop: Shop, staff: Staff, manager: ShopClient) -> None:
    (secret,) = SECRET.findall(make(manager, scopes=["orders.write", "changes.read"]).text)
    order = {"number": "A", "placed_at": "2026-05-01T09:58:12Z", "currency": "EUR"}
    lines = [{"title": "Mug", "quantity": 1, "subtotal": "20.00"}]
    Till(shop, secret).send({**order, "prices_include_tax": True, "lines": lines})
    page = manager.get("/desk/trail?event=orders.imported")
    assert "ERP (key)" in main(page).text
    made = main(manager.get("/desk/trail?event=key.made")).text
    assert "ERP (key)" in made and "scopes orders.write, changes.read" in made
    assert "ERP" in manager.get("/desk/trail.csv?event=orders.imported").text
