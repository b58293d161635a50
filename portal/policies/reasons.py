"""Why articles go back: what shoppers choose from, and what each reason leads to. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import model_validator

from portal.i18n import say
from portal.policies.kinds import Code, Part, PhotoWish, Resolution, Text
from portal.policies.matching import Article, Match, rank


class ReasonGroup(Part):
    """A branch of the tree of reasons; nobody chooses it itself. `under`: the branch that it grows from."""

    code: Code
    label: Text
    under: Code | None = None


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
            raise ValueError(say("a resolution stands there twice"))
        return self


@dataclass(frozen=True)
class Branch:
    """Reasons that stand together, and the branches `below`; `group` is None for what belongs to none."""

    group: ReasonGroup | None
    reasons: Sequence[Reason]
    below: Sequence["Branch"] = ()

    def holds(self, code: str | None) -> bool:
        """Whether that reason is somewhere in it."""
        return any(reason.code == code for reason in self.every)

    @property
    def every(self) -> Iterator[Reason]:
        """Its reasons, and then those of the branches below."""
        yield from self.reasons
        for branch in self.below:
            yield from branch.every


def branches(article: Article, reasons: Iterable[Reason], groups: Sequence[ReasonGroup]) -> Iterator[Branch]:
    """The reasons for an article: first those of no group, then each group that has any, itself or below it,
    in the policy's order."""
    mine: dict[str | None, list[Reason]] = {}
    for reason in reasons:
        if rank(reason.match, article) >= 0:
            mine.setdefault(reason.under, []).append(reason)
    if None in mine:
        yield Branch(None, mine[None])
    yield from _below(None, groups, mine)


def _below(
    code: str | None, groups: Sequence[ReasonGroup], mine: Mapping[str | None, Sequence[Reason]]
) -> Iterator[Branch]:
    for group in groups:
        if group.under == code:
            below = tuple(_below(group.code, groups, mine))
            if below or group.code in mine:
                yield Branch(group, mine.get(group.code, ()), below)


def way_to(code: str | None, groups: Sequence[ReasonGroup]) -> list[ReasonGroup]:
    """The branches that lead to a group, from the trunk, the group itself last; not whole where it goes round
    in a circle or leads nowhere."""
    known, way = {group.code: group for group in groups}, dict[str, ReasonGroup]()
    while code in known and code not in way:
        way[code] = known[code]
        code = known[code].under
    return list(way.values())[::-1] if code is None else []


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
