"""The shop of a request: looked up by what the door found, and remembered for a few seconds."""

import time
import uuid
from collections.abc import Hashable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, g

from portal.db import transaction
from portal.i18n import Voice, voice_in
from portal.refunds.gateways import SimulatedGateway
from portal.tenants import Shop, Tenant
from portal.tenants.logos import logo_by

FRESH = 5.0  # seconds for which a shop's face is not asked for again


@dataclass(frozen=True)
class Mark:
    """A shop's logo: its id, and its size in pixels."""

    id: uuid.UUID
    width: int
    height: int


@dataclass(frozen=True)
class Face:
    """What every page of a shop needs to know of it. Plain values; holds no database object."""

    id: uuid.UUID
    region: str | None
    slug: str
    name: str
    language: str
    zone: str
    currency: str
    country: str
    contact: str
    main: str
    accent: str
    ground: str
    roundness: int
    image_hosts: tuple[str, ...]
    gateway: str
    links_only: bool
    gifts: bool
    logo: Mark | None = None

    @property
    def test_mode(self) -> bool:
        """Whether its money is simulated."""
        return self.gateway == SimulatedGateway.name

    @property
    def voice(self) -> Voice:
        """Speaks the shop's language where its texts are translated, else English, in the shop's zone."""
        return voice_in(self.language, zone=self.zone)


class Faces:
    """An application's memory of shops, each for so many seconds.

    Unknown names are not remembered, so it cannot be filled up.
    """

    def __init__(self, fresh: float = FRESH) -> None:
        self.fresh = fresh
        self._kept: dict[Hashable, tuple[float, Face]] = {}

    def find(self, kind: str, name: str) -> Face | None:
        """The shop with this slug or domain. One statement in each of two databases, at most."""
        until, face = self._kept.get((kind, name), (0.0, None))
        if face is None or time.monotonic() > until:
            face = _look_up(kind, name)
            if face is not None:
                self._kept[kind, name] = (time.monotonic() + self.fresh, face)
        return face

    def forget(self, tenant: uuid.UUID) -> None:
        """Ask again for this shop: its settings were changed by this process."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1].id != tenant}


def faces() -> Faces:
    found = current_app.extensions["faces"]
    assert isinstance(found, Faces)
    return found


def _look_up(kind: str, name: str) -> Face | None:
    column = Shop.slug if kind == "slug" else Shop.domain
    with transaction(reading=True) as session:
        found = session.execute(sa.select(Shop.tenant_id, Shop.region).where(column == name)).one_or_none()
    return None if found is None else _face(found.tenant_id, found.region)


def _face(tenant: uuid.UUID, region: str | None) -> Face | None:
    with transaction(region, tenant, reading=True) as session:
        shop = session.scalars(sa.select(Tenant).where(Tenant.id == tenant)).one_or_none()
        if shop is None:
            return None
        names = Face.__dataclass_fields__.keys() - {"region", "image_hosts", "logo"}
        plain = {name: getattr(shop, name) for name in names}
        logo = logo_by(shop.logo)
        mark = Mark(logo.id, logo.width, logo.height) if logo else None
        return Face(**plain, region=region, image_hosts=tuple(shop.image_hosts), logo=mark)


def this_face() -> Face:
    """The shop of this request, on pages that need one."""
    face = g.shop
    assert isinstance(face, Face)
    return face
