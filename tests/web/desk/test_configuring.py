"""The configuration at the desk: a draft is written, reviewed, scheduled; nobody's text is lost silently."""

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.db import session
from portal.people.models import User
from portal.people.roles import Role
from portal.policies.models import PolicyDraft, PolicyVersion
from portal.policies.versions import activate
from portal.tenants import locked_shop
from tests.harness.apps import PASSWORD, counted
from tests.harness.client import ShopClient, form_of
from tests.harness.configuring import asked, drafted
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop
from tests.harness.trading import policy, whole
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, heading, main, notes

pytestmark = pytest.mark.sqlite
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def started(client: ShopClient) -> str:
    """A draft of the version in force; its address."""
    page = client.send(client.get("/desk/policy/versions"), "/policy/drafts")
    return follow(client, page).request.path


def typed_in(page: TestResponse) -> str:
    """What stands in the field."""
    return sent_by(form_of(read(page.text), "/text"))["text"][0].lstrip("\r\n")


def yaml_of(client: ShopClient, address: str) -> str:
    return typed_in(client.get(f"{address}/text"))


def saved(client: ShopClient, address: str, old: str, new: str) -> None:
    page, text = client.get(f"{address}/text"), yaml_of(client, address)
    assert old in text
    assert client.send(page, "/text", text=text.replace(old, new)).status_code == 303


@BOTH
def test_a_fee_is_changed_reviewed_by_a_colleague_and_put_in_force(
    shop: Shop, staff: Staff, htmx: bool
) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    address = started(owner)
    assert "Nothing: it says the same." in main(owner.get(address)).text
    saved(owner, address, "points: 1500", "points: 1000")
    page = owner.get(address, htmx=htmx)
    assert "Restocking fee “Opened electronics”: 15 % → 10 %" in main(page).text
    assert "- points: 1500" in " ".join(main(page).text.split())
    wrong = owner.send(page, "/review", why="", htmx=htmx)
    assert wrong.status_code == 422 and "Say why." in main(wrong).text
    page = follow(owner, owner.send(page, "/review", why="Dear", htmx=htmx), htmx=htmx)
    assert notes(page)[0].startswith("It waits for somebody else")
    assert "You have asked for it. Somebody else approves it." in main(page).text
    assert "Approve" not in [button.text for button in main(page).all("button")]

    page = manager.get(address, htmx=htmx)
    page = follow(manager, manager.send(page, "/approval", htmx=htmx), htmx=htmx)
    page = follow(manager, manager.send(page, "/publication", htmx=htmx), htmx=htmx)
    assert notes(page)[0] == "Version 2 is in force."
    for step in ("started", "saved", "Review asked for", "Draft approved", "put in force"):
        assert step in main(page).text
    page = manager.get("/desk/policy")
    assert "What this version changed" in main(page).text and "Dear" in main(page).text
    assert "10 % of the price without tax" in main(page).text
    listed = main(manager.get("/desk/policy/versions")).text
    assert "Retired" in listed and "Wiebke Köster, approved by Manager" in listed
    trail = main(manager.get("/desk/trail")).text
    assert "Draft approved" in trail and "In review" in trail


def test_whoever_saves_over_what_somebody_else_saved_sees_both_first(shop: Shop, staff: Staff) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    address = started(owner)
    mine, theirs = owner.get(f"{address}/text"), manager.get(f"{address}/text")
    text = yaml_of(owner, address)
    assert manager.send(theirs, "/text", text=text.replace("pay_days: 14", "pay_days: 20")).status_code == 303
    late = owner.send(mine, "/text", text=text.replace("hand_in_days: 14", "hand_in_days: 9"))
    assert late.status_code == 409
    shown = main(late).text
    assert "Somebody else saved this draft meanwhile" in shown
    assert "- pay_days: 20" in " ".join(shown.split()) and "hand_in_days: 9" in typed_in(late)
    assert owner.send(late, "/text").status_code == 303  # having seen it
    assert "hand_in_days: 9" in yaml_of(owner, address)


