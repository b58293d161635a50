"""A season of orders in Homeward's own format, drawn from a seeded source."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.money import exponent, plain
from portal.provisioning.demo.catalogue import CURRENCIES, HOME_CURRENCY, SHOPPERS, Article, Person

CARDS = ("Visa ending 4417", "Visa ending 0127", "Mastercard ending 8810", "Amex ending 1003")
TRANSFERRED, MISTAKEN = 3, 60


def season(
    draw: random.Random, articles: Sequence[Article], prefix: str, count: int, until: datetime
) -> Iterator[dict[str, Any]]:
    """So many orders, spread over the ten weeks up to a moment, oldest first, numbered from 20001."""
    ages = sorted((0.3 + 70 * draw.random() ** 1.8 for _ in range(count)), reverse=True)
    for n, age in enumerate(ages):
        placed = (until - timedelta(days=age)).replace(microsecond=0)
        yield _order(draw, articles, f"{prefix}-{20001 + n}", placed, until)


def _order(
    draw: random.Random, articles: Sequence[Article], number: str, placed: datetime, until: datetime
) -> dict[str, Any]:
    person = draw.choice(SHOPPERS)
    currency, level, rate = CURRENCIES.get(person.country, HOME_CURRENCY)
    lines = [
        _line(draw, a, currency, level, rate)
        for a in draw.sample(articles, min(len(articles), draw.choice((1, 1, 2, 3, 2))))
    ]
    goods = sum(line.pop("_paid") for line in lines)
    delivery = 0 if draw.random() < 0.4 else 495 * level // 100
    return {
        "number": number,
        "placed_at": placed.isoformat(),
        "currency": currency,
        "prices_include_tax": True,
        "email": person.email,
        "name": person.name,
        "address": _address(person),
        "lines": lines,
        "delivery": {"charged": plain(delivery, currency), "standard": plain(delivery, currency)},
        "payments": _payments(draw, number, goods + delivery, currency),
        "shipments": _shipments(draw, placed, until),
    }


def _line(draw: random.Random, article: Article, currency: str, level: int, rate: str) -> dict[str, Any]:
    quantity = draw.choice((1, 1, 1, 1, 2, 3))
    variant = draw.randrange(len(article.variants))
    subtotal = article.price * level * quantity
    discount = subtotal // 10 if draw.random() < 0.25 else 0
    paid = subtotal - discount
    tax = {rate: plain(paid * int(rate) // (100 + int(rate)), currency)} if rate else {}
    cost = {} if article.cost is None else {"unit_cost": plain(article.cost * level, currency)}
    return cost | {
        "sku": f"{article.sku}-{variant + 1}",
        "title": article.title,
        "variant": article.variants[variant],
        "quantity": quantity,
        "subtotal": plain(subtotal, currency),
        "discount": plain(discount, currency),
        "taxes": tax,
        "category": article.category,
        "tags": list(article.tags),
        "image": f"/static/pictures/{article.picture}.svg",
        "_paid": paid,
    }


def _address(person: Person) -> dict[str, Any]:
    lines = [person.street, f"{person.postcode} {person.town}"]
    return {"lines": lines, "postcode": person.postcode, "country": person.country}


def _payments(draw: random.Random, number: str, total: int, currency: str) -> list[dict[str, Any]]:
    """One card, now and then a gift card first; every nineteenth by bank transfer, some paid too much.

    Which ones follows from the number, not from chance.
    """
    gift = total // 4 if draw.random() < 0.12 else 0
    card = _payment("card", f"pay_{number}", draw.choice(CARDS), total - gift, currency)
    n = int(number.rpartition("-")[2])
    if n % 97 == MISTAKEN:
        card |= {"captured": plain(total - gift + 5 * 10 ** exponent(currency), currency)}
    if n % 19 == TRANSFERRED:
        return [_payment("bank", f"DE-{n}", "Bank transfer", total, currency) | {"gateway": "bank_transfer"}]
    if not gift:
        return [card]
    return [_payment("gift_card", f"gift_{number}", "Gift card ending 8Q2F", gift, currency), card]


def _payment(kind: str, reference: str, label: str, amount: int, currency: str) -> dict[str, Any]:
    captured = plain(amount, currency)
    return {"kind": kind, "gateway": "test", "reference": reference, "label": label, "captured": captured}


def _shipments(draw: random.Random, placed: datetime, until: datetime) -> list[dict[str, Any]]:
    shipped = placed + timedelta(hours=draw.uniform(4, 30))
    delivered = shipped + timedelta(hours=draw.uniform(24, 90))
    known = {"shipped_at": shipped, "delivered_at": delivered}
    past = {k: m.replace(microsecond=0).isoformat() for k, m in known.items() if m < until}
    return (
        [past | {"carrier": "DHL", "tracking": f"00340434161094{draw.randrange(10**6):06}"}] if past else []
    )
