"""Photos of what goes back: the shopper's with the reason, the dock's with what was found."""

from portal.returns.photos.models import Photo, Taker

__all__ = ["Photo", "Taker"]
