"""The shopper's pages: find the order, say what goes back and why, choose, check, send; all their orders."""

from portal.web.shopper import (
    account,
    asking,
    finding,
    following,
    items,
    opening,
    outcome,
    papers,
    reasons,
    review,
    signed,
)
from portal.web.shopper.blueprint import shopper

__all__ = [
    "account", "asking", "finding", "following", "items", "opening", "outcome", "papers", "reasons", "review",
    "shopper", "signed",
]  # fmt: skip
