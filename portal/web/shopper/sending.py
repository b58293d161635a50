"""How it is sent back, where the policy offers several ways: each beside the others, with what it costs."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import request

from portal.i18n import Amount, Message, say
from portal.policies import Sending
from portal.policies.promises import SENDINGS
from portal.returns.drafting import must_be_draft
from portal.returns.models import Return
from portal.returns.sending import choose_sending, sendings, shipping_for
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.wizard import get, post
from portal.web.shopper.wording import TITLES


@dataclass(frozen=True)
class SendingOffer:
    """A way to send it back with what it costs, and what would make it free."""

    sending: Sending
    title: Message
    text: Message
    cost: Message | Amount
    free_for: list[Message]


class SendingForm(Form):
    """One hand-written choice, "sending"."""


@get("/orders/<uuid:order>/sending", gifts=False)
def sending(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    missing = due_before("sending", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    return _page(draft)


@post("/orders/<uuid:order>/sending", gifts=False)
@redrawn(by=sending)
def keep_sending(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    form = _form(draft)
    if not form.sent():
        return _page(draft, form), 422
    return see(once(form, actor(), lambda: _keep(draft)))


def _keep(draft: Return) -> Answer:
    must_be_draft(draft)
    choose_sending(draft, _typed(), actor())
    return Answer(address("resolution", draft.order_id))


def _typed() -> Sending | None:
    word = request.form.get("sending", "")
    return Sending(word) if word in set(Sending) else None


def _form(draft: Return) -> SendingForm:
    return SendingForm(thing=draft, action="sending", places={"sending"})


def _page(draft: Return, form: SendingForm | None = None) -> str:
    return page(
        "shopper/sending.html",
        form=form or _form(draft),
        draft=draft,
        offers=[_offer(draft, sending) for sending in sendings(draft)],
        chosen=_typed() if request.method == "POST" else draft.sending,
        way=way(draft.order_id),
    )


def _offer(draft: Return, sending: Sending) -> SendingOffer:
    policy, cost = draft.policy.policy, shipping_for(draft, sending)
    said: Message | Amount = Amount(cost, draft.currency) if cost else say("Free")
    if sending is Sending.OWN:
        said = say("You pay the carrier")
    free = [TITLES[way] for way in policy.resolutions if cost and policy.ships_free(way, sending)]
    return SendingOffer(sending, *SENDINGS[sending], said, free)
