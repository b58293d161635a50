"""Who is switched off, signed out or given another role while their form waits does nothing by it."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal.db import find
from portal.people.models import StaffSession, User
from portal.people.roles import Role
from portal.people.sessions import revoke
from portal.people.staffing import set_active, set_role
from portal.web import operations, staff
from tests.harness.client import ShopClient
from tests.harness.sales import inspected, look, sell
from tests.harness.shops import Shop, email
from tests.harness.soundness import broken
from tests.web.desk.working import record, sign_in

# On SQLite nothing else writes once the request has begun; on PostgreSQL until its last statement.
LATEST = {"sqlite": (staff, "acts"), "postgresql": (operations, "_count_on")}
Leave = Callable[[User, Shop], None]


def switched_off(user: User, shop: Shop) -> None:
    set_active(user, False, shop.actor())


def lowered(user: User, shop: Shop) -> None:
    set_role(user, Role.AUDITOR, shop.actor())


def signed_out(user: User, _shop: Shop) -> None:
    revoke(user.id)


def before(monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str], do: Callable[[], Any]) -> None:
    """Once, when this function is called next."""
    real = getattr(*where)

    def planted(*args: Any) -> Any:
        monkeypatch.setattr(*where, real)
        do()
        return real(*args)

    monkeypatch.setattr(*where, planted)


def leaving(shop: Shop, leave: Leave) -> Callable[[], None]:
    def gone() -> None:
        with shop.transaction() as session:
            who = session.scalars(sa.select(User.id).where(User.email == email(Role.MANAGER))).one()
            leave(find(User, who), shop)

    return gone


@pytest.mark.parametrize("leave", [switched_off, lowered, signed_out])
def test_nothing_is_approved_by_somebody_who_is_gone(
    shop: Shop, client: ShopClient, kind: str, monkeypatch: pytest.MonkeyPatch, leave: Leave
) -> None:
    id = inspected(shop, sell(shop))
    page = record(sign_in(client, Role.MANAGER), id)
    before(monkeypatch, LATEST[kind], leaving(shop, leave))
    assert client.send(page, "/refund").status_code == 403
    assert look(shop, id).refunds == [] and broken(shop.app) == {}


@pytest.mark.postgresql
def test_nobody_ends_the_session_between_the_last_look_and_the_commit(
    shop: Shop, client: ShopClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = inspected(shop, sell(shop))
    page, real, held = record(sign_in(client, Role.MANAGER), id), operations.operations.keep, []

    def kept(*args: Any) -> bool:
        noted = real(*args)
        with pytest.raises(OperationalError, match="could not obtain lock"), shop.transaction() as session:
            session.execute(sa.select(StaffSession.id).with_for_update(nowait=True, key_share=True))
        held.append(noted)
        return noted

    monkeypatch.setattr(operations.operations, "keep", kept)
    assert client.send(page, "/refund").status_code == 303 and held == [True]


def test_who_lowers_their_own_role_may(shop: Shop, client: ShopClient) -> None:
    with shop.transaction() as session:
        who = session.scalars(sa.select(User.id).where(User.email == email(Role.MANAGER))).one()
        set_role(find(User, who), Role.OWNER, shop.actor())
    page = sign_in(client, Role.MANAGER).get(f"/desk/people/{who}")
    assert client.send(page, "/role", role=Role.MANAGER.value).status_code == 303
