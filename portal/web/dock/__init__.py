"""The dock, for a tablet with a scanner: scan, count what came, check each unit, send what goes out."""

from portal.web.dock import (
    checking,
    correcting,
    counting,
    extras,
    photos,
    scanning,
    sending,
    strays,
    unannounced,
)
from portal.web.dock.blueprint import dock

__all__ = [
    "checking",
    "correcting",
    "counting",
    "dock",
    "extras",
    "photos",
    "scanning",
    "sending",
    "strays",
    "unannounced",
]
