"""The command that gives the shop's feed."""

import json

import click
from flask.cli import AppGroup

from portal.cli.shops import home_of, in_shop, spoken
from portal.db import transaction
from portal.views import feed

root = AppGroup()  # gives its commands the application


@root.command("changes")
@in_shop
@click.option("--after", default=0, type=click.IntRange(0), help="The last number that was dealt with.")
@click.option("--limit", default=feed.USUAL, show_default=True, type=click.IntRange(1, feed.MOST))
def tell_changes(shop: str | None, after: int, limit: int) -> None:
    """What became of refunds, store credit and stock, a line of JSON each; then where to go on."""
    home = home_of(shop)
    with spoken(), transaction(home.region, home.tenant_id, reading=True):
        found = feed.changes(after, limit)
    for line in (*found.changes, {"next": found.next, "last": found.last}):
        click.echo(json.dumps(line))
