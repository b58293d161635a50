"""What the stories begin with: a file of orders as a shop's system writes it, imported by the command."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal import clock
from tests.harness.shops import Shop

NUMBER, EMAIL, POSTCODE = "FF-20418", "annelie@posteo.example", "24937"
SOCKS = {
    **{"sku": "KS-ALP", "title": "Alpaca socks", "variant": "Ash grey", "quantity": 3, "subtotal": "100.00"},
    **{"discount": "10.00", "taxes": {"19": "14.37"}, "unit_cost": "9.50"},
}
BOOTS = {
    **{"sku": "WS-HGP", "title": "Hiking boots", "variant": "42", "quantity": 1, "subtotal": "129.90"},
    **{"taxes": {"19": "20.74"}, "unit_cost": "61.00", "category": "Shoes"},
}
MUG = {
    **{"sku": "TS-NAME", "title": "Mug with your name", "quantity": 1, "subtotal": "19.90"},
    **{"taxes": {"19": "3.18"}, "tags": ["personalised"]},
}


def order(*lines: dict[str, Any], number: str = NUMBER, captured: str = "239.80") -> dict[str, Any]:
    """Placed eight days ago, delivered five days ago, paid by card."""
    named = [{"id": str(n), **line} for n, line in enumerate(lines, start=1)]
    return {
        **{"source": "erp", "id": number, "number": number, "placed_at": _ago(8), "currency": "EUR"},
        **{"prices_include_tax": True, "email": EMAIL, "name": "Annelie Brückner-Hohenstein"},
        "address": {"lines": ["Große Straße 48", "24937 Flensburg"], "postcode": POSTCODE, "country": "DE"},
        "lines": named,
        "payments": [
            {
                **{"kind": "card", "gateway": "test", "reference": f"pay_{number}"},
                **{"label": "Visa ending 4417", "captured": captured},
            }
        ],
        "shipments": [{"shipped_at": _ago(7), "delivered_at": _ago(5)}],
    }


def _ago(days: int) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


def imported(shop: Shop, folder: Path, *orders: dict[str, Any]) -> None:
    """Give the shop these orders, or one of socks, boots and a mug that cannot go back."""
    file = folder / f"{shop.slug}.json"
    file.write_text(json.dumps(orders or [order(SOCKS, BOOTS, MUG)]), "utf-8")
    command = shop.app.test_cli_runner().invoke(args=["orders", "import", str(file), "--shop", shop.slug])
    assert command.exit_code == 0, command.output
    assert f"{len(orders) or 1} imported" in command.output
