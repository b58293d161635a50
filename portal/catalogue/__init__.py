"""The catalogue: products with their variants as the shop's own system knows them, and their levels."""

from portal.catalogue import filing as filing
from portal.catalogue.models import Product, Reservation, ReservationState, StockLevel, Variant

__all__ = ["Product", "Reservation", "ReservationState", "StockLevel", "Variant"]
