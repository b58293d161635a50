"""A request that names itself happens once: the same again gets the same answer."""

import re
import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import request

from portal.audit import operations
from portal.errors import Conflict
from portal.web.actor import actor
from portal.web.problems import Fault, Wrong

HEADER = "Idempotency-Key"
_NAME = re.compile(r"[!-~]{1,200}")
Said = dict[str, Any]


def once(raw: bytes, do: Callable[[], Said]) -> tuple[Said, bool]:
    """What `do` answers, and whether it is the answer to an earlier request with this key of the header.

    The answer is kept in the transaction of the effect. Raises Wrong with 409 where the key came with another
    body before. Waits for a rival that is doing the same now.
    """
    name = request.headers.get(HEADER)
    if name is None:
        return do(), False
    if not _NAME.fullmatch(name):
        why = "1 to 200 visible ASCII characters"
        raise Wrong(422, faults=[Fault(HEADER, why, "header")])
    op = uuid.uuid5(_named(), f"{request.method} {request.path}/{name}")
    prior = _prior(op, sha256(raw).hexdigest())
    if prior is not None:
        return prior, True
    answer = do()
    operations.finish(op, answer)
    return answer, False


def _prior(op: uuid.UUID, digest: str) -> Said | None:
    try:
        return operations.begin(op, f"api:{_named()}", digest)
    except Conflict:
        raise Wrong(409, f"This {HEADER} came with another body before.") from None


def _named() -> uuid.UUID:
    """The key of the shop's system that asks: keys do not see each other's requests."""
    id = actor().id
    assert id
    return id
