"""Authorizing many returns: what was chosen on the board is shown, then each is authorized by itself."""

import sys
import uuid
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from portal.audit.operations import begin, finish, operation_id
from portal.db import locked, transaction
from portal.errors import NotFound, Refusal
from portal.i18n import say
from portal.returns import Return
from portal.returns.deciding import authorize
from portal.views.chosen import Chosen, chosen
from portal.views.paging import MOST
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.deciding import DECIDING
from portal.web.forms import Plain
from portal.web.operations import WORD, Answer, see
from portal.web.rendering import page
from portal.web.staff import permitted

ACTION = "authorize"


@desk.get("/authorize")
@permitted(*DECIDING)
def authorizing() -> str:
    """The chosen returns as they now stand: those that wait for a decision, and the others."""
    rows = chosen(_ids(request.args.getlist("return")))
    return page(
        "desk/authorize.html",
        form=Plain(),
        waiting=[row for row in rows if row.waits],
        others=[row for row in rows if not row.waits],
        op=_op,
        w=wording,
    )


@desk.post("/authorize")
@permitted(*DECIDING)
def authorize_many() -> Any:
    """Each in a transaction of its own, so that one that is refused keeps none of the others back.

    Its operation is that of the return as the page showed it: repeated, it gets the answer it got, and one
    that has changed since is left alone. The number of statements grows with the returns, at most MOST.
    """
    ids = _ids(request.form.getlist("return"))
    done = [id for id in ids if _authorize(id, request.form.get(f"op-{id}", ""))]
    back = f"{url_for('desk.authorizing')}?{urlencode([('return', str(id)) for id in ids])}"
    return see(_told(len(done), len(ids) - len(done), back))


def _told(done: int, left: int, back: str) -> Answer:
    if not left:
        return Answer(back, say("Authorized: {n}. The shoppers get their labels by mail.", n=done))
    sentence = "Authorized: {n}. Not authorized: {left}, which changed or were in use. They stand below."
    return Answer(back, say(sentence, n=done, left=left), "warn")


def _ids(texts: list[str]) -> list[uuid.UUID]:
    return [uuid.UUID(text) for text in dict.fromkeys(texts) if WORD.fullmatch(text)][:MOST]


def _op(row: Chosen) -> uuid.UUID:
    return operation_id(row.id, ACTION, row.version)


def _authorize(id: uuid.UUID, op: str) -> bool:
    """Whether it is authorized by this operation, now or before."""
    try:
        with transaction(g.shop.region, g.shop.id):
            return WORD.fullmatch(op) is not None and _do(id, uuid.UUID(op))
    except (Refusal, NotFound):
        return False
    except SQLAlchemyError:
        current_app.log_exception(sys.exc_info())
        return False


def _do(id: uuid.UUID, op: uuid.UUID) -> bool:
    by = actor()
    if begin(op, f"{by.kind}:{by.id}", f"{ACTION}/{id}") is not None:
        return True
    return_ = locked(Return, id)
    if op != operation_id(id, ACTION, return_.version):
        raise Refusal(say("This has changed."))
    authorize(return_, by)
    finish(op, {})
    return True
