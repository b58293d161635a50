import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa

from portal.audit import Actor, Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import find, session, transaction
from portal.errors import Forbidden, NotFound, Refusal
from portal.people import Role, User, add_user, set_active, set_password, set_role, staff
from tests.people.conftest import PASSWORD, House


def add(house: House, by: Actor = SYSTEM, **facts) -> User:
    new = {"email": "mia@acme.example", "name": "Mia", "role": Role.AGENT, "password": PASSWORD, **facts}
    with transaction(tenant=house.shop):
        return add_user(**new, by=by)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "mia"),
        ("email", "mia@acme.example\nbcc@evil.example"),
        ("email", "mia\x00@acme.example"),
        ("email", "m" * 250 + "@acme.example"),
        ("name", "  "),
        ("name", "M" * 121),
        ("name", "M\x00ia"),
        ("password", "short"),
        ("password", "x" * 1001),
    ],
)
def test_a_wrong_fact_is_refused_by_its_field(house: House, field: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        add(house, **{field: value})
    assert refused.value.field == field


def test_an_address_is_on_the_staff_once_however_it_is_written(house: House) -> None:
    house.hire("mia@acme.example")
    with pytest.raises(Refusal) as refused:
        add(house, email=" MIA@acme.EXAMPLE")
    assert refused.value.field == "email"


def test_two_shops_may_share_a_person(house: House) -> None:
    house.hire("mia@acme.example")
    house.hire("mia@acme.example", shop=house.other)
    with transaction(tenant=house.shop, reading=True):
        assert [user.tenant_id for user in staff()] == [house.shop]


def test_another_shops_person_cannot_be_found(house: House) -> None:
    id = house.hire("mia@acme.example", shop=house.other)
    with transaction(tenant=house.shop, reading=True), pytest.raises(NotFound):
        find(User, id)


def test_only_owners_and_managers_add_people_and_only_owners_add_owners(house: House) -> None:
    done = set()
    for role in Role:
        by = Actor("person", house.hire(f"{role}@acme.example", role))
        for given in Role:
            with suppress(Forbidden):
                add(house, by, email=f"{given}-by-{role}@acme.example", role=given)
                done.add((role, given))
    owners = {(Role.OWNER, given) for given in Role}
    managers = {(Role.MANAGER, given) for given in Role} - {(Role.MANAGER, Role.OWNER)}
    assert done == owners | managers


def test_a_manager_cannot_touch_an_owner_or_make_one(house: House) -> None:
    owner, manager = house.hire("o@acme.example", Role.OWNER), house.hire("m@acme.example", Role.MANAGER)
    by = Actor("person", manager)
    for act in (
        lambda: set_role(find(User, owner), Role.AGENT, by),
        lambda: set_active(find(User, owner), False, by),
        lambda: set_password(find(User, owner), PASSWORD + "!", by),
        lambda: set_role(find(User, manager), Role.OWNER, by),
    ):
        with transaction(tenant=house.shop), pytest.raises(Forbidden):
            act()


def test_everybody_may_change_their_own_password(house: House) -> None:
    id = house.hire("w@acme.example", Role.WAREHOUSE)
    with transaction(tenant=house.shop):
        set_password(find(User, id), "a password of my own", Actor("person", id))


def test_somebody_who_left_may_do_nothing_more(house: House) -> None:
    house.hire("o@acme.example", Role.OWNER)
    gone = house.hire("gone@acme.example", Role.OWNER)
    with transaction(tenant=house.shop):
        set_active(find(User, gone), False, SYSTEM)
    with pytest.raises(Forbidden):
        add(house, Actor("person", gone))


@pytest.mark.parametrize("actor", ["shopper", "job", "api"])
def test_only_people_and_the_installation_hire(house: House, actor: str) -> None:
    with pytest.raises(Forbidden):
        add(house, Actor(actor))


def test_the_last_owner_can_neither_leave_nor_step_down(house: House) -> None:
    id = house.hire("o@acme.example", Role.OWNER)
    for act in (
        lambda: set_role(find(User, id), Role.MANAGER, SYSTEM),
        lambda: set_active(find(User, id), False, SYSTEM),
    ):
        with transaction(tenant=house.shop), pytest.raises(Refusal):
            act()


def test_two_owners_who_dismiss_each_other_at_once_leave_one(house: House) -> None:
    ids = [house.hire(f"{n}@acme.example", Role.OWNER) for n in "ab"]
    barrier, refused = threading.Barrier(2), []

    def dismiss(id, by) -> None:
        with house.app.app_context():
            try:
                with transaction(tenant=house.shop):
                    barrier.wait()
                    set_active(find(User, id), False, Actor("person", by))
            except (Refusal, Forbidden) as error:
                refused.append(error)

    threads = [threading.Thread(target=dismiss, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(tenant=house.shop, reading=True):
        assert [user.active for user in staff()].count(True) == 1
    assert len(refused) == 1


def test_what_is_changed_stands_in_the_trail_once(house: House) -> None:
    id = house.hire("mia@acme.example")
    for _ in range(2):
        with transaction(tenant=house.shop):
            set_role(find(User, id), Role.MANAGER, SYSTEM)
    with transaction(tenant=house.shop, reading=True):
        rows = session.scalars(sa.select(Trail).where(Trail.subject_id == id).order_by(Trail.no)).all()
        assert [(r.event, r.before, r.after) for r in rows] == [
            (Event.PERSON_ADDED, None, "agent"),
            (Event.PERSON_CHANGED, "agent", "manager"),
        ]


def test_the_trail_holds_no_personal_data(house: House) -> None:
    house.hire("mia@acme.example")
    with transaction(tenant=house.shop, reading=True):
        for row in session.scalars(sa.select(Trail)):
            assert "mia" not in repr(vars(row)).lower()


@pytest.mark.postgresql
def test_a_person_who_was_changed_in_the_meantime_is_changed_from_what_they_now_are(house: House) -> None:
    id = house.hire("mia@acme.example")

    def promote() -> None:
        with house.app.app_context(), transaction(tenant=house.shop):
            set_role(find(User, id), Role.AUDITOR, SYSTEM)

    with transaction(tenant=house.shop):
        mia = find(User, id)
        rival = threading.Thread(target=promote)
        rival.start()
        rival.join()
        set_role(mia, Role.MANAGER, SYSTEM)
    with transaction(tenant=house.shop, reading=True):
        last = session.scalars(
            sa.select(Trail).where(Trail.subject_id == id).order_by(Trail.no.desc())
        ).first()
        assert (last.before, last.after) == ("auditor", "manager")
