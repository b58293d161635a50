"""A forgotten password: one answer for everybody, a link by mail, and then every older session is over."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal import clock
from portal.audit import Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import find
from portal.notices import SentMail
from portal.people import OneTimeLink, Role, User, add_user
from portal.people.links import MARK
from portal.people.staffing import set_active
from portal.people.throttle import FORGOTTEN
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD, counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.shops import Shop, email

LINK = re.compile(rf"http://[^/]+(/\w+/sign-in/password/{MARK}\w+)")
AGENT = email(Role.AGENT)
NEW = "a tree beside the harbour"
SENT = "/acme/sign-in/forgotten/sent"
OVER = "This link does not work, or no longer"
Work = Callable[[], int]


def ask(client: ShopClient, address: str = AGENT, **kw: object) -> TestResponse:
    return client.send(client.get("/sign-in/forgotten"), "/sign-in/forgotten", email=address, **kw)


def mails(shop: Shop) -> list[tuple[str, str]]:
    """To whom the links were mailed and where they lead, oldest first."""
    with shop.transaction(reading=True) as session:
        own = sa.select(SentMail.recipient, SentMail.text).where(SentMail.tenant_id == shop.id)
        rows = session.execute(own.order_by(SentMail.at, SentMail.id)).all()
        return [(to, address) for to, text in rows for address in LINK.findall(text)]


def sign_in(client: ShopClient, password: str = PASSWORD, address: str = AGENT) -> int:
    return client.send(client.get("/sign-in"), "/sign-in", email=address, password=password).status_code


def choose(client: ShopClient, link: str, **kw: object) -> TestResponse:
    return client.send(client.get(link), link, password=NEW, again=NEW, **kw)


@pytest.fixture
def link(shop: Shop, app: Portal, worker: Work) -> str:
    ask(ShopClient(app))
    worker()
    return mails(shop)[0][1]


@pytest.mark.parametrize("htmx", [False, True])
def test_whoever_forgot_chooses_another_password_and_is_out_everywhere_else(
    shop: Shop, app: Portal, worker: Work, htmx: bool
) -> None:
    old = ShopClient(app)
    assert sign_in(old) == 303
    assert "Forgotten password?" in ShopClient(app).get("/sign-in").text
    client = ShopClient(app)
    assert ask(client, f" {AGENT.upper()} ", htmx=htmx).location == SENT
    worker()
    ((to, link),) = mails(shop)
    assert to == AGENT
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    answer = choose(client, link, htmx=htmx)
    assert (answer.status_code, answer.location) == (303, "/acme/desk")
    assert client.get("/desk").status_code == 200 and old.get("/desk").status_code == 302
    assert sign_in(ShopClient(app)) == 422 and sign_in(ShopClient(app), NEW) == 303
    with shop.transaction(reading=True) as session:
        changed = session.scalars(sa.select(Trail).where(Trail.event == Event.PERSON_CHANGED)).one()
        assert changed.actor_id == changed.subject_id and changed.data == {"password": True}


@pytest.mark.sqlite
def test_known_and_unknown_get_one_answer_after_the_same_work(shop: Shop, app: Portal, worker: Work) -> None:
    answers, work = [], []
    for address in (AGENT, "nobody@acme.example", "not an address"):
        client = ShopClient(app)
        page = client.get("/sign-in/forgotten")
        with counted(app) as statements:
            answers.append(client.send(page, "/sign-in/forgotten", email=address))
        work.append(len(statements))
    assert {(a.status_code, a.location, a.text) for a in answers} == {(303, SENT, "")}
    assert len(set(work)) == 1
    client = ShopClient(app)
    page = client.get("/sign-in/forgotten")
    assert client.send(page, "/sign-in/forgotten", email=f"{AGENT}\x00").status_code == 422
    worker()
    assert [to for to, _ in mails(shop)] == [AGENT]


@pytest.mark.sqlite
def test_who_left_or_never_had_a_password_gets_no_link(shop: Shop, app: Portal, worker: Work) -> None:
    with shop.transaction():
        add_user("iris@acme.example", "Iris", Role.AGENT, None, SYSTEM)
        gone = add_user("gone@acme.example", "Gone", Role.AGENT, PASSWORD, SYSTEM)
        set_active(gone, False, SYSTEM)
    for address in ("iris@acme.example", "gone@acme.example"):
        assert ask(ShopClient(app), address).location == SENT
    worker()
    assert mails(shop) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("address", [AGENT, "nobody@acme.example"])
def test_asking_often_ends_alike_for_known_and_unknown(app: Portal, address: str) -> None:
    for _ in range(FORGOTTEN["account"]):
        assert ask(ShopClient(app), address).location == SENT
    refused = ask(ShopClient(app), address)
    assert refused.status_code == 422 and "asked for several times" in refused.text
    assert ask(ShopClient(app), "another@acme.example").location == SENT


@pytest.mark.sqlite
@pytest.mark.parametrize("what", ["spent", "over", "other", "gone", "for an invitation"])
def test_a_link_that_opens_nothing_gets_one_answer(shop: Shop, app: Portal, link: str, what: str) -> None:
    client, moment = ShopClient(app), clock.now()
    token = read(client.get("/sign-in/forgotten").text).all("input", name="csrf_token")[0]["value"]
    if what == "spent":
        choose(ShopClient(app), link)
    if what == "over":
        moment += timedelta(minutes=31)
    if what == "gone":
        with shop.transaction() as session:
            agent = session.scalars(sa.select(User.id).where(User.email == AGENT)).one()
            set_active(find(User, agent), False, SYSTEM)
            set_active(find(User, agent), True, SYSTEM)
    address = link.replace("/password/", "/invitation/") if what == "for an invitation" else link
    if what == "other":
        client.slug, address = "other", link.replace("/acme/", "/other/")
        token = read(client.get("/sign-in/forgotten").text).all("input", name="csrf_token")[0]["value"]
    with clock.at(moment):
        sent = {"csrf_token": token, "password": NEW + "!", "again": NEW + "!"}
        for try_ in (lambda: client.get(address), lambda: client.post(address, data=sent)):
            answer = try_()
            assert answer.status_code == 303 and answer.location.endswith("/sign-in")
            assert OVER in client.get(answer.location).text
    assert sign_in(ShopClient(app), NEW + "!") == 422


@pytest.mark.sqlite
def test_looking_changes_nothing_and_a_new_password_ends_the_other_links(
    shop: Shop, app: Portal, worker: Work, link: str
) -> None:
    ask(ShopClient(app))
    worker()
    second = mails(shop)[1][1]
    for _ in range(3):
        assert "Choose your password" in ShopClient(app).get(link).text
    with shop.transaction(reading=True) as session:
        assert session.scalars(sa.select(OneTimeLink.spent_at)).all() == [None, None]
    assert sign_in(ShopClient(app)) == 303
    assert choose(ShopClient(app), link).status_code == 303
    assert ShopClient(app).get(second).status_code == 303
