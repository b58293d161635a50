"""`flask books`: the names of the accounts."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit.actors import SYSTEM
from portal.cli.shops import home_of, spoken
from portal.db import transaction
from portal.ledger import naming, sheet
from portal.tenants import locked_shop

books = AppGroup("books", help="The books of a shop.")


@books.group("accounts")
@click.option("--shop", help="Needed if there are several.")
@click.pass_context
def accounts(context: click.Context, shop: str | None) -> None:
    """The shop's own codes and names of its accounts; see docs/books.md."""
    context.obj = home_of(shop)


@accounts.command("show")
@click.pass_obj
def show(home: object) -> None:
    """All of them as YAML, to be changed and given back to `set`."""
    region, tenant = home.region, home.tenant_id  # type: ignore[attr-defined]
    with spoken(), transaction(region, tenant, reading=True):
        click.echo(sheet.written(naming.chart()), nl=False)


@accounts.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def set_names(home: object, file: Path) -> None:
    """Call the accounts as the FILE says. Those that it leaves out keep their codes and names."""
    region, tenant = home.region, home.tenant_id  # type: ignore[attr-defined]
    with spoken():
        names = sheet.read(file.read_bytes())
        with transaction(region, tenant):
            made = naming.rename(locked_shop(), names, SYSTEM)
            no = made.no if made else naming.newest()
    click.echo(f"Version {no} of the names is in force." if made else "Nothing was changed.")
