"""A form's operation happens once: a double click, a refresh and a second tab get the first one's answer."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import file_digest, sha256
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from werkzeug.datastructures import FileStorage

from portal.audit import Actor, operations
from portal.db import is_locked, on_postgresql, session
from portal.errors import Conflict, Forbidden
from portal.i18n import Message, dump, load, say
from portal.people.sessions import standing
from portal.web.forms import Form
from portal.web.rendering import go, tell
from portal.web.staff import me

WORD = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNTOLD = frozenset({"csrf_token", "op", "nonce"})
CHANGED = say("This was changed in the meantime. Below is how it stands now; what you typed is still there.")


@dataclass(frozen=True)
class Answer:
    """What an operation came to: where to go on, and what to say there.

    Never bytes, so it can be kept; never a secret either: leave `to` empty where the address is one.
    """

    to: str = ""
    message: Message | None = None
    tone: str = "good"

    def kept(self) -> dict[str, Any]:
        said = dump(self.message) if self.message else None
        return {"to": self.to, "message": said, "tone": self.tone}

    @classmethod
    def again(cls, kept: dict[str, Any]) -> "Answer":
        said = kept["message"]
        return cls(kept["to"], load(said) if said else None, kept["tone"])


def digest() -> str:
    """What was sent, without the fields that are not part of the answer."""
    typed = [(k, v) for k, v in request.form.items(multi=True) if k not in UNTOLD]
    files = [(k, _seal(f)) for k, f in request.files.items(multi=True)]
    return sha256(json.dumps([request.path, sorted(typed), sorted(files)]).encode()).hexdigest()


def _seal(file: FileStorage) -> str:
    sealed = file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return sealed


def once(form: Form, by: Actor, do: Callable[[], Answer]) -> Answer:
    """Do it, or give the answer that it already got.

    The form's thing is locked until the request's end, so a rival that sends the same waits here. Raises
    Conflict if the same form was already answered otherwise, or the thing is no longer what the page showed;
    Forbidden if the person was switched off, signed out or given another role while this waited.
    """
    op, actor, sent = form.op_sent, f"{by.kind}:{by.id}", digest()
    _lock(form.thing)
    if form.stale or not _moves(form):
        prior = operations.answer_of(op, actor, sent)
        if prior is not None:
            return Answer.again(prior)
    if form.stale:
        raise Conflict(CHANGED)
    answer = do()
    _count_on(form, op)
    if not operations.keep(op, actor, sent, answer.kept(), _standing(by, form.thing)):
        raise Forbidden
    return answer


def _standing(by: Actor, thing: Any) -> sa.Select[Any] | None:
    """Who must still be here; nobody where it was about themselves, as to leave a role or to sign out."""
    person = me() if by.kind == "person" else None
    return standing(person) if person and thing.id not in {person.id, person.session_id} else None


def _lock(thing: Any) -> None:
    """On SQLite the whole database is this request's since before the thing was read."""
    if on_postgresql() and not is_locked(thing):
        session.refresh(thing, _afresh(thing), with_for_update={"key_share": True})


def _moves(form: Form) -> bool:
    """Whether the form of what has happened is stale for certain."""
    thing = form.thing
    return form.op is not None and (_counts(thing) or getattr(thing, "version_is_new", False))


def _count_on(form: Form, op: uuid.UUID) -> None:
    """A deed that leaves its thing as it was (one that makes another thing) counts on it all the same.

    Else the page's next form would carry this operation again, and never do anything.
    """
    session.flush()
    thing: Any = form.thing
    if form.op_now == op and _counts(thing):
        thing.version += 1


def _counts(thing: Any) -> bool:
    """Whether its version is a counter; else it follows from other columns."""
    return "version" in sa.inspect(type(thing)).column_attrs


def _afresh(thing: Any) -> list[str]:
    """What the version follows from: the counter alone, or any column."""
    return ["version"] if _counts(thing) else sa.inspect(type(thing)).column_attrs.keys()


def repeated(by: Actor) -> Answer | None:
    """The answer this very form got before, for a view whose thing is no longer what the form was about."""
    op = request.form.get("op", "")
    if not WORD.fullmatch(op):
        return None
    prior = operations.answer_of(uuid.UUID(op), f"{by.kind}:{by.id}", digest(), strictly=False)
    return Answer.again(prior) if prior else None


def see(answer: Answer, to: str = "") -> Response:
    """Go where the answer leads (or to this address, where it says none), and say its message there."""
    if answer.message:
        tell(answer.message, answer.tone)
    return go(answer.to or to)
