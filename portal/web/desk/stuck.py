"""Work that failed for good: have it tried again, or throw it away."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import g, request, url_for

from portal.audit import Actor, Chained
from portal.i18n import Message, say
from portal.jobs import watching
from portal.jobs.watching import Trouble
from portal.people import Permission
from portal.tenants import locked_shop
from portal.views import stuck as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Button
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import me, permitted

# What each kind of work does, as one would say it.
KINDS = {
    "refund.send": say("Send a refund"),
    "refund.watch": say("Ask the gateway about a refund"),
    "refund.ready": say("See whether a return is done"),
    "demand.tend": say("Look after a payment link"),
    "demand.hear": say("Look after a payment link"),
    "demand.return": say("Give a payment back"),
    "exchange.go": say("Go on with an exchange"),
    "exchange.at_once": say("Go on with an exchange"),
    "exchange.pay": say("Go on with an exchange"),
    "exchange.over": say("Go on with an exchange"),
    "exchange.settled": say("Go on with an exchange"),
    "exchange.unreturned": say("Go on with an exchange"),
    "return.expire": say("End a return that never came"),
    "label.issue": say("Get a label"),
    "parcel.follow": say("Ask the carrier about a parcel"),
    "parcel.trace": say("Look for a parcel that does not come"),
    "file.check": say("Look through a file"),
    "file.import": say("Import a file"),
    "file.clear": say("Throw away a file"),
    "gift.link": say("Make a link to prove a recipient’s address"),
    "order.link": say("Make a link to an order"),
    "password.link": say("Make a link to a new password"),
    "notice.send": say("Send a mail"),
    "refund.call": say("Send a mail"),
    "policy.call": say("Send a mail"),
    "export.write": say("Write an export"),
    "export.remove": say("Delete an export whose time is over"),
    "shop.day": say("Begin the day: seal the trail, order the daily mail"),
    "shop.move": say("Move the shop to its new address"),
}
Verb = Callable[[uuid.UUID, Actor, Chained], None]


@desk.get("/stuck")
@permitted(Permission.MANAGE_JOBS)
def stuck() -> str:
    found = trouble()
    return page(
        "desk/stuck.html",
        rows=reading.stuck(),
        all=found.dead,
        trouble=found,
        words=told(found),
        kinds=KINDS,
        again=lambda job: Button(job, "retry"),
        away=lambda job: Button(job, "discard"),
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


def trouble() -> Trouble:
    """What keeps the work from being done; asked once a request."""
    if "trouble" not in g:
        g.trouble = watching.trouble()
    found: Trouble = g.trouble
    return found


@desk.context_processor
def banner() -> dict[str, Any]:
    """On every page of those who may do something about it, but not on the page where they do."""
    return {"troubles": _told}


def _told() -> list[Message]:
    person = me()
    concerned = person is not None and person.may(Permission.MANAGE_JOBS)
    return told(trouble()) if concerned and request.endpoint != "desk.stuck" else []


def told(found: Trouble) -> list[Message]:
    """What is wrong, the worst first."""
    words = []
    if found.silent:
        words.append(say("The worker is not running: mails, labels, refunds and imports wait."))
    if found.late:
        minutes = int((found.due or timedelta()).total_seconds() // 60)
        words.append(say("Work has been waiting for {n} minutes.", n=minutes))
    if found.tried:
        many = say("{n} mails do not leave.", n=found.tried)
        words.append(say("1 mail does not leave.") if found.tried == 1 else many)
    if found.dead:
        many = say("{n} pieces of work have failed for good", n=found.dead)
        words.append(say("1 piece of work has failed for good") if found.dead == 1 else many)
    return words