def test_all_that_is_wrong_is_told_and_what_was_typed_stays(shop: Shop, staff: Staff) -> None:
    owner = staff(Role.OWNER)
    address = started(owner)
    page, text = owner.get(f"{address}/text"), yaml_of(owner, address)
    wrong = text.replace("points: 1500", "points: 15000").replace("pay_days: 14", "pay_days: soon")
    for typed, said in (
        (wrong, ["policy.fees.1.points (line ", "policy.pay_days (line "]),
        ("policy: [", ["line 1: "]),
        (text.replace("pay_days: 14", "pay_days: 2027-02-29"), ["“2027-02-29” is no day"]),
        ("a: &x 1\nb: *x", ["line 2: no aliases"]),
        ("a: \x00", ["control character"]),
        ("", ["There is nothing in it."]),
        ("<script>", ["names with their values are wanted"]),
    ):
        answer = owner.send(page, "/text", text=typed)
        assert answer.status_code == 422
        assert all(one in main(answer).text for one in said), main(answer).text[:500]
    assert typed_in(answer) == "<script>"
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(PolicyDraft.version)).one() == 1
    assert owner.send(page, "/text", text=text.replace("\n", "\r\n")).status_code == 303


def test_it_is_scheduled_by_the_shops_clocks_and_can_be_withdrawn(shop: Shop, staff: Staff) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    address = started(owner)
    saved(owner, address, "pay_days: 14", "pay_days: 10")
    owner.send(owner.get(address), "/review", why="More credit")
    manager.send(manager.get(address), "/approval")
    page = manager.get(address)
    for typed, said in (
        ({"since": ""}, "Choose day and time."),
        ({"since": "2020-01-01T08:00"}, "That moment is over."),
        ({"since": "2027-03-28T02:30"}, "The clocks are put forward"),
        ({"since": "soon"}, "A moment is written like"),
        ({"since": "9999-12-31T23:59"}, "A moment is written like"),
    ):
        answer = manager.send(page, "/publication", when="later", **typed)
        assert answer.status_code == 422 and said in main(answer).text
    done = follow(manager, manager.send(page, "/publication", when="later", since="2027-07-01T08:00"))
    assert notes(done)[0].startswith("Version 2 comes into force Thu 1 Jul 2027, 08:00")
    with shop.transaction(reading=True):
        since = session.scalars(sa.select(PolicyVersion.active_from).where(PolicyVersion.no == 2)).one()
    assert since.isoformat() == "2027-07-01T06:00:00+00:00"
    assert "This version is scheduled" in main(owner.get("/desk/policy?version=2")).text
    assert "Return policy, version 1" in heading(owner.get("/desk/policy"))
    next_one = owner.send(owner.get("/desk/policy?version=2"), "/policy/drafts").location
    back = follow(owner, owner.send(owner.get(address), "/withdrawal"))
    assert "The draft stays approved." in notes(back)[0]
    for page in (next_one, f"{next_one}/sections", f"{next_one}/text", f"{next_one}/try"):
        assert owner.get(page).status_code == 200
    assert "Made from a version that was withdrawn." in main(owner.get(next_one)).text
    assert "Changed" in main(owner.get(f"{next_one}/sections")).text  # from the one in force
    assert "from one that was withdrawn" in main(owner.get("/desk/policy/versions")).text


def test_what_nobody_reviewed_is_led_to_a_review_where_one_is_wanted_by_now(shop: Shop, staff: Staff) -> None:
    manager, owner = staff(Role.MANAGER), shop.actor()
    with shop.transaction():
        activate(locked_shop(), whole(policy(second_review=False)), owner)
        address = f"/desk/policy/drafts/{asked(shop.actor(Role.MANAGER), policy(pay_days=9)).id}"
    page = manager.get(address)
    with shop.transaction():
        activate(locked_shop(), whole(policy()), owner)
    late = manager.send(page, "/publication", over="y")
    assert late.status_code == 422 and "Nobody has reviewed this draft" in main(late).text
    page = manager.get(address)
    assert not any("/publication" in (one.get("action") or "") for one in main(page).all("form"))
    page = follow(manager, manager.send(page, "/back"))
    assert "Ask for approval" in main(page).text


