"""What a shop calls a way of paying, as one of the kinds that refunds know."""

_KINDS = {
    "gift": "gift_card",
    "store credit": "store_credit",
    "paypal": "wallet",
    "klarna": "wallet",
    "pay later": "wallet",
    "card": "card",
    "shopify payments": "card",
    "stripe": "card",
    "authorize net": "card",
    "bank": "bank",
    "cash": "cash",
}


def kind_of(method: str) -> str:
    """The kind; `other` for what is unknown, and for several ways at once (with a plus)."""
    plain = method.lower().replace("_", " ")
    if "+" in plain:
        return "other"
    return next((kind for word, kind in _KINDS.items() if word in plain), "other")
