"""A return's label and packing slip, for staff who print them for its shopper."""

import uuid

from flask import Response

from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.shopper.links import whole_return
from portal.web.shopper.papers import label_of, slip_of
from portal.web.staff import permitted


@desk.get("/returns/<uuid:id>/label.pdf")
@permitted(*READING)
def return_label(id: uuid.UUID) -> Response:
    return label_of(whole_return(id))


@desk.get("/returns/<uuid:id>/slip.pdf")
@permitted(*READING)
def return_slip(id: uuid.UUID) -> Response:
    return slip_of(whole_return(id))
