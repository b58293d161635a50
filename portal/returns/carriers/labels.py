"""The paper for a parcel: the carrier's label where there is one, else the shop's address."""

from portal.documents.codes import public_address
from portal.documents.labels import carrier_label, return_label
from portal.documents.values import CarrierLabel, Paper, ReturnLabel
from portal.i18n import Voice
from portal.returns.carriers import pool
from portal.returns.carriers.addresses import shop_address, shopper_address
from portal.returns.carriers.simulated import SimulatedCarrier
from portal.returns.models import Parcel
from portal.tenants import Tenant


def label_pdf(parcel: Parcel, shop: Tenant, shop_url: str, paper: Paper, voice: Voice) -> bytes:
    """The PDF to print. A label of the shop's pool comes as it was added, whatever the paper."""
    if pooled := pool.label_of(parcel.id):
        return pooled.pdf
    if parcel.carrier == SimulatedCarrier.title:
        return carrier_label(_carried(parcel, shop, shop_url), paper, voice)
    return return_label(_addressed(parcel, shop, shop_url), paper, voice)


def _carried(parcel: Parcel, shop: Tenant, shop_url: str) -> CarrierLabel:
    order, number = parcel.return_.order, parcel.return_.number or ""
    return CarrierLabel(
        number=number,
        url=public_address(shop_url, number),
        carrier=parcel.carrier,
        tracking=parcel.tracking,
        sender=shopper_address(parcel.return_, shop),
        to=shop_address(order, shop),
    )


def _addressed(parcel: Parcel, shop: Tenant, shop_url: str) -> ReturnLabel:
    order, number = parcel.return_.order, parcel.return_.number or ""
    return ReturnLabel(
        number=number,
        url=public_address(shop_url, number),
        shop=shop.name,
        sender=shopper_address(parcel.return_, shop).name,
        to=shop_address(order, shop),
    )