def test_an_older_versions_draft_asks_for_a_yes_to_the_difference(shop: Shop, staff: Staff) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    with shop.transaction():
        activate(locked_shop(), whole(policy(hand_in_days=9)), shop.actor())
    page = owner.get("/desk/policy?version=1")
    page = follow(owner, owner.send(page, "/policy/drafts"))
    assert "To hand the parcel in: 9 days → 14 days" in main(page).text
    address = page.request.path
    owner.send(page, "/review", why="It was right before")
    manager.send(manager.get(address), "/approval")
    page = manager.get(address)
    refused = manager.send(page, "/publication")
    assert refused.status_code == 422 and "Version 2 is in force by now" in main(refused).text
    with shop.transaction():
        activate(locked_shop(), whole(policy(hand_in_days=8)), shop.actor())
    assert manager.send(page, "/publication", over="y").status_code == 422  # that is not what was seen
    page = manager.get(address)
    assert "8 days → 14 days" in main(page).text
    assert manager.send(page, "/publication", over="y").status_code == 303
    assert "version 4" in heading(manager.get("/desk/policy"))


def test_one_alone_types_the_password_again(shop: Shop, staff: Staff) -> None:
    with shop.transaction() as own:
        own.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    owner = staff(Role.OWNER)
    address = started(owner)
    saved(owner, address, "pay_days: 14", "pay_days: 10")
    page = owner.get(address)
    assert not any("/review" in (one.get("action") or "") for one in main(page).all("form"))
    for typed in ("", "not this one"):
        assert owner.send(page, "/at-once", why="More", password=typed).status_code == 422
    done = follow(owner, owner.send(page, "/at-once", why="More", password=PASSWORD))
    assert "alone" in main(done).text and "Version 2 is in force." in notes(done)[0]
    assert "One person alone asked for it" in main(owner.get("/desk/policy")).text


def test_a_double_click_starts_one_draft_and_takes_each_step_once(shop: Shop, staff: Staff) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    page = owner.get("/desk/policy/versions")
    one, two = (owner.send(page, "/policy/drafts").location for _ in range(2))
    assert one == two
    saved(owner, one, "pay_days: 14", "pay_days: 10")
    for client, to, typed in (
        (owner, "/review", {"why": "More"}), (manager, "/approval", {}), (manager, "/publication", {}),
    ):  # fmt: skip
        page, seen = client.get(one), owner.get(one)
        assert [client.send(page, to, **typed).status_code for _ in range(2)] == [303, 303]
    stale = owner.send(seen, "/publication")
    assert stale.status_code == 409 and "This is version 2" in main(stale).text
    with shop.transaction(reading=True):
        assert session.scalar(sa.select(sa.func.count(PolicyVersion.id)).where(PolicyVersion.no > 1)) == 1


def test_an_agent_reads_drafts_and_changes_nothing(shop: Shop, staff: Staff) -> None:
    agent, owner = staff(Role.AGENT), staff(Role.OWNER)
    address = started(owner)
    assert not main(agent.get(address)).all("form")
    assert not main(agent.get("/desk/policy/versions")).all("form")
    assert agent.get(f"{address}/text").status_code == 403


def test_pages_take_few_statements_however_many_versions_there_are(shop: Shop, staff: Staff) -> None:
    owner = staff(Role.OWNER)
    with shop.transaction():
        activate(locked_shop(), whole(policy(pay_days=19)), shop.actor())
        id = asked(shop.actor(Role.MANAGER), policy(credit_bonus=9)).id
    counts = []
    for n in range(2):
        for address in ("/desk/policy/versions", "/desk/policy", f"/desk/policy/drafts/{id}"):
            with counted(shop.app) as statements:
                assert owner.get(address).status_code == 200
            counts.append(len(statements))
        for k in range(6):
            with shop.transaction():
                activate(locked_shop(), whole(policy(pay_days=20 + n + k)), shop.actor())
                drafted(shop.actor(), policy(hand_in_days=30 + k))
    assert max(counts) <= 15 and counts[:3] == counts[3:]
