"""How orders and lines of Shopify are named here, whichever way they come: export and API mean the same."""

from collections import Counter

SOURCE = "shopify"


class LineKeys:
    """Names an order's lines. The export gives them no id, so they go by their SKU."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def next(self, sku: str, place: int) -> str:
        """The n-th line of its SKU, which stays so if lines are taken off; without one, its place."""
        start = sku[:100]
        self._seen[start] += 1
        return f"{start}#{self._seen[start]}" if sku else f"#{place}"
