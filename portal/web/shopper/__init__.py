"""The shopper's pages: find the order, say what goes back and why, choose, check, send."""

from portal.web.shopper import asking, finding, following, items, opening, outcome, papers, reasons, review
from portal.web.shopper.blueprint import shopper

__all__ = [
    "asking", "finding", "following", "items", "opening", "outcome", "papers", "reasons", "review", "shopper",
]  # fmt: skip
