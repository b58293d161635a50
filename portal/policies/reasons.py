"""Why articles go back: what shoppers choose from, and what each reason leads to. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Self

from pydantic import model_validator

from portal.policies.kinds import Code, Part, PhotoWish, Resolution, Text
from portal.policies.matching import Article, Match, rank


class ReasonGroup(Part):
    """A branch of the tree of reasons; nobody chooses it itself."""

    code: Code
    label: Text


class Reason(Part):
    """`match`: the articles for which it is offered. `under`: its branch of the tree. `question`: asked
    instead of a comment. `photo`: whether photos are asked for. `resolutions`: what alone is offered for it,
    in this order; empty: everything."""

    code: Code
    label: Text
    fault: Literal["shopper", "shop"]
    comment: Literal["optional", "required"] = "optional"
    review: bool = False
    match: Match = Match()
    under: Code | None = None
    question: Text | None = None
    photo: PhotoWish = PhotoWish.NONE
    resolutions: tuple[Resolution, ...] = ()

    @model_validator(mode="after")
    def once_each(self) -> Self:
        if len(set(self.resolutions)) != len(self.resolutions):
            raise ValueError("a resolution stands there twice")
        return self


@dataclass(frozen=True)
class Branch:
    """Reasons that stand together; `group` is None for those that belong to none."""

    group: ReasonGroup | None
    reasons: Sequence[Reason]


def branches(article: Article, reasons: Iterable[Reason], groups: Sequence[ReasonGroup]) -> Iterator[Branch]:
    """The reasons for an article: first those of no group, then each group that has any, in the policy's
    order."""
    known = {group.code: group for group in groups}
    order = {None: -1} | {code: n for n, code in enumerate(known)}
    fitting = [reason for reason in reasons if rank(reason.match, article) >= 0]
    for code, some in groupby(sorted(fitting, key=lambda r: order[r.under]), lambda r: r.under):
        yield Branch(known[code] if code else None, list(some))


def offers(known: Sequence[Resolution], allowed: Sequence[Sequence[Resolution]]) -> tuple[Resolution, ...]:
    """Of what can be had, in the policy's order, what the reasons of a return allow, each in its own order.

    Only what all of them allow; where that is nothing, what any of them does; where not even that can be had,
    everything: nobody is left without an offer. The order is the reasons', where they agree on one.
    """
    if not allowed:
        return tuple(known)
    every, some = set(known).intersection(*allowed), set(known).intersection(set().union(*allowed))
    ways = every or some or set(known)
    order = allowed[0] if len(set(map(tuple, allowed))) == 1 and ways <= set(allowed[0]) else known
    return tuple(way for way in order if way in ways)
