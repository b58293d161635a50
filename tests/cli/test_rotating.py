"""Both keys are changed while people are at work: promises hold, and the trail stays believed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock, config
from portal.audit import Event, Trail, record, resealing
from portal.audit.actors import SYSTEM
from portal.db import find, locked, session
from portal.exports import ExportKind
from portal.orders.accounts import account_of
from portal.orders.models import Order
from portal.orders.signing import secret_of, signature
from portal.people import OneTimeLink, Purpose, factors
from portal.people.links import issue, works
from portal.people.links import secret_of as secret_of_link
from portal.people.roles import Role
from portal.refunds.bank_accounts.keeping import look as look_at
from portal.refunds.models import RefundLeg
from portal.refunds.questions.models import Asked
from portal.returns.links import return_of, status_token
from portal.returns.models import Return
from portal.tenants import locked_shop, this_shop
from portal.web.ritual import Portal
from tests.exports.given import made
from tests.exports.test_trails import said
from tests.harness.apps import dispose, made_app
from tests.harness.client import ShopClient
from tests.harness.databases import Databases
from tests.harness.sales import Sold, approved, look, sell
from tests.harness.shops import Shop, find_shop, furnished
from tests.harness.soundness import broken
from tests.harness.trading import GIRO, Trade
from tests.web.desk.working import sign_in

NEW = {"secret_key": "S" * 32, "trail_key": "T" * 32}
OVERLAP = {**NEW, "secret_key_old": ("s" * 32,), "trail_key_old": ("t" * 32,)}


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh(furnished) as url:
        yield url


@contextmanager
def running(url: str, folder: Path, **keys: Any) -> Iterator[Portal]:
    app = made_app(url, bank_file=folder / "bank.db", export_folder=folder / "exports", **keys)
    try:
        yield app
    finally:
        dispose(app)


def run(app: Portal, *args: str) -> str:
    done = app.test_cli_runner().invoke(args=args)
    assert done.exit_code == 0, done.output
    return str(done.output)


def account(shop: Shop, order: Any) -> OneTimeLink:
    """A link to all orders of the order's address."""
    opens = account_of(find(Order, order))
    return issue(Purpose.OPEN_ACCOUNT, opens, order=order)


def test_the_new_keys_and_what_to_do_are_told(url: str, tmp_path: Path) -> None:
    with running(url, tmp_path) as app:
        told = run(app, "secrets", "rotate")
        new = dict(re.findall(r"(\w+)=(\S+)", told))
        assert (new["SECRET_KEY_OLD"], new["TRAIL_KEY_OLD"]) == ("s" * 32, "t" * 32)
        assert len({*new.values()}) == 4 and len(new["SECRET_KEY"]) == 64
        assert "TRAIL_KEY" not in run(app, "secrets", "rotate", "--only", "secret").splitlines()[1]


def test_what_was_promised_holds_over_a_change_of_the_secret_key(url: str, tmp_path: Path) -> None:
    with running(url, tmp_path) as app:
        shop = find_shop(app)
        order = sell(shop)
        return_ = approved(shop, order)
        owner = sign_in(ShopClient(app), Role.OWNER)
        form = owner.get("/desk/settings")
        kept = owner.get_cookie("session", path="/acme")
        status = status_token(return_)
        with shop.transaction():
            link, opens_all = (
                secret_of_link(issue(Purpose.OPEN_ORDER, order, order=order)),
                account(shop, order),
            )
            all_, old = secret_of_link(opens_all), secret_of(this_shop())
        ends = int(clock.now().timestamp()) + 86_400
    with running(url, tmp_path, **OVERLAP) as app:
        shop = find_shop(app)
        assert kept
        returning = ShopClient(app)
        returning.set_cookie("session", kept.value, path="/acme")
        assert returning.get("/desk/settings").status_code == 200  # nobody is signed out
        assert returning.send(form, "/desk/settings").status_code in {
            303,
            422,
        }  # nor is a form that is open lost
        assert returning.get(f"/s/{status}").status_code == 200
        with shop.transaction():
            assert return_of(status) == return_ and status_token(return_) != status
            assert works(link, Purpose.OPEN_ORDER) and works(all_, Purpose.OPEN_ACCOUNT)
            mailed = session.scalars(sa.select(OneTimeLink).where(OneTimeLink.order_id == order)).first()
            assert mailed and secret_of_link(mailed) in {link, all_}  # its mail can be sent again
            assert secret_of(this_shop()) != old
        visitor = ShopClient(app)
        address = f"/a/{all_}"
        assert visitor.send(visitor.get(address), address).status_code == 303
        assert visitor.get("/orders").status_code == 200
        signed = f"/o/1001?expires={ends}&signature={signature(old, '1001', ends)}"
        assert visitor.get(signed).status_code == 200
    with running(url, tmp_path, **NEW, trail_key_old=("t" * 32,)) as app:
        assert ShopClient(app).get(f"/s/{status}").status_code == 404  # the overlap is over


