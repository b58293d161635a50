"""Files of products that people put in at the desk."""

from portal.audit import Event
from portal.catalogue.facts import ProductFacts
from portal.catalogue.importing import store
from portal.catalogue.reading import FORMATS, read
from portal.catalogue.reading.telling import format_of
from portal.catalogue.storing import digest
from portal.i18n import Message, say
from portal.orders.files.content import CONTENTS, Claims, Content, Holds


def rival(claims: Claims, product: ProductFacts) -> Message | None:
    """Says which SKU an earlier product of the file offers; else notes those that this one offers."""
    mine = product.external_id, product.title
    skus = [(product.source, v.sku) for v in product.variants if v.sku and product.offers(v)]
    for source, sku in skus:
        id, title = claims.get((source, sku), mine)
        if id != product.external_id:
            return say("the SKU {sku} is offered as {title} already", sku=sku, title=title)
    claims.update(dict.fromkeys(skus, mine))
    return None


CONTENTS[Holds.PRODUCTS] = Content(
    formats=FORMATS,
    format_of=format_of,
    read=lambda file, format, terms: read(file, terms.currency, format),
    store=lambda batch, terms: (store(batch, terms.at), []),
    mark=lambda product: ((product.source, product.external_id), digest(product)),
    size=lambda product: len(product.variants),
    rival=rival,
    imported=Event.PRODUCTS_IMPORTED,
    confirmed=Event.PRODUCT_FILE_CONFIRMED,
    discarded=Event.PRODUCT_FILE_DISCARDED,
)
