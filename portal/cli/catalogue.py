"""`flask catalogue`: products in from a file."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from tqdm import tqdm

from portal.audit.actors import SYSTEM
from portal.catalogue.importing import import_products
from portal.catalogue.reading import FORMATS
from portal.catalogue.reading.homeward import past
from portal.catalogue.reading.schema import published
from portal.cli.shops import home_of, in_shop, spoken
from portal.orders.facts import Unfit
from portal.orders.importing import Result
from portal.orders.storing import Outcome
from portal.orders.watching import summed, told

catalogue = AppGroup("catalogue", help="Products of a shop.")


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    try:
        return past(value or "", "The moment")
    except Unfit as error:
        raise click.BadParameter(str(error.message)) from error


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_shop
@click.option("--format", "form", type=click.Choice([*FORMATS]), help="Told by its content.")
@click.option(
    "--levels-at",
    callback=_moment,
    help="When the file was written, with its offset: 2026-05-01T09:58:12+02:00. Now, if not given.",
)
def import_file(file: Path, shop: str | None, form: str | None, levels_at: datetime | None) -> None:
    """Import a FILE of products, Homeward's own or Shopify's. Safe to repeat; see docs/catalogue.md."""
    home = home_of(shop)
    with (
        spoken(),
        file.open("rb") as source,
        tqdm(total=file.stat().st_size, unit="B", unit_scale=True, desc=file.name, disable=None) as bar,
    ):

        def tell(result: Result) -> None:
            bar.update(source.tell() - bar.n)
            if result.reason:
                bar.write(told(result))

        tally = import_products(
            source, home.region, home.tenant_id, SYSTEM, format=form or "", levels_at=levels_at, tell=tell
        )
    click.echo(summed(tally))
    if tally.counts[Outcome.REFUSED]:
        raise SystemExit(1)


@catalogue.command("schema")
def print_schema() -> None:
    """The JSON Schema of Homeward's product format."""
    click.echo(json.dumps(published(), indent=2))
