"""The desk, for agents and owners: the board, the record of a return, money, books, stock and the shop."""

from portal.web.desk import (
    account,
    api_keys,
    authorizing,
    bank,
    board,
    books,
    closing,
    credits,
    days,
    deciding,
    exporting,
    keys,
    labels,
    look,
    mails,
    noting,
    order_files,
    orders,
    paying,
    people,
    places,
    policy,
    record,
    settings,
    signing,
    stock,
    stuck,
    talking,
    telling_again,
    trail,
)
from portal.web.desk.blueprint import desk

__all__ = [
    "account", "api_keys",
    "authorizing", "bank", "board", "books", "closing", "credits", "days", "deciding", "desk", "exporting",
    "keys", "labels", "look", "mails", "noting", "order_files", "orders", "paying", "people", "places",
    "policy", "record", "settings", "signing", "stock", "stuck", "talking", "telling_again", "trail",
]  # fmt: skip
