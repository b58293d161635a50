"""Two demo shops with a season behind them."""

import heapq
import io
import json
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal import clock, config
from portal.audit import Actor
from portal.audit.actors import SYSTEM
from portal.catalogue.importing import import_products
from portal.db import here, session, transaction
from portal.jobs.worker import App, step
from portal.orders.importing import import_orders
from portal.orders.models import Order
from portal.orders.storing import Outcome
from portal.people.models import User
from portal.people.roles import Role
from portal.people.staffing import add_user
from portal.provisioning.demo import stories, versions
from portal.provisioning.demo.catalogue import OUTDOOR, PORCELAIN, Article
from portal.provisioning.demo.orders import season
from portal.provisioning.demo.products import products
from portal.provisioning.demo.swaps import returnable, swap
from portal.provisioning.shops import NewShop, create
from portal.reconciling.ordering import order, span
from portal.refunds.gateways.bank import Bank
from portal.tenants import change_settings, locked_shop, settings_of

PASSWORD = "a parcel going home"  # noqa: S105 - printed by the demo
STAFF = (
    (Role.MANAGER, "Jonas Achterberg"),
    (Role.AGENT, "Fatima Bensalem"),
    (Role.WAREHOUSE, "Emre Yıldız-Steinbach"),
    (Role.AUDITOR, "Ruth Oppermann"),
)
OPENED = timedelta(days=75)
COUNTED = timedelta(days=12)
UNKNOWN = ((1, "A grey shoe box, taped twice, no slip"), (2, "A padded envelope with one sock"))


@dataclass(frozen=True)
class DemoShop:
    """What makes a demo shop; `orders` is how many, `seed` what draws them, `changes` what only its
    configuration went through."""

    new: NewShop
    articles: Sequence[Article]
    prefix: str
    orders: int
    seed: int
    changes: Sequence[versions.Change] = ()


FJELL = NewShop(
    slug="fjell",
    name="Fjell & Faden",
    country="DE",
    currency="EUR",
    language="en",
    zone="Europe/Berlin",
    return_address=("Fjell & Faden Retouren", "Werftstraße 114, Halle 2", "24939 Flensburg"),
    sender="returns@fjell.example",
    owner="owner@fjell.example",
    owner_name="Wiebke Köster",
    owner_password=PASSWORD,
    carrier="test",
)
LUETTRINGHAUSEN = NewShop(
    slug="luettringhausen",
    name="Porzellanmanufaktur Lüttringhausen",
    country="DE",
    currency="EUR",
    language="en",
    zone="Europe/Berlin",
    return_address=(
        "Porzellanmanufaktur Lüttringhausen GmbH & Co. KG",
        "Gertenbachstraße 5",
        "42899 Remscheid",
    ),
    sender="returns@luettringhausen.example",
    owner="owner@luettringhausen.example",
    owner_name="Dorothea Wülfing",
    owner_password=PASSWORD,
    hue=265,
    accent="#b4532a",
    ground="#eef0fb",
)
SHOPS = (
    DemoShop(FJELL, OUTDOOR, "FF", 330, 20418),
    DemoShop(LUETTRINGHAUSEN, PORCELAIN, "PL", 70, 1048, (versions.CHOICE,)),
)


def furnish(app: App, tell: Callable[[str], None], shops: Sequence[DemoShop] = SHOPS) -> None:
    """Make the demo shops that are not there yet. `tell` hears of each step."""
    now = clock.now()
    for shop in shops:
        with clock.at(now - OPENED):
            id = create(shop.new)
            if _has_orders(id):
                tell(f"{shop.new.name} is there already.")
                continue
            _hire(id, shop.new.slug)
            _take_gifts(id)
        versions.change(id, now, shop.changes)
        tell(f"{shop.new.name}: {shop.orders} orders and what became of them …")
        draw = random.Random(shop.seed)  # noqa: S311 - chance, not secrecy
        _take_orders(id, list(season(draw, shop.articles, shop.prefix, shop.orders, now)))
        _play(app, _stories(id, shop, draw, now), now)
        _take_products(id, list(products(shop.articles, now - COUNTED)))
        _play(app, _swaps(id, shop, draw, now), now)
        _reconcile(id)
        versions.leave_waiting(id, now)