def test_the_trail_is_sealed_under_the_new_key_and_old_rows_up_to_there_alone(
    url: str, tmp_path: Path
) -> None:
    with running(url, tmp_path) as app:
        shop = find_shop(app)
        first, second = (approved(shop, sell(shop, number=number)) for number in ("1", "2"))
    with running(url, tmp_path, **NEW) as app:
        assert "I18" in broken(app)  # without the old key nothing is believed
    with running(url, tmp_path, **OVERLAP) as app:
        assert broken(app).keys() == {"I18"} and "sealed with an old key" in broken(app)["I18"][0]
        shop = find_shop(app)
        with shop.transaction():
            record(locked(Return, first), Event.NOTE_ADDED, SYSTEM)  # whoever writes seals the chain
            before = find(Return, second).version
        assert "3 chains" in run(app, "secrets", "finish")  # the other return, and both shops
        assert "0 chains" in run(app, "secrets", "finish")
        assert broken(app) == {}
        with shop.transaction(reading=True):
            assert find(Return, second).version == before  # no open form is refused for it
        assert "under an older key: unbroken" in said(shop, made(shop, ExportKind.TRAIL))
        forge(shop, second)
        assert "I18" in broken(app)


def forge(shop: Shop, return_: Any) -> None:
    """Somebody with the database and the old key takes the new rows away and ends the chain as before."""
    with shop.transaction():
        postgresql = session.get_bind().dialect.name == "postgresql"
        off = (
            ["SET LOCAL session_replication_role = replica"]
            if postgresql
            else ["DROP TRIGGER trail_no_delete"]
        )
        for statement in off:
            session.execute(sa.text(statement))
        sealed = sa.and_(Trail.chain == return_, Trail.event == Event.TRAIL_SEALED)
        first = session.scalars(sa.select(Trail).where(sealed)).one()
        no, hash = first.no, first.previous
        session.execute(sa.delete(Trail).where(Trail.chain == return_, Trail.no >= no))
        head = {"trail_no": no - 1, "trail_hash": hash}
        session.execute(sa.update(Return).where(Return.id == return_).values(head))


@pytest.mark.sqlite
def test_a_row_under_an_old_key_after_one_under_the_new_is_named(url: str, tmp_path: Path) -> None:
    with running(url, tmp_path, **OVERLAP) as app:
        run(app, "secrets", "finish")
    with running(url, tmp_path) as forgotten, find_shop(forgotten).transaction():
        record(locked_shop(), Event.SHOP_CHANGED, SYSTEM)
    with running(url, tmp_path, **OVERLAP) as app:
        assert broken(app).keys() == {"I18"}


@pytest.mark.sqlite
def test_what_is_encrypted_is_encrypted_anew(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "_again", {})
    resealing.reseals("secrets of second factors")(lambda: 2)
    with running(url, tmp_path, **OVERLAP) as app:
        assert "4 secrets of second factors encrypted anew." in run(app, "secrets", "finish")  # of two shops


def test_a_second_factor_goes_over_to_the_new_key(url: str, tmp_path: Path) -> None:
    with running(url, tmp_path) as app:
        person = find_shop(app).actor().id
        assert person
        with find_shop(app).transaction():
            factors.begin(person)
            secret = factors.secret_of(person)
    with running(url, tmp_path, **OVERLAP) as app:
        with find_shop(app).transaction(reading=True):
            assert secret and factors.secret_of(person) == secret  # nobody is locked out meanwhile
        assert "1 secrets of second factors encrypted anew." in run(app, "secrets", "finish")
        assert "0 secrets of second factors" in run(app, "secrets", "finish")
    with running(url, tmp_path, **NEW) as app, find_shop(app).transaction(reading=True):
        assert factors.secret_of(person) == secret  # and not when the overlap is over


@pytest.mark.sqlite
def test_a_bank_account_goes_over_to_the_new_key(url: str, tmp_path: Path) -> None:
    with running(url, tmp_path) as app:
        trade = Trade(find_shop(app))
        order = trade.order(Sold(5000))
        trade.pay_by(order, "manual")
        leg = look(trade.shop, trade.go_whole_way(order, {1: 1})).refunds[0].legs[0].id
        trade.name_account(trade.ask_about(leg, Asked.BANK_ACCOUNT))
    with running(url, tmp_path, **OVERLAP) as app:
        for n in (1, 0):
            assert f"{n} bank accounts encrypted anew." in run(app, "secrets", "finish")
    with running(url, tmp_path, **NEW) as app, find_shop(app).transaction():
        assert look_at(find(RefundLeg, leg), SYSTEM) == GIRO


def test_keys_that_are_no_keys_are_refused() -> None:
    with pytest.raises(config.BadConfig, match="SECRET_KEY_OLD"):
        made_app("sqlite://", secret_key_old=("short",))
    with pytest.raises(config.BadConfig, match="must differ"):
        made_app("sqlite://", trail_key_old=("s" * 32,))
    env = {
        "SECRET_KEY": "S" * 32,
        "TRAIL_KEY": "T" * 32,
        "DEMO": "1",
        "SECRET_KEY_OLD": f"{'a' * 32}, {'b' * 32}",
    }
    assert config.Config.from_env(env).secret_keys == ("S" * 32, "a" * 32, "b" * 32)
