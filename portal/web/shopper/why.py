"""Why a return was judged as it was, for who asked for it: the same sentences that the desk reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.policies import Finding
from portal.returns import Return


@dataclass(frozen=True)
class Why:
    """One article's findings; `version`: of the policy by which it was judged."""

    title: str
    findings: Sequence[Finding]
    version: int


def whys_of(return_: Return) -> list[Why]:
    lines = sorted(return_.lines, key=lambda line: line.order_line.position)
    judged = [(line.order_line.title, line.verdict) for line in lines]
    return [Why(title, verdict.findings, verdict.version) for title, verdict in judged if verdict]
