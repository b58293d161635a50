"""The third step: what the shopper would like for it. Every offer beside the others, exact to the cent."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import g, request

from portal.errors import Conflict
from portal.i18n import Message, say
from portal.policies import Resolution, Sending
from portal.policies.promises import SENDINGS, money_goes_out
from portal.refunds.planning import Plan
from portal.refunds.quoting import quote
from portal.returns.drafting import choose_resolution, must_be_draft, offered
from portal.returns.models import Return
from portal.returns.sending import sending_of, sendings
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.wizard import get, post
from portal.web.shopper.wording import TITLES, lasting, whereto

FREE = {Sending.LABEL: say("The return label is free"), Sending.QR: say("The way back is free")}


@dataclass(frozen=True)
class Offer:
    """A resolution with what it comes to, where that goes and when."""

    resolution: Resolution
    title: Message
    amount: int
    lines: list[tuple[str, Message]]


class Outcome(Form):
    """One hand-written choice, "resolution"."""


@get("/orders/<uuid:order>/resolution", gifts=False)
def resolution(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    missing = due_before("resolution", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    return _page(draft)


@post("/orders/<uuid:order>/resolution", gifts=False)
@redrawn(by=resolution)
def keep_resolution(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    form = _form(draft)
    if not form.sent():
        return _page(draft, form), 422
    return see(once(form, actor(), lambda: _keep(draft)))


def _keep(draft: Return) -> Answer:
    must_be_draft(draft)
    choose_resolution(draft, typed(), actor())
    exchanged = draft.resolution is Resolution.EXCHANGE
    return Answer(address("exchange" if exchanged else "review", draft.order_id))


def typed() -> Resolution | None:
    word = request.form.get("resolution", "")
    return Resolution(word) if word in set(Resolution) else None


def _form(draft: Return) -> Outcome:
    return Outcome(thing=draft, action="resolution", places={"resolution"})


def _overtaken(draft: Return) -> Resolution | None:
    """What was chosen elsewhere in the meantime, where this form was refused for that; and says so."""
    now = draft.resolution
    if now is None or now is typed() or not isinstance(g.get("refused"), Conflict):
        return None
    sentence = "In another window or on another device, {now} was chosen in the meantime. That holds now."
    g.refusal = ("brand", say(sentence, now=TITLES[now]))
    return now


def _page(draft: Return, form: Outcome | None = None) -> str:
    plans = {resolution: quote(draft, resolution) for resolution in offered(draft)}
    return page(
        "shopper/resolution.html",
        form=form or _form(draft),
        draft=draft,
        offers=[offer_of(draft, way, plan) for way, plan in plans.items()],
        chosen=typed() if request.method == "POST" else draft.resolution,
        overtaken=_overtaken(draft),
        short=any(plan.cut for plan in plans.values()),
        sending=SENDINGS[sending_of(draft)] if len(sendings(draft)) > 1 else None,
        way=way(draft.order_id),
    )


def _exchanging(draft: Return) -> list[tuple[str, Message]]:
    terms = draft.policy.policy.exchange
    now = say("Sent as soon as your return is approved")
    after = say("Sent when we have checked your parcel")
    return [
        ("repeat-2", say("Another size or colour, or anything else of ours")),
        ("scale", say("So much is counted for it. You pay, or get back, the difference")),
        ("truck", now if terms.ship == "at_once" else after),
    ]


def offer_of(draft: Return, resolution: Resolution, plan: Plan) -> Offer:
    policy = draft.policy.policy
    by = sending_of(draft)
    paid = by is not Sending.OWN and policy.ships_free(resolution, by)
    free = [("check", FREE[by])] if paid else []
    if resolution is Resolution.EXCHANGE:
        return Offer(resolution, TITLES[resolution], plan.worth, [*_exchanging(draft), *free])
    lines = [*whereto(draft, plan), ("calendar", money_goes_out(policy)), *free]
    if lasts := lasting(resolution, policy):
        lines.append(("check", lasts))
    return Offer(resolution, TITLES[resolution], plan.worth, lines)
