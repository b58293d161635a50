"""Keys of a shop's own systems, for tests."""

import uuid
from collections.abc import Collection
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit.actors import SYSTEM
from portal.db import find
from portal.people import ApiKey, KeyScope
from portal.people.keys import make_key, revoke_key, secret_of
from tests.harness.shops import Shop


def key_for(shop: Shop, scopes: Collection[KeyScope] = tuple(KeyScope), name: str = "") -> str:
    """The secret of a new key."""
    nonce = uuid.uuid4()
    with shop.transaction():
        key = make_key(name or f"Key {nonce.hex[:8]}", scopes, nonce, SYSTEM)
        return secret_of(key.id, nonce)


def revoked(shop: Shop) -> str:
    """The secret of a key that opened everything."""
    nonce = uuid.uuid4()
    with shop.transaction():
        id = make_key(f"Gone {nonce.hex[:8]}", tuple(KeyScope), nonce, SYSTEM).id
    with shop.transaction():
        revoke_key(find(ApiKey, id), SYSTEM)
    return secret_of(id, nonce)


class Till:
    """A system of the shop's own: asks the API with its key."""

    def __init__(self, shop: Shop, secret: str | None = None) -> None:
        self.shop = shop
        self.secret = key_for(shop) if secret is None else secret
        self.client: FlaskClient = shop.app.test_client(use_cookies=False)

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}

    def ask(self, path: str, method: str = "GET", **kw: Any) -> TestResponse:
        headers = {**self.headers(), **kw.pop("headers", {})}
        return self.client.open(f"/{self.shop.slug}/api{path}", method=method, headers=headers, **kw)

    def send(self, body: Any, key: str = "", **kw: Any) -> TestResponse:
        """Orders, as JSON."""
        headers = {**({"Idempotency-Key": key} if key else {}), **kw.pop("headers", {})}
        return self.ask("/orders", "POST", json=body, headers=headers, **kw)
