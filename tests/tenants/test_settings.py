"""A shop's settings are changed with a trail that names nobody, and a new domain is found at the door."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail, chain_breaks, record
from portal.audit.actors import SYSTEM
from portal.db import session, transaction
from portal.errors import Refusal
from portal.jobs import Job
from portal.jobs.worker import step
from portal.tenants import Settings, change_settings, locked_shop, public_address, settings_of, this_shop
from portal.tenants import Shop as Directory
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.shops import Shop, find_shop, furnished, staffed


def now(shop: Shop) -> Settings:
    with shop.transaction(reading=True):
        return settings_of(this_shop())


def change(shop: Shop, **values: Any) -> bool:
    wanted = replace(now(shop), **values)
    owner = shop.actor()
    with shop.transaction():
        return change_settings(locked_shop(), wanted, owner)


def trail(shop: Shop) -> list[Trail]:
    with shop.transaction(reading=True):
        rows = sa.select(Trail).where(Trail.chain == shop.id).order_by(Trail.no)
        found = list(session.scalars(rows))
        session.expunge_all()
        return found


def version(shop: Shop) -> int:
    with shop.transaction(reading=True):
        return this_shop().version


def domain_of(shop: Shop) -> str | None:
    with shop.app.app_context(), transaction(reading=True) as home:
        return home.scalars(sa.select(Directory.domain).where(Directory.tenant_id == shop.id)).one()


def test_what_is_different_is_changed_and_counts_as_one_version(shop: Shop) -> None:
    before = version(shop)
    assert change(shop, sender="mail@x.example", currency="SEK", gifts=True)
    assert (now(shop).sender, now(shop).currency, now(shop).gifts) == ("mail@x.example", "SEK", True)
    assert version(shop) == before + 1


def test_nothing_different_is_no_change_and_leaves_no_trace(shop: Shop) -> None:
    before = version(shop), len(trail(shop))
    assert not change(shop)
    assert (version(shop), len(trail(shop))) == before


def test_the_trail_says_which_settings_and_no_personal_data(shop: Shop) -> None:
    change(shop, sender="anna@x.example", bank_details=("Anna Personal", "DE00"), tax_number="12/345")
    change(shop, currency="SEK", image_hosts=("cdn.x.example",))
    first, second = trail(shop)[-2:]
    assert {(row.event, row.actor_id) for row in (first, second)} == {(Event.SHOP_CHANGED, shop.actor().id)}
    assert first.data == {"settings": {"sender": [], "bank_details": [], "tax_number": []}}
    hosts = [[], ["cdn.x.example"]]
    assert second.data == {"settings": {"currency": ["EUR", "SEK"], "image_hosts": hosts}}
    with shop.transaction(reading=True):
        assert chain_breaks(trail(shop), this_shop().trail_hash) == []


def test_that_links_alone_open_orders_is_off_until_somebody_says_so_and_stands_in_the_trail(
    shop: Shop,
) -> None:
    assert not now(shop).links_only
    assert change(shop, links_only=True) and now(shop).links_only
    assert trail(shop)[-1].data == {"settings": {"links_only": [False, True]}}


def test_a_sign_in_leaves_the_version_alone(shop: Shop) -> None:
    before = version(shop)
    with shop.transaction():
        record(locked_shop(), Event.PERSON_SIGNED_IN, SYSTEM)
    assert version(shop) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "Germany"), ("currency", "EURO"), ("zone", "Berlin"), ("language", "Klingon"),
        ("sender", "nobody"), ("sender", "a@x.example, b@x.example"),        ("carrier", "pigeon"),
        ("image_hosts", ("https://cdn.x.example",)), ("image_hosts", ("x",)), ("image_hosts", ("a;b.c",)),
        ("image_hosts", ("cdn.x.example",) * 21), ("image_hosts", ("*",)), ("image_hosts", ("'self'",)),
        ("domain", "x"), ("domain", "http://x.example"), ("domain", "X.example"), ("domain", "x.example/"),
        ("domain", "10.0.0.1"), ("domain", "a..b"), ("domain", "-a.example"),
        ("domain", "a." * 127 + "example"),
        ("domain", "localhost"), ("domain", "x.example:80"), ("domain", "x.example\n"),
    ],
)  # fmt: skip
@pytest.mark.sqlite
def test_what_cannot_be_is_refused_at_its_field(shop: Shop, field: str, value: Any) -> None:
    before = now(shop)
    with pytest.raises(Refusal) as refused:
        change(shop, **{field: value})
    assert refused.value.field == field
    assert now(shop) == before


def test_a_new_domain_is_where_links_lead_and_where_the_door_looks(
    shop: Shop, worker: Callable[[], int]
) -> None:
    assert change(shop, domain="returns.nordlicht.example")
    assert worker() == 1
    assert domain_of(shop) == "returns.nordlicht.example"
    with shop.transaction(reading=True):
        assert public_address(this_shop()) == "http://returns.nordlicht.example:8000"
    answer = shop.app.test_client().get("/find", base_url="http://returns.nordlicht.example")
    assert answer.status_code == 200


def test_a_domain_can_be_given_up_for_another_shop(
    shop: Shop, other_shop: Shop, worker: Callable[[], int]
) -> None:
    change(shop, domain="returns.nordlicht.example")
    worker()
    with pytest.raises(Refusal, match="another shop"):
        change(other_shop, domain="returns.nordlicht.example")
    change(shop, domain="")
    worker()
    assert change(other_shop, domain="returns.nordlicht.example")
    worker()
    assert (domain_of(shop), domain_of(other_shop)) == (None, "returns.nordlicht.example")


def test_two_shops_that_want_a_domain_at_once_do_not_both_get_it(
    shop: Shop, other_shop: Shop, worker: Callable[[], int]
) -> None:
    for one in (shop, other_shop):
        change(one, domain="returns.nordlicht.example")
    worker()
    assert sorted([domain_of(shop) or "", domain_of(other_shop) or ""]) == ["", "returns.nordlicht.example"]
    with shop.app.app_context(), transaction(reading=True) as home:
        dead = home.scalars(sa.select(Job.last_error).where(Job.dead_at.is_not(None))).all()
    assert dead == ["GiveUp: another shop has this domain"]


def test_the_portals_own_address_is_nobodys_domain(databases: Databases) -> None:
    hosts = frozenset({"house.example"})
    with (
        portal_on(databases, furnished, house_hosts=hosts) as app,
        pytest.raises(Refusal, match="own address"),
    ):
        change(find_shop(app), domain="house.example")


def test_a_shop_of_another_region_moves_in_the_home_directory(databases: Databases) -> None:
    with (
        databases.fresh(furnished) as there,
        portal_on(databases, furnished, region_urls={"us": there}) as app,
    ):
        far = staffed(app, slug="far", region="us")
        with app.app_context():
            with transaction("us", far.id):
                wanted = replace(settings_of(this_shop()), domain="returns.far.example")
                assert change_settings(locked_shop(), wanted, SYSTEM)
            step(app)
        assert domain_of(far) == "returns.far.example"
