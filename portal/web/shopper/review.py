"""The last step: every line of the money, and the request itself."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import g, request, url_for

from portal.catalogue.reserving import SoldOut
from portal.errors import Conflict
from portal.i18n import Amount, say
from portal.policies import Answer as Verdict
from portal.policies import Resolution
from portal.policies.promises import SENDINGS
from portal.refunds.quoting import keeps, quote
from portal.returns.claiming import free_units
from portal.returns.exchanges.holding import goes_ahead, words_of
from portal.returns.exchanges.picking import Pick, lacks, picked
from portal.returns.judging import judged
from portal.returns.models import Return
from portal.returns.sending import sending_of, sendings
from portal.returns.submitting import submit
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, repeated, see
from portal.web.photographs import album_of
from portal.web.rendering import go, page
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.shots import drafts_at
from portal.web.shopper.statement import by_quote, statement
from portal.web.shopper.wizard import get, post
from portal.web.shopper.wording import arriving, destination, fee_warnings, warnings
from portal.web.shops import this_face


class Review(Form):
    """One hand-written field, "shown": the amount that the shopper said yes to, in minor units."""


@get("/orders/<uuid:order>/review")
def review(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    missing = due_before("review", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    if draft.gift and draft.proven_at is None:
        return go(address("proof", order))
    return _page(draft)


@post("/orders/<uuid:order>/review")
@redrawn(by=review)
def request_return(order: uuid.UUID) -> Any:
    draft = draft_for(order, lock=True)
    if draft is None:
        before = repeated(actor())
        return see(before) if before else go(address("items", order))
    form = Review(thing=draft, action="submit")
    if not form.sent():
        return _page(draft, form), 422
    return see(once(form, actor(), lambda: _request(draft)))


def _request(draft: Return) -> Answer:
    assert draft.resolution
    plan = quote(draft, draft.resolution)
    if not draft.gift and request.form.get("shown") != str(plan.balance):
        amount = Amount(plan.worth, draft.currency)
        raise Conflict(say("It comes to {amount} now. Look at it once more, please.", amount=amount))
    submit(draft, plan.amount, this_face().zone, actor())
    return Answer(url_for(".done", order=draft.order_id, id=draft.id))


def _page(draft: Return, form: Review | None = None) -> str:
    assert draft.resolution
    form = form or Review(thing=draft, action="submit")
    picks = picked(draft) if draft.resolution is Resolution.EXCHANGE else []
    _say_what_is_gone(draft, picks, form)
    plan = quote(draft, draft.resolution)
    parts = by_quote(draft, plan)
    numbers = free_units(draft)
    sent = sorted(draft.lines, key=lambda line: line.order_line.position)
    kept = keeps(draft)
    coming = [(line, numbers[line.id]) for line in sent if line.id not in kept]
    return page(
        "shopper/review.html",
        form=form,
        draft=draft,
        plan=plan,
        words_of=words_of,
        picks=picks,
        gone=bool(form.at_places),
        groups=statement(draft, plan, parts),
        legs=[row for leg in plan.legs for row in arriving(destination(draft, leg), leg)],
        sent=[(line, draft.policy.policy.reason(line.reason or "")) for line in sent],
        ahead=goes_ahead(draft),
        warnings=[
            *warnings(coming, draft.policy.policy),
            *fee_warnings(draft, coming),
        ],
        person=_asks_a_person(draft),
        kept=kept,
        album=album_of(draft.id, drafts_at(draft.order_id)),
        sending=SENDINGS[sending_of(draft)] if len(sendings(draft)) > 1 and not draft.gift else None,
        way=way(draft.order_id),
    )


def _say_what_is_gone(draft: Return, picks: Sequence[Pick], form: Review) -> None:
    """At the article, whether the request was refused for that or is not sent yet."""
    gone = lacks(draft, picks) if picks else {}
    form.at_places |= {str(line): why for line, why in gone.items()}
    if gone and isinstance(g.get("refused"), SoldOut):
        g.refusal = None


def _asks_a_person(draft: Return) -> bool:
    """Whether somebody looks at it first: the same rules as at the request."""
    return any(verdict.answer is Verdict.REVIEW for verdict in judged(draft, this_face().zone).values())
