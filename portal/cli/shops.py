"""Which shop a command is about, and how what a verb refuses is said."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa

from portal.db import session, transaction
from portal.errors import NotFound, Refusal
from portal.i18n import Voice
from portal.money import BadAmount
from portal.tenants import Shop, Tenant
from portal.tenants.current import locked_shop

shop_slug = click.argument("shop")
in_shop = click.option("--shop", help="Needed if there are several.")


@contextmanager
def spoken() -> Iterator[None]:
    """What a verb refuses is said in a sentence, and the command fails."""
    try:
        yield
    except Refusal as refusal:
        field = f" ({refusal.field})" if refusal.field else ""
        raise click.ClickException(Voice("en").text(refusal.message) + field) from refusal
    except BadAmount as error:
        raise click.ClickException(f"This is not an amount: {error}") from error
    except NotFound as error:
        raise click.ClickException(f"There is no such {error}.") from error


@contextmanager
def shop_of(slug: str | None) -> Iterator[Tenant]:
    """The shop, locked, in a transaction of its region that is committed at the end."""
    with spoken():
        home = home_of(slug)
        with transaction(home.region, home.tenant_id):
            yield locked_shop()


def home_of(slug: str | None) -> sa.Row[str | None, uuid.UUID]:
    """Where a shop lives: its region and id. Without a slug, the only shop that there is."""
    with transaction(reading=True):
        homes = sa.select(Shop.region, Shop.tenant_id)
        found = session.execute(homes.where(Shop.slug == slug) if slug else homes.limit(2)).all()
    if len(found) > 1:
        raise click.ClickException("There are several shops. Say which one: --shop SLUG.")
    if not found:
        raise click.ClickException(f"There is no shop {slug}." if slug else "There is no shop.")
    return found[0]
