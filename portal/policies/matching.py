"""Which rule is about an article: of several the one that fits most closely. Pure.

By SKU before tag, tag before category, category before every article; among those, what is said for less
(a country, a season, a grade, a reason) before what is said for all. The order in the document never counts:
where an article has two tags with a rule each, the one whose id comes first in the alphabet holds, and two
rules for the same are a clash, which a check tells.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, Protocol, TypeVar

from portal.i18n import Message, say
from portal.policies.kinds import Code, Part, Word


class Article(Protocol):
    """What rules match on: facts, or an order line itself."""

    @property
    def sku(self) -> str: ...
    @property
    def tags(self) -> Collection[str]: ...
    @property
    def category(self) -> str: ...


class Match(Part):
    """Which articles a rule is about: any of these. All empty: every article."""

    skus: tuple[Word, ...] = ()
    tags: tuple[Word, ...] = ()
    categories: tuple[Word, ...] = ()

    @property
    def whole(self) -> bool:
        return not (self.skus or self.tags or self.categories)

    def shared(self, other: "Match") -> Message:
        """What both are about by the same word; every article, where they are about no word."""
        if both := set(self.skus) & set(other.skus):
            return say("SKU {name}", name=min(both))
        if both := set(self.tags) & set(other.tags):
            return say("tag {name}", name=min(both))
        if both := set(self.categories) & set(other.categories):
            return say("category {name}", name=min(both))
        return say("every article")


class Narrowing(Protocol):
    """What a rule is said for besides articles: a set, or a span of time. Nothing (false): for all."""

    def isdisjoint(self, other: Any, /) -> bool: ...


class Rule(Part):
    """A rule about some articles."""

    id: Code
    match: Match = Match()

    @property
    def narrowings(self) -> tuple[Narrowing | None, ...]:
        """What else it is said for, what counts more first."""
        return ()

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts what is said for less first."""
        return (*(not narrowing for narrowing in self.narrowings), self.id)


R = TypeVar("R", bound=Rule)


def rank(match: Match, article: Article) -> int:
    """How closely a rule fits: 3 by SKU, 2 by tag, 1 by category, 0 every article, -1 not at all."""
    if article.sku in match.skus:
        return 3
    if set(article.tags) & set(match.tags):
        return 2
    if article.category in match.categories:
        return 1
    return 0 if match.whole else -1


class Closest(Generic[R]):
    """Rules by what they are about, so that asking does not take longer the more there are."""

    def __init__(self, rules: Iterable[R]) -> None:
        self.skus: dict[str, list[R]] = {}
        self.tags: dict[str, list[R]] = {}
        self.categories: dict[str, list[R]] = {}
        self.whole: list[R] = []
        for rule in sorted(rules, key=lambda rule: rule.order):
            self._file(rule)

    def _file(self, rule: R) -> None:
        for kind in ("skus", "tags", "categories"):
            for name in dict.fromkeys(getattr(rule.match, kind)):
                getattr(self, kind).setdefault(name, []).append(rule)
        if rule.match.whole:
            self.whole.append(rule)

    def _levels(self, article: Article) -> Iterator[list[R]]:
        """The rules about the article, the closest level first; within one, what is said for less first."""
        yield self.skus.get(article.sku, [])
        tagged = [self.tags[tag] for tag in article.tags if tag in self.tags]
        yield tagged[0] if len(tagged) == 1 else sorted(chain(*tagged), key=lambda rule: rule.order)
        yield self.categories.get(article.category, [])
        yield self.whole

    def to(self, article: Article, fits: Callable[[R], bool] = lambda rule: True) -> R | None:
        """The rule that fits most closely, of those that `fits` lets pass."""
        return next((rule for level in self._levels(article) for rule in level if fits(rule)), None)

    def all(self, article: Article) -> set[str]:
        """The ids of all rules about the article."""
        return {rule.id for level in self._levels(article) for rule in level}


@dataclass(frozen=True)
class Clash:
    """What the model allows and nobody could go by, such as two rules of which none is closer. `place`:
    `fees.2`."""

    place: str
    words: Message


def clashes_in(name: str, rules: Sequence[Rule]) -> Iterator[Clash]:
    """`rules` is the list of that name in the document; places count from 1, as people do. Each rule is told
    of once, with the first that it clashes with.

    Only rules that share a word are compared, so that many of them do not take long.
    """
    filed: dict[Any, list[int]] = {}
    for m, rule in enumerate(rules):
        near: set[int] = set()
        for word in _words(rule.match):
            same = filed.setdefault((rule.order[:-1], word), [])
            near.update(next(([n] for n in same if _meet(rules[n], rule)), ()))
            same.append(m)
        if near:
            n = min(near)
            one = rules[n]
            names = {"rule": rule.id, "other": one.id, "place": f"{name}.{n + 1}"}
            words = say(
                "“{rule}” fits {what} as closely as “{other}” ({place}): say which one holds",
                what=one.match.shared(rule.match),
                **names,
            )
            yield Clash(f"{name}.{m + 1}", words)


def _words(match: Match) -> Iterator[tuple[str, str]]:
    """Each word by which articles are named, with its kind; one for every article."""
    if match.whole:
        yield "", ""
    for kind in ("skus", "tags", "categories"):
        yield from ((kind, word) for word in dict.fromkeys(getattr(match, kind)))


def _meet(one: Rule, other: Rule) -> bool:
    """Whether something can be what both are said for."""
    both = zip(one.narrowings, other.narrowings, strict=True)
    return not any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in both)
