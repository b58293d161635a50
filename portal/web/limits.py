"""Crude limits per network, against floods. Counting failed look-ups and sign-ins is the database's work."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

EVERYTHING = "3000 per minute"
KNOCKING = "60 per minute"  # where somebody may try names, numbers or passwords

limiter = Limiter(get_remote_address, default_limits=[EVERYTHING], headers_enabled=True)


def init_limits(app: Flask, storage_uri: str) -> None:
    """`storage_uri` memory:// counts for each process by itself; several hosts share a Redis."""
    app.config.update(RATELIMIT_STORAGE_URI=storage_uri)
    limiter.init_app(app)


knocking = limiter.limit(KNOCKING, methods=["POST"])
