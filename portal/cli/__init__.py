"""Commands: `flask --app wsgi COMMAND`. They parse what is typed and call one verb each."""

import json
import uuid
from pathlib import Path
from typing import Any

import click
import flask_migrate
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup
from tqdm import tqdm

from portal import checks, config
from portal.audit.actors import SYSTEM
from portal.cli.books import books
from portal.cli.catalogue import catalogue
from portal.cli.configuration import configuration
from portal.cli.exporting import export, trail
from portal.cli.following import tell_changes
from portal.cli.rotating import secrets
from portal.cli.shops import home_of, in_shop, shop_of, shop_slug, spoken
from portal.cli.till import credit, gift_card
from portal.config import ROOT
from portal.db import db, find
from portal.jobs import serving, worker
from portal.orders.importing import Result, import_orders
from portal.orders.reading import FORMATS
from portal.orders.reading.schema import published
from portal.orders.storing import Outcome
from portal.orders.watching import Watch, summed, told
from portal.people import ApiKey
from portal.people.keys import api_keys, make_key, revoke_key, secret_of
from portal.people.roles import Role
from portal.people.scopes import KeyScope
from portal.people.staffing import add_user, reset_second, somebody
from portal.provisioning.demo import PASSWORD, SHOPS, furnish, hurried, open_order
from portal.provisioning.shops import NewShop, create

MIGRATIONS = ROOT / "migrations"
root = AppGroup()
tenant = AppGroup("tenant", help="Shops.")
user = AppGroup("user", help="People of a shop's staff.")
orders = AppGroup("orders", help="Orders of a shop.")
key = AppGroup("key", help="Keys of a shop's own systems, for the API.")
password = click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)


def init_cli(app: Flask) -> None:
    """Give the application its commands."""
    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS))
    groups = (
        tenant,
        user,
        configuration,
        orders,
        catalogue,
        books,
        credit,
        gift_card,
        export,
        key,
        trail,
        secrets,
    )
    for command in (*root.commands.values(), *groups, tell_changes):
        app.cli.add_command(command)


@root.command()
def setup() -> None:
    """Make the database, or bring it to this version's schema. Safe to repeat."""
    _migrate()
    click.echo("The database is up to date.")


def _migrate() -> None:
    for engine in db.engines.values():
        if engine.dialect.name == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    flask_migrate.upgrade()


@root.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=2, show_default=True, help="Processes of the web server.")
@click.option("--threads", default=4, show_default=True, help="Threads in each of them.")
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """Serve the pages and do the jobs, until ctrl-C."""
    _serve(host, port, processes, threads)


def _serve(*web: Any) -> None:
    for engine in db.engines.values():
        engine.dispose()
    raise SystemExit(serving.serve(serving.web(*web), serving.WORKER, click.echo))


@root.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--only-make", is_flag=True, help="Make the shops, and serve nothing.")
def demo(host: str, port: int, only_make: bool) -> None:
    """A portal to look at: shops with a past, served until ctrl-C. What is there already stays."""
    if not config.current().demo:
        raise click.ClickException("Made-up shops belong in a demo. DEMO=1 makes this one.")
    _migrate()
    with hurried(db.engine):
        furnish(current_app, click.echo)
    for made in SHOPS:
        click.echo(_invitation(made.new))
    if not only_make:
        _serve(host, port, 2, 4)


def _invitation(shop: NewShop) -> str:
    home, order = f"{config.current().base_url}/{shop.slug}", open_order(shop.slug)
    lines = [f"\n{shop.name}", f"  shoppers: {home}/"]
    if order:
        lines.append("    an order to send back: {} of {}".format(*order))
    lines.append(f"  staff:    {home}/sign-in (password: {PASSWORD})")
    return "\n".join(lines + [f"    {role}@{shop.slug}.example" for role in Role])


@root.command()
@click.option("--tenant", "shops", multiple=True, help="Only this shop; once for each.")
@click.option("--gateway", is_flag=True, help="Ask the payment gateways too.")
def verify(shops: tuple[str, ...], gateway: bool) -> None:
    """Check everything that must always hold. Writes nothing; ends with 1 if something does not hold."""
    with spoken():
        lines = checks.verify(shops, gateway)
    for line in lines:
        keys = f"  {'; '.join(line.first)}" if line.first else ""
        click.echo(f"{line.id:<4} {line.name:<13} {'ok' if line.ok else 'FAIL':<4} {line.count}{keys}")
    if not all(line.ok for line in lines):
        raise SystemExit(1)


