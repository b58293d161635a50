"""A person's own page: another password, and the browsers in which they are signed in."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.notices.models import SentMail
from portal.people import Role, StaffSession
from portal.people.agents import browser_named
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop, email
from tests.web.desk.working import follow, main, notes, spent

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0.0.0 Mobile Safari/537.36"
NEW = "a tree beside the harbour"
Staff = Callable[[Role], ShopClient]


def change(client: ShopClient, old: str = PASSWORD, new: str = NEW, again: str = NEW, **kw: object):
    page = client.get("/desk/account")
    return client.send(page, "/account/password", password=old, fresh=new, again=again, **kw)


def enters(app: Portal, password: str) -> bool:
    client = ShopClient(app)
    typed = {"email": email(Role.AGENT), "password": password}
    return client.send(client.get("/sign-in"), "/sign-in", **typed).status_code == 303


@pytest.mark.parametrize("htmx", [False, True])
def test_a_new_password_takes_the_old_one_and_signs_out_the_other_browsers(
    shop: Shop, app: Portal, staff: Staff, agent: ShopClient, htmx: bool
) -> None:
    other = staff(Role.AGENT)
    answer = change(agent, htmx=htmx)
    assert answer.status_code == 303
    assert "Your password is changed." in notes(follow(agent, answer, htmx=htmx))[0]
    assert other.get("/desk").status_code == 302
    assert not enters(app, PASSWORD) and enters(app, NEW)
    with shop.transaction(reading=True) as session:
        told = session.scalars(sa.select(Trail).where(Trail.event == Event.PERSON_CHANGED)).one()
        assert told.actor_id == told.subject_id == shop.actor(Role.AGENT).id


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"old": "a wrong password"}, "password"),
        ({"old": ""}, "password"),
        ({"new": "short", "again": "short"}, "fresh"),
        ({"again": NEW + "x"}, "again"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_changed(
    app: Portal, staff: Staff, agent: ShopClient, typed: dict[str, str], field: str
) -> None:
    other = staff(Role.AGENT)
    answer = change(agent, **typed)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text and NEW not in answer.text
    assert other.get("/desk").status_code == 200
    assert enters(app, PASSWORD)


@pytest.mark.sqlite
def test_guessing_the_old_password_ends(agent: ShopClient) -> None:
    for _ in range(10):
        assert "is not right" in change(agent, "a wrong password").text
    assert "Too many tries" in change(agent).text


@pytest.mark.sqlite
def test_a_browser_is_told_by_what_it_calls_itself(app: Portal, agent: ShopClient) -> None:
    phone = ShopClient(app)
    phone.environ_base["HTTP_USER_AGENT"] = ANDROID
    typed = {"email": email(Role.AGENT), "password": PASSWORD}
    phone.send(phone.get("/sign-in"), "/sign-in", **typed)
    shown = main(agent.get("/desk/account")).text
    assert "Chrome, Android" in shown and "Unknown browser" in shown


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (ANDROID, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("curl/8.1<script>", ""),
    ],
)
def test_of_what_a_browser_sends_only_known_words_are_kept(agent: str, name: str) -> None:
    assert browser_named(agent) == name


@pytest.mark.parametrize("htmx", [False, True])
def test_one_browser_is_signed_out_from_another(staff: Staff, agent: ShopClient, htmx: bool) -> None:
    lost = staff(Role.AGENT)
    page = agent.get("/desk/account")
    assert main(page).text.count("This browser") == 1
    answer = agent.send(page, "/account/session", htmx=htmx)
    assert "That browser is signed out." in notes(follow(agent, answer, htmx=htmx))[0]
    assert lost.get("/desk").status_code == 302 and agent.get("/desk").status_code == 200
    assert "/account/session" not in [
        f["action"][-16:] for f in read(agent.get("/desk/account").text).all("form")
    ]


@pytest.mark.sqlite
def test_nobody_signs_out_somebody_elses_browser(shop: Shop, agent: ShopClient, manager: ShopClient) -> None:
    with shop.transaction(reading=True) as session:
        mine = sa.select(StaffSession.id).where(StaffSession.user_id == shop.actor(Role.MANAGER).id)
        theirs = session.scalars(mine).one()
    form = read(agent.get("/desk/account").text).all("form")[-1]
    sent = {"csrf_token": sent_by(form)["csrf_token"], "browser": str(theirs)}
    agent.post("/desk/account/session", data=sent)
    assert manager.get("/desk").status_code == 200
    assert agent.post("/desk/account/session", data={**sent, "browser": "x"}).status_code == 422


@pytest.mark.sqlite
def test_signing_out_everywhere_ends_this_browser_too(shop: Shop, staff: Staff, agent: ShopClient) -> None:
    other = staff(Role.AGENT)
    answer = agent.send(agent.get("/desk/account"), "/account/sessions")
    assert answer.location == "/acme/sign-in"
    assert "You are signed out everywhere." in agent.get("/sign-in").text
    assert agent.get("/desk").status_code == other.get("/desk").status_code == 302
    with shop.transaction(reading=True) as session:
        told = session.scalars(sa.select(Trail).where(Trail.event == Event.PERSON_SIGNED_OUT)).one()
        assert told.data == {"sessions": 2}


@pytest.mark.sqlite
def test_the_page_is_there_for_the_warehouse_too_and_looking_changes_nothing(
    shop: Shop, staff: Staff
) -> None:
    client = staff_at_the_dock(shop)
    assert "/desk/account" in client.get("/dock").text
    page = client.get("/desk/account")
    assert page.status_code == 200 and "/desk/keys" not in [a.get("href") for a in read(page.text).all("a")]
    assert spent(shop, client, lambda: client.get("/desk/account")) <= 15


def staff_at_the_dock(shop: Shop) -> ShopClient:
    client = ShopClient(shop.app)
    typed = {"email": email(Role.WAREHOUSE), "password": PASSWORD}
    assert client.send(client.get("/sign-in"), "/sign-in", **typed).location == "/acme/dock"
    return client


@pytest.mark.parametrize("htmx", [False, True])
def test_a_person_s_own_language_goes_before_the_browser_s_on_every_page(
    shop: Shop, agent: ShopClient, htmx: bool
) -> None:
    answer = agent.send(agent.get("/desk/account"), "/account/language", language="de", htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"].endswith("/desk/account")
    page = agent.get("/desk/account", headers={"Accept-Language": "he"})
    assert read(page.text).one("html")["lang"] == "de" and "Ihre Sprache ist gewählt." in notes(page)[0]
    assert "Rücksendungen" in agent.get("/desk").text
    with shop.transaction(reading=True) as session:
        told = session.scalars(sa.select(Trail).where(Trail.event == Event.PERSON_CHANGED)).one()
        assert told.subject_id == shop.actor(Role.AGENT).id and told.data == {"language": "de"}
    agent.send(page, "/account/language", language="")
    assert read(agent.get("/desk").text).one("html")["lang"] == "en"


@pytest.mark.sqlite
def test_a_language_that_the_portal_does_not_speak_is_refused(agent: ShopClient) -> None:
    answer = agent.send(agent.get("/desk/account"), "/account/language", language="tlh")
    assert answer.status_code == 422 and "Choose one of the languages." in answer.text


@pytest.mark.sqlite
def test_mails_to_a_person_are_in_their_language(
    app: Portal, agent: ShopClient, shop: Shop, worker: Callable[[], int]
) -> None:
    agent.send(agent.get("/desk/account"), "/account/language", language="he")
    asked = ShopClient(app)
    asked.send(asked.get("/sign-in/forgotten"), "/sign-in/forgotten", email=email(Role.AGENT))
    worker()
    with shop.transaction(reading=True) as session:
        mail = session.scalars(sa.select(SentMail)).one()
        assert "סיסמה חדשה" in mail.subject and 'dir="rtl"' in mail.html
