"""What a shop shows of itself is a document of its configuration, and stands where pages and mails read it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Trail
from portal.audit.actors import SYSTEM
from portal.checks.verifying import INVARIANTS
from portal.db import session
from portal.errors import Refusal
from portal.jobs.worker import step
from portal.policies import drafting
from portal.policies.publishing import publish
from portal.policies.versions import activate, version
from portal.policies.writing import Unreadable, read, written
from portal.tenants import locked_shop, this_shop
from portal.tenants.dress import dress_of
from tests.harness.configuring import active, approved, both, dress
from tests.harness.drawing import logo
from tests.harness.shops import Shop

pytestmark = pytest.mark.sqlite


def test_a_version_dresses_the_shop_and_an_older_one_undresses_it(shop: Shop) -> None:
    before = shown(shop)
    dress(shop, shop.actor(), name="Nordlicht", main="#8a1020", logo=logo(), roundness=0)
    assert (shown(shop).name, shown(shop).main, shown(shop).roundness) == ("Nordlicht", "#8a1020", 0)
    with shop.transaction(reading=True):
        row = session.scalars(sa.select(Trail).order_by(Trail.no.desc()).limit(1)).one()
        settings = row.data["settings"]
        assert settings["name"] == [] and settings["main"] == [before.main, "#8a1020"]
        assert set(settings) == {"name", "main", "logo", "roundness"}
    with shop.transaction():
        activate(locked_shop(), version(1).configuration, shop.actor())
    assert shown(shop) == before


def shown(shop: Shop):  # type: ignore[no-untyped-def]
    with shop.transaction(reading=True):
        return dress_of(this_shop())


def test_a_scheduled_one_is_shown_when_its_moment_has_come(shop: Shop, at) -> None:  # type: ignore[no-untyped-def]
    owner, manager = both(shop)
    with shop.transaction():
        said = active().configuration
        assert said.branding
        later = said.model_copy(update={"branding": said.branding.model_copy(update={"name": "Later"})})
        documents = {**later.documents["policy"], **later.documents["limits"], **later.others}
        documents.pop("limits")
        publish(
            locked_shop(), approved(owner, manager, documents), owner, since=clock.now() + timedelta(days=1)
        )
    assert shown(shop).name != "Later"
    at(clock.now() + timedelta(days=2))
    with shop.app.app_context():
        while step(shop.app):
            pass
    assert shown(shop).name == "Later"


def test_a_logo_that_the_shop_lacks_is_refused(shop: Shop) -> None:
    with shop.transaction():
        said = active().configuration
        assert said.branding
        branding = said.branding.model_copy(update={"logo": "0" * 64})
        with pytest.raises(Refusal, match="no such logo"):
            drafting.start(locked_shop(), active(), SYSTEM, said.model_copy(update={"branding": branding}))


def test_a_text_is_checked_for_contrast_with_the_place_and_the_nearest_that_passes(shop: Shop) -> None:
    with shop.transaction(reading=True):
        text = written(active().configuration)
    main = next(line.strip() for line in text.splitlines() if line.strip().startswith("main:"))
    for typed, said in (
        ("'#ffcc00'", "1.2 : 1, and 4.5 : 1 is needed"),
        ("#ffcc00", "in quotation marks"),
        ("red", "a colour is wanted, like #1f6feb"),
    ):
        with pytest.raises(Unreadable) as refused:
            read(text.replace(main, f"main: {typed}").encode())
        (fault,) = refused.value.faults
        assert fault.place == "branding.main" and fault.line and said in str(fault.why)
    assert read(text.encode()).branding and "P10" in {one.id for one in INVARIANTS}
