"""A shop to take pictures of: the demo's, with a season behind it, and a thing of every kind on top."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from portal.db import db
from portal.orders.files.keeping import take_in
from portal.people import Role, User
from portal.people.passwords import hashed_pin
from portal.provisioning.demo import SHOPS, furnish, hurried
from portal.provisioning.demo.catalogue import OUTDOOR
from portal.provisioning.demo.orders import season
from tests.harness.apps import dispose, made_app, schema
from tests.harness.configuring import drafted
from tests.harness.sales import Sold
from tests.harness.shops import Shop, find_shop
from tests.harness.time import Hands
from tests.harness.trading import Trade, policy
from tests.harness.world import NOON, ORDERS, World, trade_in

DEMO = replace(SHOPS[0], orders=140)
PIN = "2468"
NUMBERS = {name: f"{DEMO.prefix}-{20901 + n}" for n, name in enumerate(ORDERS)}
ALPACA = Sold(
    **{
        "subtotal": 7600,
        "quantity": 4,
        "sku": "KS-ALP-1",
        "title": "Alpaka-Kuschelsocken",
        "category": "Clothing",
    },
    **{"variant": "Honig und Nebel, 38–40", "discount": 760, "taxes": {"19": 1092}, "unit_cost": 600},
    image="/static/pictures/socks.svg",
)
BOOTS = Sold(
    **{"subtotal": 37800, "quantity": 2, "sku": "WS-HGP-1", "category": "Shoes", "taxes": {"19": 6035}},
    **{"title": "Wasserdichte Wanderstiefel „Hochgebirgspfad“", "variant": "Kastanienbraun, 39½"},
    **{"unit_cost": 8500, "image": "/static/pictures/boot.svg"},
)


def _finish(shop: Shop) -> None:
    """What only pictures need: a PIN at the dock, and a file of orders that can be imported."""
    orders = list(season(random.Random(1), OUTDOOR, "FF-N", 12, NOON))
    owner = shop.actor()
    with shop.transaction() as session:
        someone = sa.update(User).where(User.tenant_id == shop.id, User.role == Role.WAREHOUSE)
        session.execute(someone.values(pin_hash=hashed_pin(PIN)))
        take_in(BytesIO(json.dumps({"orders": orders}).encode()), "november.json", "homeward", owner)
    trade = Trade(shop)
    with shop.transaction():
        drafted(trade.clerk, policy(hand_in_days=10))
    trade.work()


@contextmanager
def posed() -> Iterator[World]:
    """The shop in a database that goes with the block; the clock stands still meanwhile."""
    with TemporaryDirectory() as folder, Hands() as hands:
        hands.set(NOON)
        place, url = Path(folder), f"sqlite:///{folder}/screens.db"
        schema(url)
        app = made_app(url, bank_file=place / "bank.db", export_folder=place / "exports")
        with app.app_context(), hurried(db.engine):
            furnish(app, lambda _: None, [DEMO])
        shop = find_shop(app, DEMO.new.slug)
        trade_in(Trade(shop), [ALPACA, BOOTS], seen=NUMBERS)
        _finish(shop)
        try:
            yield World(app, DEMO.new.slug)
        finally:
            dispose(app)
