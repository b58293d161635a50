"""Who acts. Verbs take an actor as `by`; nothing looks for one elsewhere."""

import uuid
from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "shopper", "recipient", "job", "api", "system"]


@dataclass(frozen=True)
class Actor:
    """A person of the staff (user id), a shopper (order id), a gift's recipient (the visit's id), a job (job
    id), a system of the shop's own (its key's id) or the installation itself."""

    kind: Kind
    id: uuid.UUID | None = None


SYSTEM = Actor("system")
