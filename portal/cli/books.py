"""`flask books`: the names of the accounts, and whether portal, books and gateways say the same."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit.actors import SYSTEM
from portal.cli.shops import home_of, spoken
from portal.db import transaction
from portal.errors import Refusal
from portal.ledger import Role, naming, sheet
from portal.ledger.naming import Naming
from portal.money import plain
from portal.policies.at_once import by_command
from portal.policies.books import called
from portal.policies.versions import active_or_none
from portal.reconciling import Reconciliation, commanding
from portal.reconciling.ordering import SPANS, span
from portal.tenants import locked_shop
from portal.views import reconciling
from portal.views.reconciling import Told

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
    """Call the accounts as the FILE says, by a version of the configuration that is in force at once. Those
    that it leaves out keep their codes and names."""
    region, tenant = home.region, home.tenant_id  # type: ignore[attr-defined]
    with spoken():
        names = sheet.read(file.read_bytes())
        with transaction(region, tenant):
            no = _call(names)
    click.echo(f"Version {no} of the configuration is in force." if no else "Nothing was changed.")


def _call(names: dict[Role, Naming]) -> int | None:
    """The number of the version; None where all are called so already. Raises Refusal."""
    shop, held, now = locked_shop(), active_or_none(whole=True), naming.names_of(naming.chart())
    assert held
    if now | names == now:
        return None
    for place, why in naming.faults(now | names).items():
        raise Refusal(why, place)
    wanted = held.configuration.model_copy(update={"books": called(now | names)})
    return by_command(shop, held, wanted, "Accounts named by command.").no


_day = click.DateTime(["%Y-%m-%d"])


@books.command("reconcile")
@click.option("--shop", help="Needed if there are several.")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="2026-10.")
@click.option("--week", type=_day, help="Any day of it, 2026-10-31; it begins on Monday.")
@click.option("--day", type=_day, help="2026-10-31.")
def reconcile(shop: str | None, **days: datetime | None) -> None:
    """Compare portal, books and the gateways' own journals. Ends with 1 if there is a difference."""
    asked = [(kind, day.date()) for kind in SPANS if (day := days[kind])]
    if len(asked) != 1:
        raise click.UsageError("Say one of --month, --week and --day.")
    home = home_of(shop)
    with spoken():
        run = commanding.reconcile(home.region, home.tenant_id, *span(*asked[0]), SYSTEM)
    with transaction(home.region, home.tenant_id, reading=True):
        _say(run)
    if run.differences:
        raise SystemExit(1)


def _say(run: Reconciliation) -> None:
    click.echo(f"{run.since} to {run.until}, {run.zone}: {run.lines} lines")
    for one in reconciling.sums(run.id):
        three = (f"{name} {plain(minor or 0, one.currency)}" for name, minor in _three(one))
        other = [f"other {plain(one.other, one.currency)}"] if one.other else []
        click.echo(f"{one.gateway:<12} {one.currency} {one.way.value:<3}  " + "  ".join([*three, *other]))
    for told in reconciling.every(run.id):
        if told.differs:
            click.echo(_named(told))
    click.echo(f"{run.differences} differences" if run.differences else "No difference.")


def _three(one: object) -> list[tuple[str, int | None]]:
    names = {"here": "portal", "booked": "books", "there": "gateway"}
    return [(said, getattr(one, name)) for name, said in names.items()]


def _named(told: Told) -> str:
    line = told.line
    said = [f"{name} {plain(n, line.currency)}" for name, n in _three(line) if n is not None]
    about = f"{line.gateway} {line.reference or '-'} {line.way.value} {told.rma or '-'}"
    return f"  {line.verdict.value}: {about} {line.currency}  {'  '.join(said)}"
