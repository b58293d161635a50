"""The chart of accounts that a new shop starts with."""

import uuid

from portal.db import here, session
from portal.ledger.models import Account, Book, Kind, Role
from portal.ledger.posting import account_id

DEFAULT = (
    (Role.SALES_RETURNS, "4720", "Sales returns", Kind.INCOME),
    (Role.TAX_PAYABLE, "3806", "Tax payable", Kind.LIABILITY),
    (Role.SHIPPING_REFUNDS, "4730", "Shipping refunds", Kind.INCOME),
    (Role.REFUNDS_PAYABLE, "3500", "Refunds payable", Kind.LIABILITY),
    (Role.RESTOCKING_INCOME, "4820", "Restocking fee income", Kind.INCOME),
    (Role.RETURN_SHIPPING_INCOME, "4830", "Return shipping income", Kind.INCOME),
    (Role.PAYMENT_CLEARING, "1460", "Payment clearing", Kind.ASSET),
    (Role.CREDIT_LIABILITY, "3540", "Store credit", Kind.LIABILITY),
    (Role.CREDIT_BONUS, "4740", "Store credit bonus", Kind.INCOME),
    (Role.GIFT_CARD_LIABILITY, "3550", "Gift cards", Kind.LIABILITY),
    (Role.STORED_VALUE_CLEARING, "1470", "Stored value clearing", Kind.ASSET),
    (Role.EXCHANGE_CLEARING, "1475", "Exchange clearing", Kind.ASSET),
    (Role.SALES, "4400", "Sales", Kind.INCOME),
    (Role.BREAKAGE_INCOME, "4860", "Breakage income", Kind.INCOME),
    (Role.INVENTORY, "1140", "Inventory", Kind.ASSET),
    (Role.GOODWILL, "6860", "Goodwill", Kind.EXPENSE),
    (Role.WRITE_DOWN, "6870", "Inventory write-down", Kind.EXPENSE),
    (Role.COST_OF_GOODS_SOLD, "5000", "Cost of goods sold", Kind.EXPENSE),
)


def open_books() -> None:
    """Give the shop of this transaction its book and accounts."""
    tenant = here()
    session.add(Book(id=uuid.uuid5(tenant, "book")))
    for role, code, name, kind in DEFAULT:
        session.add(Account(id=account_id(tenant, role), role=role, code=code, name=name, kind=kind))
