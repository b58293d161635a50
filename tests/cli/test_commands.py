"""Commands say what they did, and in a sentence why they did not."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import Result

from portal.db import session
from portal.people.keys import key_of
from portal.people.models import User
from portal.people.roles import Role
from portal.tenants import Shop, Tenant
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD, dispose, made_app
from tests.harness.databases import Databases
from tests.harness.shops import Shop as Known
from tests.harness.shops import email, find_shop

Run = Callable[..., Result]
FACTS = (
    "--name Acme --country DE --currency EUR --zone Europe/Berlin --sender r@new.example "
    "--owner o@new.example --owner-name Olga"
).split()
NEW = ("tenant", "create", "new", *FACTS, "--address", "Kai 1", "--address", "24939 Flensburg")


@pytest.fixture
def run(app: Portal) -> Run:
    def run(*words: str, typed: str = "") -> Result:
        return app.test_cli_runner().invoke(args=list(words), input=typed)

    return run


def test_setup_makes_a_database_and_may_be_repeated(databases: Databases) -> None:
    with databases.empty() as url:
        app = made_app(url)
        for _ in range(2):
            done = app.test_cli_runner().invoke(args=["setup"])
            assert (done.exit_code, done.output) == (0, "The database is up to date.\n")
        made = app.test_cli_runner().invoke(args=[*NEW, "--password", PASSWORD])
        assert made.exit_code == 0, made.output
        assert app.test_client().get("/new/sign-in").status_code == 200
        dispose(app)


def test_a_new_shop_works_at_once_and_may_be_made_again(app: Portal, run: Run) -> None:
    for _ in range(2):
        done = run(*NEW, typed=f"{PASSWORD}\n{PASSWORD}\n")
        assert done.exit_code == 0, done.output
        assert "The shop new is open at /new/" in done.output
    with find_shop(app, "new").transaction(reading=True):
        shop = session.scalars(sa.select(Tenant).where(Tenant.slug == "new")).one()
        assert shop.return_address == ["Kai 1", "24939 Flensburg"]
        assert session.scalar(sa.select(sa.func.count()).select_from(Shop).where(Shop.slug == "new")) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--currency", "EURO"), "currency"),
        (("--country", "Germany"), "country"),
        (("--zone", "Mars/Base"), "zone"),
        (("--password", "short"), "at least 12 characters"),
    ],
)
def test_a_shop_that_cannot_be_is_refused_whole(
    app: Portal, run: Run, wrong: tuple[str, str], said: str
) -> None:
    done = run(*NEW, *(() if "--password" in wrong else ("--password", PASSWORD)), *wrong)
    assert done.exit_code == 1
    assert said in done.output
    with find_shop(app).transaction(reading=True):
        assert session.scalar(sa.select(Tenant.id).where(Tenant.slug == "new")) is None


def test_somebody_added_can_be_found_in_the_shop(shop: Known, run: Run) -> None:
    done = run(
        "user", "add", "acme", "Neu@Acme.example", "--name", "N", "--role", "agent", "--password", PASSWORD
    )
    assert done.exit_code == 0, done.output
    with shop.transaction(reading=True):
        found = session.scalars(sa.select(User).where(User.email == "neu@acme.example")).one()
        assert (found.tenant_id, found.role) == (shop.id, Role.AGENT)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "add", "nowhere", "a@b.example"), "There is no shop nowhere."),
        (("user", "add", "acme", email(Role.AGENT)), "already"),
        (("user", "add", "acme", "no address"), "address"),
    ],
)
def test_somebody_who_cannot_be_added_is_refused(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*words, "--name", "N", "--role", "agent", "--password", PASSWORD)
    assert done.exit_code == 1
    assert said in done.output


@pytest.mark.sqlite
@pytest.mark.parametrize("words", ["credit spend ann@example.com 1.00", "gift-card spend 1.00 --code GIFT-0"])
def test_the_till_says_its_shop_like_every_other_command(shop: Known, run: Run, words: str) -> None:
    here = run(*words.split(), "--reference", "S-1", "--shop", shop.slug)
    assert here.exit_code == 1 and "shop" not in here.output
    nowhere = run(*words.split(), "--reference", "S-1", "--shop", "nowhere")
    assert nowhere.output == "Error: There is no shop nowhere.\n"


def test_a_key_is_made_listed_and_revoked(shop: Known, run: Run) -> None:
    made = run("key", "add", "acme", "ERP", "--scope", "orders.write", "--scope", "changes.read")
    assert made.exit_code == 0, made.output
    secret = made.output.strip()
    with shop.transaction(reading=True):
        found = key_of(secret)
        assert found
    listed = run("key", "list", "acme").output
    assert listed == f"{found.id}  ERP: orders.write, changes.read; never used\n"
    assert "Another key has this name" in run("key", "add", "acme", "erp", "--scope", "orders.write").output
    assert run("key", "revoke", "acme", str(found.id)).exit_code == 0
    assert "revoked" in run("key", "list", "acme").output
    with shop.transaction(reading=True):
        assert key_of(secret) is None
    assert "There is no such ApiKey" in run("key", "revoke", "other", str(found.id)).output


def test_a_code_that_never_comes_is_said_to_be_missing(run: Run) -> None:
    for words in (["balance"], ["spend", "5.00", "--reference", "S-1"]):
        done = run("gift-card", *words, "--shop", "acme", typed="")
        assert done.exit_code == 2 and "The code of the gift card is missing" in done.output
        assert "Aborted" not in done.output
        typed = run("gift-card", *words, "--shop", "acme", typed="GIFT-0000\n")
        assert typed.exit_code != 0 and "missing" not in typed.output and "GIFT-0000" not in typed.output
