"""The documents that the tests draw."""

from datetime import date

from portal.documents.codes import public_address
from portal.documents.values import Address, CarrierLabel, PackingSlip, ReturnLabel, SlipLine
from portal.i18n import Voice

NUMBER = "7K2MQ9XDK"
URL = public_address("https://returns.example/fjell/", NUMBER)
VOICE = Voice("en-GB", "Europe/Berlin")
WAREHOUSE = Address("Fjell & Faden GmbH", ("Werftstraße 114, Halle 2", "24939 Flensburg"))
HOME = Address("Annelie Bøgelund", ("Große Straße 48", "24937 Flensburg"))


def label(
    sender: str = "Annelie Bøgelund", shop: str = "Fjell & Faden", to: Address = WAREHOUSE
) -> ReturnLabel:
    return ReturnLabel(NUMBER, URL, shop, sender, to)


def carrier(tracking: str = "TEST00340434160941", to: Address = WAREHOUSE) -> CarrierLabel:
    return CarrierLabel(NUMBER, URL, "Simulated carrier", tracking, HOME, to, "Parcel", 2350)


def slip(*lines: SlipLine, shop: str = "Fjell & Faden", order: str = "FF-20418") -> PackingSlip:
    return PackingSlip(NUMBER, URL, shop, order, WAREHOUSE, lines, date(2026, 11, 26))
