"""The page of the staff: inviting, what somebody may do, letting go, and what nobody may."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal import clock
from portal.audit import Actor, Trail
from portal.audit.actors import SYSTEM
from portal.audit.operations import operation_id
from portal.db import find
from portal.notices import SentMail
from portal.people import OneTimeLink, Role, User, add_user, set_role
from portal.people.links import MARK
from portal.people.staffing import set_active
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.shops import Shop, email
from tests.web.desk.working import follow, heading, main, notes, spent

LINK = re.compile(rf"http://[^/]+(/\w+/sign-in/invitation/{MARK}\w+)")
IRIS = "iris@acme.example"
NEW = "a tree beside the harbour"
OVER = "This link does not work, or no longer"
Work = Callable[[], int]
Staff = Callable[[Role], ShopClient]


@pytest.fixture
def owner(staff: Staff) -> ShopClient:
    return staff(Role.OWNER)


def invite(client: ShopClient, address: str = IRIS, role: str = "agent", **kw: object) -> TestResponse:
    page = client.get("/desk/people/invite")
    return client.send(page, "/people/invite", name="Iris", email=address, role=role, **kw)


def one(shop: Shop, address: str = IRIS) -> User:
    with shop.transaction(reading=True) as session:
        found = session.scalars(sa.select(User).where(User.email == address, User.tenant_id == shop.id)).one()
        session.expunge(found)
        return found


def links(shop: Shop) -> list[str]:
    """Where the invitations lead that were mailed, oldest first."""
    with shop.transaction(reading=True) as session:
        own = sa.select(SentMail.text).where(SentMail.tenant_id == shop.id)
        texts = session.scalars(own.order_by(SentMail.at, SentMail.id)).all()
        return [address for text in texts for address in LINK.findall(text)]


def press(client: ShopClient, id: uuid.UUID, what: str, **typed: object) -> TestResponse:
    return client.send(client.get(f"/desk/people/{id}"), f"/people/{id}/{what}", **typed)


def choose(client: ShopClient, link: str, password: str = NEW, **kw: object) -> TestResponse:
    return client.send(client.get(link), link, password=password, again=password, **kw)


@pytest.fixture
def link(shop: Shop, owner: ShopClient, worker: Work) -> str:
    """The address that was mailed to Iris, whom the owner invited as an agent."""
    invite(owner)
    worker()
    return links(shop)[0]


@pytest.mark.parametrize("htmx", [False, True])
def test_whoever_is_invited_gets_a_mail_and_signs_in_behind_its_link(
    shop: Shop, app: Portal, owner: ShopClient, worker: Work, htmx: bool
) -> None:
    answer = invite(owner, htmx=htmx)
    assert answer.status_code == 303
    page = follow(owner, answer, htmx=htmx)
    assert "An invitation goes to iris@acme.example." in notes(page)[0]
    row = next(e for e in main(page).all("tr") if "Iris" in e.text)
    assert "Agent" in row.text and "Invited" in row.text and "never" in row.text
    worker()
    iris = ShopClient(app)
    link = links(shop)[0]
    assert iris.get(link).headers["Referrer-Policy"] == "no-referrer"
    answer = choose(iris, link, htmx=htmx)
    assert (answer.status_code, answer.location) == (303, "/acme/desk")
    assert "you are signed in" in notes(follow(iris, answer))[0]
    assert iris.get("/desk/people").status_code == 403
    row = next(e for e in main(owner.get("/desk/people")).all("tr") if "Iris" in e.text)
    assert "Active" in row.text and "never" not in row.text


@pytest.mark.sqlite
def test_following_the_link_changes_nothing(shop: Shop, app: Portal, link: str) -> None:
    for _ in range(3):
        assert heading(ShopClient(app).get(link)) == "Choose your password"
    with shop.transaction(reading=True) as session:
        assert session.scalars(sa.select(OneTimeLink.spent_at)).all() == [None]
    assert choose(ShopClient(app), link).status_code == 303


@pytest.mark.sqlite
@pytest.mark.parametrize("what", ["spent", "over", "mistyped", "other", "gone"])
def test_a_link_that_opens_nothing_gets_one_answer(shop: Shop, app: Portal, link: str, what: str) -> None:
    client, moment = ShopClient(app), clock.now()
    page = client.get(link)
    if what == "spent":
        choose(ShopClient(app), link)
    if what == "over":
        moment += timedelta(days=3, minutes=1)
    if what == "gone":
        with shop.transaction():
            set_active(find(User, one(shop).id), False, SYSTEM)
    address = {"mistyped": link + "0", "other": link.replace("/acme/", "/other/")}.get(what, link)
    with clock.at(moment):
        if what == "other":
            client.slug = "other"
            seen = client.get(address)
        else:
            token = read(page.text).all("input", name="csrf_token")[0]["value"]
            seen = client.post(address, data={"csrf_token": token, "password": NEW, "again": NEW})
        assert seen.status_code == 303 and seen.location.endswith("/sign-in")
        assert OVER in client.get(seen.location).text


@pytest.mark.sqlite
@pytest.mark.parametrize(("password", "again"), [("short", "short"), (NEW, NEW + "x"), ("", "")])
def test_a_password_that_will_not_do_is_told_at_its_field_and_the_link_stays(
    app: Portal, link: str, password: str, again: str
) -> None:
    client = ShopClient(app)
    answer = client.send(client.get(link), link, password=password, again=again)
    assert answer.status_code == 422 and '-error"' in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert NEW not in answer.text
    assert choose(client, link).status_code == 303


@pytest.mark.sqlite
def test_an_invitation_is_sent_again_and_the_first_link_is_over(
    shop: Shop, app: Portal, owner: ShopClient, worker: Work, link: str
) -> None:
    id = one(shop).id
    page = owner.get(f"/desk/people/{id}")
    for _ in range(2):
        assert owner.send(page, "/invitation").status_code == 303
    worker()
    first, *more = links(shop)
    assert first == link and len(more) == 1
    late = ShopClient(app)
    assert OVER in follow(late, late.get(first)).text
    assert choose(ShopClient(app), more[0]).status_code == 303
    assert "/invitation" not in owner.get(f"/desk/people/{id}").text


@pytest.mark.sqlite
def test_the_same_form_twice_invites_once_and_the_same_address_never_twice(
    shop: Shop, owner: ShopClient, worker: Work
) -> None:
    page = owner.get("/desk/people/invite")
    typed = {"name": "Iris", "email": IRIS, "role": "agent"}
    assert [owner.send(page, "/invite", **typed).status_code for _ in range(2)] == [303, 303]
    worker()
    assert len(links(shop)) == 1
    again = invite(owner, " IRIS@acme.example ")
    assert again.status_code == 422 and "on the staff already" in main(again).text
    assert 'id="email-error"' in again.text and 'value="Iris"' in again.text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("typed", "field"),
    [({"email": "iris"}, "email"), ({"name": ""}, "name"), ({"role": None}, "role"), ({"role": "x"}, "role")],
)
def test_what_is_wrong_with_an_invitation_is_told_at_its_field(
    shop: Shop, owner: ShopClient, typed: dict[str, str], field: str
) -> None:
    page = owner.get("/desk/people/invite")
    answer = owner.send(page, "/invite", **{"name": "Iris", "email": IRIS, "role": "agent", **typed})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    with shop.transaction(reading=True) as session:
        assert session.scalars(sa.select(User.id).where(User.password_hash.is_(None))).all() == []


@pytest.mark.parametrize("htmx", [False, True])
def test_a_role_counts_from_the_next_click(shop: Shop, owner: ShopClient, staff: Staff, htmx: bool) -> None:
    agent = staff(Role.AGENT)
    id = one(shop, email(Role.AGENT)).id
    assert agent.get("/desk").status_code == 200
    answer = press(owner, id, "role", role="warehouse", htmx=htmx)
    assert answer.status_code == 303
    assert "is now: Warehouse." in notes(follow(owner, answer, htmx=htmx))[0]
    assert agent.get("/desk").status_code == 403
    with shop.transaction(reading=True) as session:
        rows = sa.select(Trail).where(Trail.subject_id == id).order_by(Trail.no.desc())
        told = session.scalars(rows).first()
        assert (told.before, told.after, told.actor_id) == ("agent", "warehouse", shop.actor().id)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_disabled_person_is_out_at_once_and_an_enabled_one_signs_in_anew(
    shop: Shop, app: Portal, owner: ShopClient, staff: Staff, htmx: bool
) -> None:
    agent = staff(Role.AGENT)
    id = one(shop, email(Role.AGENT)).id
    answer = press(owner, id, "out", htmx=htmx)
    assert "cannot sign in any more" in notes(follow(owner, answer, htmx=htmx))[0]
    assert agent.get("/desk").status_code == 302
    refused = ShopClient(app)
    typed = {"email": email(Role.AGENT), "password": PASSWORD}
    assert refused.send(refused.get("/sign-in"), "/sign-in", **typed).status_code == 422
    assert "Disabled" in main(owner.get("/desk/people")).text
    press(owner, id, "in", htmx=htmx)
    assert agent.get("/desk").status_code == 302
    assert staff(Role.AGENT).get("/desk").status_code == 200


@pytest.mark.sqlite
def test_the_last_owner_stays_one(shop: Shop, owner: ShopClient) -> None:
    id = shop.actor().id
    answer = press(owner, id, "role", role="agent")
    assert answer.status_code == 422 and "A shop needs an owner." in main(answer).text
    token = read(answer.text).all("input", name="csrf_token")[0]["value"]
    page = owner.get(f"/desk/people/{id}")
    assert f"/people/{id}/out" not in page.text
    op = operation_id(id, "out", one(shop, email(Role.OWNER)).version)
    forged = owner.post(f"/desk/people/{id}/out", data={"csrf_token": token, "op": str(op)})
    assert forged.status_code == 422 and "A shop needs an owner." in main(forged).text
    assert one(shop, email(Role.OWNER)).role is Role.OWNER and one(shop, email(Role.OWNER)).active


@pytest.mark.sqlite
def test_a_manager_neither_makes_nor_touches_owners(shop: Shop, manager: ShopClient) -> None:
    assert invite(manager, role="owner").status_code == 422
    id = shop.actor().id
    page = manager.get(f"/desk/people/{id}")
    assert "Only an owner can change an owner" in page.text and f"/people/{id}/" not in page.text
    mine = shop.actor(Role.MANAGER).id
    assert press(manager, mine, "role", role="owner").status_code == 422
    form = manager.get("/desk/people/invite")
    token = read(form.text).all("input", name="csrf_token")[0]["value"]
    for what in ("out", "role", "invitation"):
        op = operation_id(id, what, one(shop, email(Role.OWNER)).version)
        sent = {"csrf_token": token, "op": str(op), "role": "agent"}
        assert manager.post(f"/desk/people/{id}/{what}", data=sent).status_code == 403
    assert one(shop, email(Role.OWNER)).active and one(shop, email(Role.OWNER)).role is Role.OWNER
    assert one(shop, email(Role.MANAGER)).role is Role.MANAGER


@pytest.mark.sqlite
def test_a_form_that_was_open_when_its_reader_was_demoted_does_nothing(
    shop: Shop, owner: ShopClient, manager: ShopClient
) -> None:
    id, mine = one(shop, email(Role.AGENT)).id, shop.actor(Role.MANAGER).id
    open_, inviting = manager.get(f"/desk/people/{id}"), manager.get("/desk/people/invite")
    press(owner, mine, "role", role="auditor")
    assert manager.send(open_, "/out").status_code == 403
    assert manager.send(open_, "/role", role="manager").status_code == 403
    typed = {"name": "Iris", "email": IRIS, "role": "agent"}
    assert manager.send(inviting, "/invite", **typed).status_code == 403
    assert one(shop, email(Role.AGENT)).active


@pytest.mark.sqlite
def test_the_later_of_two_tabs_is_told_how_it_stands(shop: Shop, owner: ShopClient) -> None:
    id = one(shop, email(Role.AGENT)).id
    tabs = [owner.get(f"/desk/people/{id}") for _ in range(2)]
    assert owner.send(tabs[0], "/role", role="auditor").status_code == 303
    late = owner.send(tabs[1], "/role", role="manager")
    assert late.status_code == 409 and "Somebody has answered this already." in main(late).text
    assert one(shop, email(Role.AGENT)).role is Role.AUDITOR


@pytest.mark.sqlite
def test_another_shops_people_are_nobody_here(shop: Shop, other_shop: Shop, owner: ShopClient) -> None:
    theirs = one(other_shop, email(Role.AGENT, "other")).id
    assert owner.get(f"/desk/people/{theirs}").status_code == 404
    assert "other.example" not in owner.get("/desk/people").text
    token = read(owner.get("/desk/people/invite").text).all("input", name="csrf_token")[0]["value"]
    sent = {"csrf_token": token, "op": str(uuid.uuid4()), "role": "agent"}
    for what in ("out", "in", "role", "invitation"):
        assert owner.post(f"/desk/people/{theirs}/{what}", data=sent).status_code == 404


@pytest.mark.sqlite
def test_a_long_list_costs_no_more(shop: Shop, owner: ShopClient) -> None:
    few = spent(shop, owner, lambda: owner.get("/desk/people"))
    with shop.transaction():
        for n in range(30):
            add_user(f"p{n}@acme.example", f"P {n}", Role.AGENT, None, SYSTEM)
    assert spent(shop, owner, lambda: owner.get("/desk/people")) == few <= 15


@pytest.mark.sqlite
def test_an_invited_person_comes_in_with_the_role_of_that_moment(shop: Shop, app: Portal, link: str) -> None:
    with shop.transaction():
        set_role(find(User, one(shop).id), Role.WAREHOUSE, Actor("system"))
    assert choose(ShopClient(app), link).location == "/acme/dock"
