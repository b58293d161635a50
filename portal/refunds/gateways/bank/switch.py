"""The switch by which a shop makes its simulated bank misbehave."""

import sqlite3
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

LONGEST = 30  # seconds; a request has its effect within them or never


class Mode(StrEnum):
    NORMAL = "normal"
    PENDING = "pending"  # accepted, and settled later
    FAIL_LATER = "fail_later"  # succeeds at once, and fails later
    DECLINE = "decline"
    LOSE_ANSWER = "lose_answer"  # done, and the connection cut
    LOSE_REQUEST = "lose_request"  # never arrived
    DOWN = "down"  # nothing is reached, looking up neither


@dataclass(frozen=True)
class Switch:
    """How the bank treats a shop's requests for refunds.

    Each takes `slow` seconds. What changes later does so after `later` seconds, or with None when a person
    turns it. After `times` requests the bank is normal again; None: it stays as it is.
    """

    mode: Mode = Mode.NORMAL
    slow: int = 0
    later: int | None = 20
    times: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.slow <= LONGEST:
            raise ValueError(f"a request takes 0 to {LONGEST} seconds")


def read_switch(file: sqlite3.Connection, shop: str) -> Switch:
    row = file.execute("SELECT mode, slow, later, times FROM switch WHERE shop = ?", (shop,)).fetchone()
    return Switch(Mode(row["mode"]), row["slow"], row["later"], row["times"]) if row else Switch()


def write_switch(file: sqlite3.Connection, shop: str, switch: Switch) -> None:
    file.execute(
        "INSERT OR REPLACE INTO switch VALUES (:shop, :mode, :slow, :later, :times)",
        {"shop": shop, **asdict(switch)},
    )


def take_switch(file: sqlite3.Connection, shop: str) -> Switch:
    """The switch for one request, which counts it."""
    switch = read_switch(file, shop)
    if switch.times is not None:
        left = switch.times - 1
        write_switch(file, shop, replace(switch, times=left) if left > 0 else Switch())
    return switch