def _reconcile(shop: uuid.UUID) -> None:
    """The month that has ended, as an accountant would; the worker does it when the demo is served."""
    with transaction(tenant=shop):
        held = locked_shop()
        before = clock.now().astimezone(ZoneInfo(held.zone)).date().replace(day=1) - timedelta(days=1)
        order(held, *span("month", before), SYSTEM)


def _has_orders(shop: uuid.UUID) -> bool:
    with transaction(tenant=shop, reading=True):
        return session.scalar(sa.select(Order.id).where(Order.tenant_id == here()).limit(1)) is not None


def _hire(shop: uuid.UUID, slug: str) -> None:
    for role, name in STAFF:
        with transaction(tenant=shop):
            add_user(f"{role}@{slug}.example", name, role, PASSWORD, SYSTEM)


def _take_gifts(shop: uuid.UUID) -> None:
    """Off in a new shop; a demo shows what there is."""
    with transaction(tenant=shop):
        held = locked_shop()
        change_settings(held, replace(settings_of(held), gifts=True), SYSTEM)


def _take_orders(shop: uuid.UUID, orders: Sequence[dict[str, object]]) -> None:
    file = io.BytesIO(json.dumps({"orders": orders}).encode())
    tally = import_orders(file, None, shop, SYSTEM)
    assert tally.counts[Outcome.IMPORTED] == len(orders), tally.counts


def _take_products(shop: uuid.UUID, made: Sequence[dict[str, object]]) -> None:
    tally = import_products(io.BytesIO(json.dumps(made).encode()), None, shop, SYSTEM)
    assert tally.counts[Outcome.IMPORTED] == len(made), tally.counts


Timed = tuple[datetime, int, stories.Story]


def _stories(shop: uuid.UUID, demo: DemoShop, draw: random.Random, now: datetime) -> Iterator[Timed]:
    """A story for most orders that have arrived, and for parcels of nobody, with the moment it begins."""
    cast = _cast(shop, demo.new.zone, draw)
    yield from ((now - timedelta(days=3 * n), -n, stories.nobodys(cast, what)) for n, what in UNKNOWN)
    bank = Bank(config.current().bank_file, str(shop))
    with transaction(tenant=shop, reading=True):
        orders = session.scalars(sa.select(Order).where(Order.tenant_id == here()).order_by(Order.placed_at))
        arrived = [(o.id, o.shipments[0].delivered_at) for o in orders if o.shipments]
    for n, (id, delivered) in enumerate(arrived):
        if delivered and draw.random() < 0.75:
            yield delivered + cast.hours(5, 300), n, stories.tell(cast, id, bank)


def _swaps(shop: uuid.UUID, demo: DemoShop, draw: random.Random, now: datetime) -> Iterator[Timed]:
    """Exchanges of the last days; before there was no catalogue."""
    cast, bank = _cast(shop, demo.new.zone, draw), Bank(config.current().bank_file, str(shop))
    with transaction(tenant=shop, reading=True):
        orders = returnable(now - timedelta(days=20))
    for n, id in enumerate(orders):
        yield now - timedelta(days=4, hours=n), n, swap(cast, id, n, bank)


def _cast(shop: uuid.UUID, zone: str, draw: random.Random) -> stories.Cast:
    with transaction(tenant=shop, reading=True):
        people = session.execute(sa.select(User.role, User.id).where(User.tenant_id == here()))
        of = {role: Actor("person", id) for role, id in people}
    return stories.Cast(shop, zone, of[Role.AGENT], of[Role.WAREHOUSE], of[Role.MANAGER], draw)


def _play(app: App, begun: Iterator[Timed], now: datetime) -> None:
    """Play all stories side by side, in the order of time, with the worker behind them."""
    waiting = list(begun)
    heapq.heapify(waiting)
    while waiting and waiting[0][0] < now:
        moment, n, story = heapq.heappop(waiting)
        with clock.at(moment):
            pause = next(story, None)
            step(app)
        if pause is not None:
            heapq.heappush(waiting, (moment + pause, n, story))
    step(app)
