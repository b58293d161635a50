"""A form happens once, and what is refused is shown again as it now is."""

import threading

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.audit import Operation
from portal.db import transaction
from portal.tenants import Tenant
from portal.web.ritual import Portal
from tests.harness.apps import HTMX, fill, hidden


def state(app: Portal) -> tuple[str, int, int]:
    with app.app_context(), transaction(reading=True) as session:
        shop = session.scalars(sa.select(Tenant).where(Tenant.slug == "acme")).one()
        done = session.scalar(sa.select(sa.func.count()).select_from(Operation))
        return shop.name, shop.version - app.config["FIRST_VERSION"], done or 0


@pytest.fixture(autouse=True)
def _first_version(app: Portal) -> None:
    app.config["FIRST_VERSION"] = 0
    app.config["FIRST_VERSION"] = state(app)[1]


def test_it_happens_and_says_so_on_the_next_page(app: Portal, client: FlaskClient) -> None:
    answer = client.post("/acme/probe", data=fill(client, "/acme/probe", name="New"))
    assert (answer.status_code, answer.location) == (303, "/acme/probe")
    assert "It is New now." in client.get("/acme/probe").text
    assert "It is New now." not in client.get("/acme/probe").text
    assert state(app) == ("New", 1, 1)


def test_a_double_click_is_one_operation_with_one_answer(app: Portal, client: FlaskClient) -> None:
    sent = fill(client, "/acme/probe", name="New")
    first, second = (client.post("/acme/probe", data=sent) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert state(app) == ("New", 1, 1)


def test_what_is_said_stands_once_on_the_next_page_however_often_it_was_sent(
    app: Portal, client: FlaskClient
) -> None:
    sent = fill(client, "/acme/probe", name="New")
    for _ in range(5):
        client.post("/acme/probe", data=sent)
    assert client.get("/acme/probe").text.count("It is New now.") == 1


def test_the_session_stays_small_when_nobody_looks_at_what_is_said(client: FlaskClient) -> None:
    for n in range(40):
        client.get("/acme/probe/tell", query_string={"what": f"no. {n}"})
    kept = client.get_cookie("session", path="/acme")
    assert kept and len(kept.value) < 1_000  # browsers drop one of more than 4,096
    page = client.get("/acme/probe").text
    assert "Told no. 39." in page and "Told no. 9." not in page


def test_two_tabs_with_the_same_answer_are_one_operation(app: Portal, client: FlaskClient) -> None:
    tabs = [fill(client, "/acme/probe", name="New") for _ in range(2)]
    assert [client.post("/acme/probe", data=tab).status_code for tab in tabs] == [303, 303]
    assert state(app) == ("New", 1, 1)


def test_another_answer_in_a_second_tab_gets_what_is_now_so(app: Portal, client: FlaskClient) -> None:
    tabs = [fill(client, "/acme/probe", name=name) for name in ("First", "Second")]
    assert client.post("/acme/probe", data=tabs[0]).status_code == 303
    late = client.post("/acme/probe", data=tabs[1])
    assert late.status_code == 409
    assert "Name: First" in late.text and 'value="Second"' in late.text
    again = client.post("/acme/probe", data={**tabs[1], **hidden(late)})
    assert again.status_code == 303 and state(app)[0] == "Second"


def test_what_leaves_its_thing_as_it_was_can_be_done_again(app: Portal, client: FlaskClient) -> None:
    for done, name in enumerate(("one", "one", "another"), start=1):
        sent = fill(client, "/acme/probe", name=name)
        for _ in range(2):
            assert client.post("/acme/probe/order", data=sent).status_code == 303
        assert state(app)[2] == done


def test_many_at_once_are_one_operation(app: Portal, client: FlaskClient) -> None:
    sent, codes = fill(client, "/acme/probe", name="New"), []
    session = client.get_cookie("session", path="/acme")
    assert session

    def send() -> None:
        mine = app.test_client()
        mine.set_cookie("session", session.value, path="/acme")
        codes.append(mine.post("/acme/probe", data=sent).status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 8 and state(app) == ("New", 1, 1)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_form_with_a_fault_comes_back_with_what_was_typed(
    app: Portal, client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.post("/acme/probe", data=fill(client, "/acme/probe", name=""), headers=headers)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text and '<a href="#name">Type a name.</a>' in answer.text
    assert 'aria-describedby="name-error name-hint"' in answer.text and 'aria-invalid="true"' in answer.text
    assert state(app) == ("Fjell & Faden", 0, 0)


def test_a_refusal_stands_at_its_field_and_the_corrected_form_goes_through(
    app: Portal, client: FlaskClient
) -> None:
    answer = client.post("/acme/probe", data=fill(client, "/acme/probe", name="taken"))
    assert answer.status_code == 422 and answer.text.count("taken is taken.") == 2
    assert "Name: Fjell" in answer.text and 'value="taken"' in answer.text
    assert client.post("/acme/probe", data={**hidden(answer), "name": "free"}).status_code == 303
    assert state(app) == ("free", 1, 1)


def test_a_conflict_shows_who_was_first_and_what_is_so(app: Portal, client: FlaskClient) -> None:
    answer = client.post("/acme/probe", data=fill(client, "/acme/probe", name="late"))
    assert answer.status_code == 409 and 'data-tone="brand"' in answer.text
    assert "Jonas renamed it." in answer.text and "Name: Fjell" in answer.text


@pytest.mark.sqlite
def test_a_form_without_an_operation_changes_nothing(app: Portal, client: FlaskClient) -> None:
    for op in ("", "no uuid", None):
        sent = fill(client, "/acme/probe", name="New")
        sent = {**sent, "op": op} if op is not None else {k: v for k, v in sent.items() if k != "op"}
        assert client.post("/acme/probe", data=sent).status_code == 422
    assert state(app) == ("Fjell & Faden", 0, 0)


@pytest.mark.sqlite
def test_an_operation_made_up_by_the_sender_is_a_conflict(app: Portal, client: FlaskClient) -> None:
    sent = fill(client, "/acme/probe", name="New", op="00000000-0000-4000-8000-000000000000")
    assert client.post("/acme/probe", data=sent).status_code == 409
    assert state(app) == ("Fjell & Faden", 0, 0)
