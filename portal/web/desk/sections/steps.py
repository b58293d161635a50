"""The buttons of a list: taking a rule out, moving it."""

import uuid
from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired

from portal.policies import Configuration
from portal.web.desk.sections.base import Rows
from portal.web.desk.sections.shaping import seal as seal_of
from portal.web.forms import STALE, OneOff


class Step(OneOff):
    """A button about a rule: `seen` is the seal of what the page showed of it."""

    seen = HiddenField(validators=[InputRequired(STALE)])

    def __init__(self, *args: Any, seal: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.seal = seal

    @property
    def stale(self) -> bool:
        return bool(self.seen.data != self.seal)


@dataclass(frozen=True)
class Mark:
    """What a page draws of a Step."""

    seal: str

    @property
    def nonce_now(self) -> uuid.UUID:
        return uuid.uuid4()


def order_seal(rows: Rows, config: Configuration) -> str:
    return seal_of([rows.id(rule) for rule in rows.of(config.policy)])
