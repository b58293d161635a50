"""Guessing a PIN at a shared tablet from many processes at once."""

import uuid
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import locked, session
from portal.errors import Refusal
from portal.people import User, passwords, tablets, throttle
from portal.people.models import Attempt, StaffSession
from portal.people.roles import Role
from portal.people.sessions import hash_of
from portal.people.throttle import PIN, TooMany
from tests.harness.trading import Trade
from tests.races.racing import DONE, PATIENCE, REFUSED, Ground, Racer, race

pytestmark = pytest.mark.race
THREADS, PROCESSES = 4, 3


def shared(trade: Trade) -> uuid.UUID:
    """A tablet, by the token "tablet", at which somebody of the warehouse could work; who that is."""
    who = trade.shop.actor(Role.WAREHOUSE).id
    assert who
    with trade.shop.transaction():
        locked(User, who).pin_hash = passwords.hashed_pin("2807")
        now = clock.now()
        tablet = StaffSession(user_id=who, token_hash=hash_of("tablet"), created_at=now, seen_at=now)
        tablet.tablet = True
        session.add(tablet)
    return who


def guess(trade: Trade, who: uuid.UUID, pin: str = "0000") -> None:
    """Refused is a guess that was compared with the PIN; done is one that nobody looked at any more."""
    try:
        with trade.shop.transaction():
            tablets.take_over("tablet", who, pin, "203.0.113.7")
    except TooMany:
        return


def looks_then_counts(between: Any) -> None:
    """A throttle that looks how many tries there were before it writes down the new one."""

    def knock(what: str, limits: Any, **subjects: str) -> Any:
        rows = [throttle._row(f"{what}.{name}", subjects[name]) for name in limits]
        with throttle._aside():
            many = [throttle._count(row["subject"]) for row in rows]
        between.wait(PATIENCE)
        if any(n >= most for n, most in zip(many, limits.values(), strict=True)):
            raise TooMany(throttle.WAIT)
        with throttle._aside():
            session.execute(sa.insert(Attempt), rows)
        return throttle.Try(tuple(row["id"] for row in rows))

    tablets.knock = knock  # type: ignore[attr-defined]


def test_no_more_guesses_get_through_from_many_processes_than_from_one(trade: Trade, ground: Ground) -> None:
    who = shared(trade)
    found = Counter(race(ground, *[Racer(guess, [who], threads=THREADS)] * PROCESSES))
    assert found[REFUSED] <= PIN["account"] and set(found) <= {DONE, REFUSED}
    for _ in range(PIN["account"]):
        try:
            guess(trade, who)
        except Refusal:
            found[REFUSED] += 1
    assert found[REFUSED] == PIN["account"]
    guess(trade, who, "2807")
    with trade.shop.transaction(reading=True):
        assert session.scalars(sa.select(StaffSession.hand_id)).one() is None


def test_without_the_counting_every_guess_gets_through(trade: Trade, ground: Ground) -> None:
    """The control of the race above."""
    who = shared(trade)
    racers = [Racer(guess, [who], careless=looks_then_counts, threads=THREADS)] * PROCESSES
    assert Counter(race(ground, *racers)) == {REFUSED: THREADS * PROCESSES}