@root.command("worker")
def work() -> None:
    """Do the jobs of the outbox, until ctrl-C. As many as you like may run."""
    worker.run(current_app._get_current_object())  # type: ignore[attr-defined]


@tenant.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="As shoppers know it.")
@click.option("--country", required=True, help="Two letters: DE.")
@click.option("--currency", required=True, help="Three letters: EUR.")
@click.option("--language", default="en", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="Time zone: Europe/Berlin.")
@click.option("--address", "return_address", multiple=True, required=True, help="A line; once for each.")
@click.option("--sender", required=True, help="The address that mails come from.")
@click.option("--owner", required=True, help="The owner's e-mail address.")
@click.option("--owner-name", required=True)
@click.option("--domain", help="The shop's own host name for the portal.")
@click.option("--region", help="One of REGION_URLS; the home database if not given.")
@password
def create_tenant(password: str, **facts: Any) -> None:
    """A new shop that works at once: books, locations, a policy, its owner. Safe to repeat."""
    with spoken():
        create(NewShop(owner_password=password, **facts))
    click.echo(f"The shop {facts['slug']} is open at /{facts['slug']}/")


@user.command("second-off")
@click.argument("shop")
@click.argument("email")
def second_off(shop: str, email: str) -> None:
    """Switch off the second factor of somebody who lost it, and sign them out everywhere."""
    with shop_of(shop):
        reset_second(somebody(email), SYSTEM)
    click.echo(f"The second factor of {email} is off.")


@user.command("add")
@shop_slug
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@password
def create_user(shop: str, email: str, name: str, role: str, password: str) -> None:
    """A new person of a shop's staff, who can sign in at once."""
    with shop_of(shop):
        add_user(email, name, Role(role), password, SYSTEM)
    click.echo(f"{email} can sign in at /{shop}/desk")


@orders.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--watch",
    "folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Import what is put into this folder, until ctrl-C.",
)
@in_shop
@click.option("--format", "form", type=click.Choice([*FORMATS]), help="Told by its content.")
def import_file(file: Path | None, folder: Path | None, shop: str | None, form: str | None) -> None:
    """Import a FILE of orders, Homeward's own or a shop system's. Safe to repeat; see docs/orders.md."""
    if (file is None) is (folder is None):
        raise click.UsageError("Say either a FILE or --watch FOLDER.")
    home = home_of(shop)
    with spoken():
        if folder:
            Watch(folder, home.region, home.tenant_id, SYSTEM, form or "", click.echo).run_until_told()
        elif file:
            _import(file, home, form or "")


def _import(file: Path, home: sa.Row[str | None, uuid.UUID], form: str) -> None:
    size = file.stat().st_size
    with (
        file.open("rb") as source,
        tqdm(total=size, unit="B", unit_scale=True, desc=file.name, disable=None) as bar,
    ):

        def tell(result: Result) -> None:
            bar.update(source.tell() - bar.n)
            if result.reason:
                bar.write(told(result))

        tally = import_orders(source, home.region, home.tenant_id, SYSTEM, format=form, tell=tell)
    click.echo(summed(tally))
    if tally.counts[Outcome.REFUSED]:
        raise SystemExit(1)


@orders.command("schema")
def print_schema() -> None:
    """The JSON Schema of Homeward's order format."""
    click.echo(json.dumps(published(), indent=2))


@key.command("add")
@shop_slug
@click.argument("name")
@click.option(
    "--scope", "scopes", type=click.Choice([scope.value for scope in KeyScope]), multiple=True, required=True
)
def add_key(shop: str, name: str, scopes: tuple[str, ...]) -> None:
    """A new key for the system called NAME. Prints its secret, which is kept nowhere."""
    nonce = uuid.uuid4()
    with shop_of(shop):
        secret = secret_of(make_key(name, [KeyScope(scope) for scope in scopes], nonce, SYSTEM).id, nonce)
    click.echo(secret)


@key.command("list")
@shop_slug
def list_keys(shop: str) -> None:
    """The shop's keys, without their secrets."""
    with shop_of(shop):
        for found in api_keys():
            used = f"used {found.used_at:%Y-%m-%d %H:%M} UTC" if found.used_at else "never used"
            state = "revoked" if found.revoked_at else used
            click.echo(f"{found.id}  {found.name}: {', '.join(found.scopes)}; {state}")


@key.command("revoke")
@shop_slug
@click.argument("id", type=click.UUID)
def end_key(shop: str, id: uuid.UUID) -> None:
    """The key with this ID opens nothing any more."""
    with shop_of(shop):
        revoke_key(find(ApiKey, id), SYSTEM)
    click.echo("The key is revoked.")
