"""A file of orders or products and its fate, the bytes of it while they are needed, and what was refused."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside
from portal.errors import Conflict
from portal.i18n import say
from portal.orders.files.content import CONTENTS, Content, Holds


class FileState(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    REJECTED = "rejected"
    DISCARDED = "discarded"
    EXPIRED = "expired"


class Phase(StrEnum):
    """A way through the whole file: what would come of it, and what came of it."""

    CHECK = "check"
    IMPORT = "import"


S = FileState
LIFECYCLE: Mapping[tuple[FileState, str], FileState] = {
    (S.CHECKING, "check"): S.CHECKED,
    (S.CHECKING, "reject"): S.REJECTED,
    (S.CHECKING, "expire"): S.EXPIRED,
    (S.CHECKED, "confirm"): S.IMPORTING,
    (S.CHECKED, "discard"): S.DISCARDED,
    (S.CHECKED, "expire"): S.EXPIRED,
    (S.IMPORTING, "finish"): S.DONE,
    (S.IMPORTING, "reject"): S.REJECTED,
    (S.IMPORTING, "expire"): S.EXPIRED,
}
WORKING = {Phase.CHECK: S.CHECKING, Phase.IMPORT: S.IMPORTING}


class ImportFile(Tenanted, Base):
    """A file as somebody put it in; `sha256` of its bytes.

    `taken` things of it are settled in the phase that runs, up to the byte `read`, but for those whose
    numbers (from 0) are `waiting`: they were in use. `checked` and `imported` are how many of them came to
    what, by outcome. `problem` says why it was rejected.
    """

    __tablename__ = "import_file"
    __table_args__ = (sa.Index(None, "tenant_id", "created_at", "id"),)
    holds: Mapped[Holds] = mapped_column(choice(Holds))
    name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    format: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[FileState] = mapped_column(choice(FileState), default=FileState.CHECKING)
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]
    checked_at: Mapped[datetime | None]
    confirmed_by: Mapped[uuid.UUID | None]
    ended_at: Mapped[datetime | None]
    taken: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[list[Any]] = mapped_column(default=list)
    checked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so

    def step(self, event: str) -> None:
        """Raises Conflict when the event is not legal now."""
        after = LIFECYCLE.get((self.state, event))
        if after is None:
            raise Conflict(say("This is no longer possible: the file is {state}.", state=WORDS[self.state]))
        self.state = after

    @property
    def content(self) -> Content:
        """How what it holds is read and stored."""
        return CONTENTS[self.holds]

    @property
    def working(self) -> bool:
        """Whether the worker has it in hand."""
        return self.state in WORKING.values()

    @property
    def phase(self) -> Phase:
        """The last way through it that was begun."""
        return Phase.IMPORT if self.confirmed_by or self.state in (S.IMPORTING, S.DONE) else Phase.CHECK

    @property
    def counts(self) -> dict[str, Any]:
        """Of that phase, so far."""
        return self.imported if self.phase is Phase.IMPORT else self.checked

    @property
    def percent(self) -> int:
        """How far the phase has come. By things where it is known how many there are, else by bytes."""
        whole = sum(self.checked.values()) if self.phase is Phase.IMPORT else 0
        done, all_ = (self.taken, whole) if whole else (self.read, self.size)
        return min(100, done * 100 // all_) if all_ else 0


WORDS = {
    S.CHECKING: say("being looked through"),
    S.CHECKED: say("waiting to be confirmed"),
    S.IMPORTING: say("being imported"),
    S.DONE: say("imported"),
    S.REJECTED: say("rejected"),
    S.DISCARDED: say("thrown away"),
    S.EXPIRED: say("gone, since nobody imported it within a day"),
}


class FilePart(Tenanted, Base):
    """Some bytes of a file, the parts one after another from 0. They go as soon as the file has ended."""

    __tablename__ = "import_file_part"
    __table_args__ = (sa.UniqueConstraint("file_id", "no"),)
    file_id: Mapped[uuid.UUID] = inside("import_file", indexed=True)
    no: Mapped[int]
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Remark(Tenanted, Base):
    """What of a file is refused: which one of it (from 0), its first line, its number, and why."""

    __tablename__ = "import_file_remark"
    __table_args__ = (sa.UniqueConstraint("file_id", "phase", "no"),)
    file_id: Mapped[uuid.UUID] = inside("import_file", indexed=True)
    phase: Mapped[Phase] = mapped_column(choice(Phase))
    no: Mapped[int]
    line: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(120))
    reason: Mapped[dict[str, Any]]
