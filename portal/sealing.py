"""Secrets that must be read again are kept sealed: AES-GCM under a key that follows from SECRET_KEY.

What is kept names the version of the way it was made and the key it was made with, so that a change
of the key can find what is still to be sealed anew (`reseal`). A sealed secret is bound to its purpose and
its owner: moved to another row it opens nothing.
"""

import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal import config

VERSION = "s1"
NONCE = 12


class Unreadable(Exception):
    """Not sealed here: by another key, for another purpose or owner, or changed since."""


def seal(secret: str, purpose: str, owner: uuid.UUID, key: str = "") -> str:
    """What to keep of a secret; another text each time. `key`: another SECRET_KEY than the configured."""
    derived, nonce = _derive(key), secrets.token_bytes(NONCE)
    closed = AESGCM(derived).encrypt(nonce, secret.encode(), _bound(purpose, owner))
    return f"{VERSION}.{_name(derived)}.{urlsafe_b64encode(nonce + closed).decode()}"


def unseal(kept: str, purpose: str, owner: uuid.UUID, key: str = "") -> str:
    """The secret, by the key named here or, without one, any that is configured. Raises Unreadable."""
    try:
        version, name, body = kept.split(".")
        data = urlsafe_b64decode(body)
        known = (_derive(one) for one in ((key,) if key else config.current().secret_keys))
        derived = next((one for one in known if _name(one) == name), None)
        if version != VERSION or derived is None:
            raise Unreadable("sealed another way or with another key")
        return AESGCM(derived).decrypt(data[:NONCE], data[NONCE:], _bound(purpose, owner)).decode()
    except (ValueError, InvalidTag) as error:
        raise Unreadable("changed since it was sealed") from error


def reseal(kept: str, purpose: str, owner: uuid.UUID, old: str = "") -> str:
    """The same secret under the present key, which was sealed with an older one; itself if it already is."""
    if kept.startswith(f"{VERSION}.{_name(_derive(''))}."):
        return kept
    return seal(unseal(kept, purpose, owner, old), purpose, owner)


def _derive(key: str) -> bytes:
    source = (key or config.current().secret_key).encode()
    return HKDF(SHA256(), length=32, salt=None, info=b"homeward/sealing/1").derive(source)


def _name(derived: bytes) -> str:
    """Tells keys apart, and says nothing of them."""
    return sha256(b"name" + derived).hexdigest()[:8]


def _bound(purpose: str, owner: uuid.UUID) -> bytes:
    return f"{purpose}/{owner}".encode()
