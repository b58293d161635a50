"""Where the parcel with the other article is told of: the carrier's own page about it."""

from urllib.parse import quote

from portal.returns.exchanges.models import Exchange

# Where carriers tell of a parcel by its number.
PAGES = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id=",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr=",
    "ups": "https://www.ups.com/track?tracknum=",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
}


def tracked_at(exchange: Exchange | None) -> str:
    """The carrier's page about its parcel; "" where that is not known."""
    if exchange is None or not exchange.tracking:
        return ""
    page = PAGES.get(exchange.carrier.lower(), "")
    return page and page + quote("".join(exchange.tracking.split()), safe="")
