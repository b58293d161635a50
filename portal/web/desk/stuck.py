"""Work that failed for good: have it tried again, or throw it away."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import g, request, url_for

from portal.audit import Actor, Chained
from portal.i18n import Message, say
from portal.jobs import watching
from portal.people import Permission
from portal.tenants import locked_shop
from portal.views import stuck as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import me, permitted

# What each kind of work does, as one would say it.
KINDS = {
    "refund.send": say("Send a refund"),
    "refund.watch": say("Ask the gateway about a refund"),
    "refund.ready": say("See whether a return is done"),
    "return.expire": say("End a return that never came"),
    "label.issue": say("Get a label"),
    "parcel.follow": say("Ask the carrier about a parcel"),
    "order.link": say("Make a link to an order"),
    "password.link": say("Make a link to a new password"),
    "notice.send": say("Send a mail"),
    "export.write": say("Write an export"),
    "export.remove": say("Delete an export whose time is over"),
    "shop.move": say("Move the shop to its new address"),
}
Verb = Callable[[uuid.UUID, Actor, Chained], None]


@desk.get("/stuck")
@permitted(Permission.MANAGE_JOBS)
def stuck() -> str:
    return page(
        "desk/stuck.html",
        rows=reading.stuck(),
        all=count(),
        kinds=KINDS,
        again=lambda job: Ask(thing=job, action="retry"),
        away=lambda job: Ask(thing=job, action="discard"),
    )


@desk.post("/stuck/<uuid:id>/again")
@permitted(Permission.MANAGE_JOBS)
@redrawn(by=lambda id: stuck())
def retry_job(id: uuid.UUID) -> Any:
    return _judge(id, "retry", watching.retry, say("It is tried again now."))


@desk.post("/stuck/<uuid:id>/away")
@permitted(Permission.MANAGE_JOBS)
@redrawn(by=lambda id: stuck())
def discard_job(id: uuid.UUID) -> Any:
    return _judge(id, "discard", watching.discard, say("Thrown away. It is not tried again."))


def _judge(id: uuid.UUID, action: str, verb: Verb, said: Message) -> Any:
    form = Ask(thing=reading.letter(id), action=action)
    if not form.sent():
        return stuck(), 422

    def do() -> Answer:
        verb(id, actor(), locked_shop())
        return Answer(url_for("desk.stuck"), said)

    return see(once(form, actor(), do))


def count() -> int:
    """How much waits; asked once a request."""
    if "stuck" not in g:
        g.stuck = watching.dead()
    n: int = g.stuck
    return n


@desk.context_processor
def banner() -> dict[str, Any]:
    """On every page of those who may do something about it, but not on the page where they do."""
    return {"stuck_work": _told}


def _told() -> int:
    person = me()
    concerned = person is not None and person.may(Permission.MANAGE_JOBS)
    return count() if concerned and request.endpoint != "desk.stuck" else 0
