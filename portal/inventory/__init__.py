"""Stock: locations and append-only movements. A level is the sum of its movements."""

from portal.inventory.models import OUTSIDE, Location, Place, StockMovement
from portal.inventory.moving import Move, location_id, move, open_locations

__all__ = ["OUTSIDE", "Location", "Move", "Place", "StockMovement", "location_id", "move", "open_locations"]
