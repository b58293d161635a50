"""The mails about a return or an order, and having one sent again."""

import uuid
from typing import Any

from flask import url_for

from portal.db import find, locked
from portal.i18n import say
from portal.notices import Notice, send_again
from portal.orders.links import mail_another
from portal.orders.models import Order
from portal.people import Permission
from portal.refunds.questions.asking import mail_like
from portal.returns import Return
from portal.tenants import locked_shop
from portal.views.mailed import mails_to, notice_of
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.forms import Ask
from portal.web.desk.record import drawn
from portal.web.errors import redrawn
from portal.web.forms import Button
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted


@desk.get("/orders/<uuid:order>/mails")
@permitted(*READING)
def order_mails(order: uuid.UUID) -> str:
    """All that was mailed to the order's address."""
    return page(
        "desk/order_mails.html",
        order=find(Order, order),
        mails=mails_to(order),
        mail_again=lambda notice: Button(notice, "again"),
        w=wording,
    )


def _where(notice: uuid.UUID) -> str:
    """The page on which the notice stands."""
    found = notice_of(notice)
    if found.return_id:
        return drawn(found.return_id)
    assert found.order_id
    return str(order_mails(order=found.order_id))


@desk.post("/notices/<uuid:notice>/again")
@permitted(*READING, Permission.WRITE_MESSAGES)
@redrawn(by=_where)
def mail_again(notice: uuid.UUID) -> Any:
    found = notice_of(notice)
    form = Ask(thing=found, action="again")
    if not form.sent():
        return _where(notice), 422
    do = _repeat if found.return_id else _another
    return see(once(form, actor(), lambda: do(found)))


def _repeat(notice: Notice) -> Answer:
    assert notice.return_id
    return_ = locked(Return, notice.return_id)
    if mail_like(return_, notice.event):
        return Answer(url_for("desk.record", id=return_.id), say("A new link is on its way."))
    send_again(locked(Notice, notice.id), return_, actor())
    return Answer(url_for("desk.record", id=return_.id), say("The mail is on its way again."))


def _another(notice: Notice) -> Answer:
    assert notice.order_id
    mail_another(find(Order, notice.order_id), notice, locked_shop(), actor())
    return Answer(url_for("desk.order_mails", order=notice.order_id), say("A new link is on its way."))
