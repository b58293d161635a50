"""The shopper's pages: find the order, say what goes back and why, choose, check, send; all their orders."""

from portal.web.shopper import (
    account,
    another,
    asking,
    bank,
    bank_page,
    changing,
    consent,
    exchange,
    finding,
    following,
    gift_card,
    items,
    looking,
    opening,
    outcome,
    papers,
    photos,
    policy,
    reasons,
    recipient,
    reducing,
    review,
    sending,
    showing_more,
    signed,
    waiting,
    wishing,
)
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.gifts import gift
from portal.web.shopper.wizard import behalf

__all__ = [
    "account", "another", "asking", "bank", "bank_page", "behalf", "changing", "consent", "exchange",
    "finding", "following", "gift", "gift_card", "items", "looking", "opening", "outcome", "papers", "photos",
    "policy", "reasons", "recipient", "reducing", "review", "sending", "shopper", "showing_more",
    "signed", "waiting", "wishing",
]  # fmt: skip
