"""Changing the installation's keys gently."""

import uuid
from collections.abc import Iterator
from itertools import islice
from secrets import token_hex

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from portal import config
from portal.audit import Chained, resealing
from portal.db import session, transaction
from portal.jobs.worker import regions
from portal.tenants import Tenant

secrets = AppGroup("secrets", help="The installation's keys: SECRET_KEY and TRAIL_KEY.")
STEPS = """
1. Put these into the environment of every process: web, worker, commands.
{lines}
2. Stop the old processes, then start the new ones. A row that an old process adds to the trail after a new
   one did is named by `flask verify`.
3. flask --app wsgi secrets finish
4. Whoever signs links for a shop puts the shop's new secret into its system (Settings, Order links).
5. After 31 days take SECRET_KEY_OLD out. Keep TRAIL_KEY_OLD as long as the older rows are to be believed.
"""


@secrets.command()
@click.option("--only", type=click.Choice(["secret", "trail"]), help="Only this key.")
def rotate(only: str | None) -> None:
    """Make new keys, and say what to put where. Changes nothing by itself."""
    own, lines = config.current(), []
    for name, keys in (("secret", own.secret_keys), ("trail", own.trail_keys)):
        if only in (None, name):
            lines.append(f"     {name.upper()}_KEY={token_hex(32)}")
            lines.append(f"     {name.upper()}_KEY_OLD={','.join(keys)}")
    click.echo(STEPS.format(lines="\n".join(lines)).strip())


@secrets.command()
def finish() -> None:
    """After the new keys are in place: seal every chain under the new one, encrypt anew. Safe to repeat."""
    marked, again = 0, dict.fromkeys(resealing.resealers(), 0)
    for region, shop in _shops():
        for kind in Chained.__subclasses__():
            marked += _mark(region, shop, kind)
        for what, reseal in resealing.resealers().items():
            with transaction(region, shop):
                again[what] += reseal()
    click.echo(f"{marked} chains of the trail sealed under the new key.")
    for what, n in again.items():
        click.echo(f"{n} {what} encrypted anew.")


def _shops() -> Iterator[tuple[str | None, uuid.UUID]]:
    for region in regions():
        with transaction(region, reading=True):
            ids = session.scalars(sa.select(Tenant.id).order_by(Tenant.slug)).all()
        yield from ((region, id) for id in ids)


def _mark(region: str | None, shop: uuid.UUID, kind: type[Chained]) -> int:
    """A few hundred chains a transaction, so that nobody waits for long."""
    marked = 0
    while True:
        with transaction(region, shop):
            some = list(islice(resealing.unsealed(kind), resealing.AT_ONCE))
            for id in some:
                resealing.mark(kind, id)
        marked += len(some)
        if len(some) < resealing.AT_ONCE:
            return marked
