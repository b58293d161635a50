"""What the demo shops sell, in Homeward's own format, with levels of some days ago."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from portal.provisioning.demo.catalogue import Article

LEVELS = (12, 4, 0, 31, 7, 1, 18)
UNTRACKED, ENDED = "Home", "final-sale"  # a category of which nobody counts the pieces; a tag


def products(articles: Sequence[Article], counted: datetime) -> Iterator[dict[str, Any]]:
    """Prices are with German tax inside. What is on final sale is not offered any more."""
    levels = 0
    for article in articles:
        variants = []
        for no, words in enumerate(article.variants, 1):
            tracked = article.category != UNTRACKED
            variants.append(_variant(article, no, words) | (_level(levels, counted) if tracked else {}))
            levels += 1
        yield {
            "id": article.sku,
            "title": article.title,
            "category": article.category,
            "tags": list(article.tags),
            "prices_include_tax": True,
            "tax_rates": ["19"],
            "image": f"/static/pictures/{article.picture}.svg",
            "active": ENDED not in article.tags,
            "variants": variants,
        }


def _variant(article: Article, no: int, words: str) -> dict[str, Any]:
    cost = {} if article.cost is None else {"unit_cost": f"{article.cost}.00"}
    named = {"sku": f"{article.sku}-{no}", "attributes": _attributes(words)}
    return named | {"price": f"{article.price}.00"} | cost


def _attributes(words: str) -> list[dict[str, str]]:
    """ "Moosgrün, M" is a colour and a size; of a single word the first sign tells."""
    parts = words.split(", ")
    names = ["Colour", "Size"] if len(parts) > 1 else ["Size" if words[0].isdigit() else "Colour"]
    return [{"name": name, "value": part} for name, part in zip(names, parts, strict=True)]


def _level(n: int, counted: datetime) -> dict[str, Any]:
    at = counted.replace(microsecond=0).isoformat()
    return {"on_hand": LEVELS[n % len(LEVELS)], "on_hand_at": at}
