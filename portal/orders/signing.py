"""Links to an order that a shop signs itself: for its order page and its mails. docs/links.md tells how.

The shop's secret follows from the installation's key, the shop and a number that goes up with each renewal.
No row holds it, and what an older secret signed opens nothing.
"""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from portal import clock, config
from portal.audit import Actor
from portal.ids import token
from portal.tenants import Tenant
from portal.tenants.settings import note_change

MARK = "hwsign_"  # every secret begins so, and is found by it where it must not be
LONGEST = timedelta(days=400)


def secret_of(shop: Tenant) -> str:
    """What the shop signs with. Never store it."""
    return _secrets(shop)[0]


def _secrets(shop: Tenant) -> Sequence[str]:
    """Under the present key of the installation, then under those that are still taken."""
    purpose, keys = f"signing/{shop.signing_no}", config.current().secret_keys
    return [MARK + token(key.encode(), purpose, shop.id) for key in keys]


def renew(shop: Tenant, by: Actor) -> None:
    """Have another secret: every link that is out ends. Lock the shop."""
    before = shop.signing_no
    shop.signing_no = before + 1
    note_change(shop, {"order_links": [before, shop.signing_no]}, by)


def signature(secret: str, number: str, expires: int) -> str:
    """HMAC-SHA256, hexadecimal, over the number as it stands in the link and the second it ends."""
    said = f"order\n{number}\n{expires}".encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), said, sha256).hexdigest()


def signed(shop: Tenant, number: str, expires: str, given: str) -> bool:
    """Whether the shop's secret signed just this, and it has not ended. `expires`: seconds since 1970."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
        return False
    now, ends = clock.now().timestamp(), int(expires)
    tried = given.encode("utf-8", "surrogatepass")
    right = [signature(secret, number, ends).encode() for secret in _secrets(shop)]
    matches = [hmac.compare_digest(one, tried) for one in right]
    return any(matches) and now < ends <= now + LONGEST.total_seconds()
