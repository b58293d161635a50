"""A configuration that is exported and imported elsewhere decides the same, to the byte."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from portal.policies import Configuration, Grade
from portal.policies.document import Policy
from portal.policies.rules import Facts, conditions_for, disposition_for, fee_for, judge, worth_of
from portal.policies.verdicts import dump_verdict
from portal.policies.writing import read, written
from tests.harness.trading import policy, whole
from tests.policies.facts import PLAIN

TAGS = ["hat", "electronics", "bulky", "final-sale", "sealed"]
HATS = {"tags": ["hat"]}
CHEAP = {"id": "cheap", "match": HATS, "label": "Hats", "points": 777, "maximum": {"EUR": 300}}
MINE = whole(
    policy(
        window={"days": 21, "transit_days": 4},
        windows=[{"id": "hats", "match": HATS, "label": "Hats", "days": 60}],
        extend={"weekends": ["saturday", "sunday"]},
        fees=[CHEAP, {"id": "used", "match": {}, "label": "Used", "grades": ["C"], "fixed": {"EUR": 199}}],
        placings=[{"id": "hats", "match": HATS, "disposition": "donate"}],
        agent_limit={"EUR": 1},
    )
)


def requests(n: int) -> Iterator[Facts]:
    draw = random.Random(300)
    for _ in range(n):
        placed = PLAIN.now - timedelta(minutes=draw.randrange(120 * 24 * 60))
        yield replace(
            PLAIN,
            sku=f"SKU-{draw.randrange(5)}",
            tags=frozenset(draw.sample(TAGS, draw.randrange(3))),
            category=draw.choice(["Home", "Shoes", "Electronics"]),
            claimed=draw.randrange(3),
            value=draw.randrange(40_000),
            placed_at=placed,
            shipped_at=placed + timedelta(days=1),
            delivered_at=draw.choice([None, placed + timedelta(days=3)]),
        )


def decided(by: Policy, n: int = 300) -> bytes:
    """Verdicts, fees, conditions, places and worths as they would be exported."""
    told: list[Any] = []
    for facts in requests(n):
        told.append(dump_verdict(judge(facts, by, 1)))
        told.append([condition.id for condition in conditions_for(facts, by)])
        for grade in Grade:
            place = disposition_for(facts, by, grade)
            fee = fee_for(facts, by, grade=grade)
            told.append([fee and fee.model_dump(mode="json"), place, worth_of(facts, by, place)])
    return json.dumps(told).encode()


def moved(configuration: Configuration) -> Configuration:
    return read(written(configuration).encode())


def test_three_hundred_requests_come_to_the_same_in_both_shops() -> None:
    there = moved(MINE)
    assert there.documents == MINE.documents
    assert decided(there.policy) == decided(MINE.policy)
    assert decided(whole(policy()).policy) != decided(MINE.policy)  # it could be seen
