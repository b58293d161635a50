"""What the shop's systems hear of an exchange."""

from portal.feed import Fact, Kind, publish
from portal.returns.exchanges.models import Exchange, ExchangeLine


def tell(kind: Kind, exchange: Exchange) -> None:
    """The shop's systems hear of it. When the command holds all its locks."""
    data = {
        "number": exchange.number,
        "order": exchange.return_.order.external_id,
        "lines": [told_line(line) for line in exchange.lines if line.quantity],
        "carrier": exchange.carrier,
        "tracking": exchange.tracking,
    }
    about = exchange.return_id
    publish([Fact(kind, exchange.id, about, exchange.value, exchange.currency, data)])


def told_line(line: ExchangeLine) -> dict[str, object]:
    return {"sku": line.sku, "quantity": line.quantity, "value": line.value, "taxes": dict(line.taxes)}
