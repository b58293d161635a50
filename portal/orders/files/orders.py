"""Files of orders."""

from portal.audit import Event
from portal.orders.files.content import CONTENTS, Content, Holds
from portal.orders.importing import store
from portal.orders.reading import FORMATS, read
from portal.orders.reading.telling import format_of
from portal.orders.storing import digest

CONTENTS[Holds.ORDERS] = Content(
    formats=FORMATS,
    format_of=format_of,
    read=lambda file, format, terms: read(file, format),
    store=lambda batch, terms: store(batch),
    mark=lambda order: ((order.source, order.external_id), digest(order)),
    size=lambda order: 1,
    rival=lambda claims, order: None,
    imported=Event.ORDERS_IMPORTED,
    confirmed=Event.ORDER_FILE_CONFIRMED,
    discarded=Event.ORDER_FILE_DISCARDED,
)
