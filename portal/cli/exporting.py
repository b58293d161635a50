"""Exports by command."""

import uuid
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from portal import clock
from portal.audit.actors import SYSTEM
from portal.audit.seals import seals
from portal.cli.shops import home_of, in_shop, spoken
from portal.db import transaction
from portal.exports import ExportKind, Format, chains, commanding, sealing
from portal.exports.ordering import Wanted, closed_month
from portal.tenants import this_shop

trail = AppGroup("trail", help="The trail of who did what.")
export = AppGroup("export", help="Files of a shop's data, written into its region's folder.")
day, month = click.DateTime(["%Y-%m-%d"]), click.DateTime(["%Y-%m"])


def _whole(first: date, home: sa.Row[str | None, uuid.UUID], also: bool) -> tuple[date, date]:
    if also:
        raise click.UsageError("Say either --month, or --from and --to.")
    with transaction(home.region, home.tenant_id, reading=True):
        zone = ZoneInfo(this_shop().zone)
    return closed_month(first, clock.now().astimezone(zone).date())


def _export(kind: ExportKind) -> click.Command:
    @in_shop
    @click.option("--from", "since", type=day, help="The first day, 2026-11-01, as the shop's zone counts.")
    @click.option("--to", "until", type=day, help="The last day; it is within.")
    @click.option(
        "--format", "form", type=click.Choice([f.value for f in Format]), default="csv", show_default=True
    )
    @click.option("--month", type=month, help="A whole month that has ended, 2026-10, instead of days.")
    def write(
        shop: str | None, since: datetime | None, until: datetime | None, form: str, month: datetime | None
    ) -> None:
        home = home_of(shop)
        days = since and since.date(), until and until.date()
        with spoken():
            if month:
                days = _whole(month.date(), home, any(days))
            wanted = Wanted(kind, Format(form), *days)
            path, made = commanding.export(home.region, home.tenant_id, wanted, SYSTEM)
        click.echo(f"{path}\n{made.rows} rows, {made.size} bytes, SHA-256 {made.sha256}")

    return export.command(kind.value, help=f"Export the {kind}.")(write)


for _kind in ExportKind:
    _export(_kind)
trail.add_command(export.commands["trail"], "export")


@trail.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_trail(file: Path) -> None:
    """Look over an exported trail, whole or a part: every seal, every chain, every head, under TRAIL_KEY."""
    with spoken():
        found = chains.look_over(file)
    old = f", {found.old} of them under an older key" if found.old else ""
    what = "the whole trail" if found.whole else "a part of the trail"
    click.echo(f"{what}: {found.rows} rows in {len(found.chains)} chains{old}: unbroken")


@trail.command("seals")
@in_shop
def list_seals(shop: str | None) -> None:
    """The seals of the trail by day, as the daily mails have them. Compare one with an old mail."""
    home = home_of(shop)
    with transaction(home.region, home.tenant_id, reading=True):
        zone = ZoneInfo(this_shop().zone)
        for seal in seals(1000):
            click.echo(f"{seal.until.astimezone(zone).date()}  {seal.hash}  {seal.rows} rows")


@export.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_export(file: Path) -> None:
    """Compare an exported FILE with the manifest beside it, and the manifest with its seal."""
    with spoken():
        facts = sealing.check(file)
    what = f"{facts['kind']} of {facts['shop']['slug']}, {facts['rows']} rows"
    click.echo(f"{what}, read at {facts['read_at']}: unchanged")
