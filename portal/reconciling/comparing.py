"""Laying the three side by side: pure, in plain values. Amounts in minor units, always above zero."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.reconciling.models import Verdict
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import LegState

# Portal and ledger write the same deed down one after the other, perhaps on two sides of midnight.
MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    begins: datetime
    ends: datetime

    def holds(self, said: "Said | None") -> bool:
        return said is not None and self.begins <= said.at < self.ends


@dataclass(frozen=True)
class Said:
    """What one of the three says: so much, then, in this currency."""

    amount: int
    at: datetime
    currency: str


@dataclass(frozen=True)
class Leg:
    """What the portal says of an amount that it sends: when it went and when it came back, as far as it did.

    A refund's leg, or one try to give back what was paid for an exchange.
    """

    id: uuid.UUID
    return_id: uuid.UUID
    gateway: str
    reference: str
    state: LegState
    out: Said | None = None
    back: Said | None = None

    def said(self, way: Way) -> Said | None:
        return self.out if way is Way.OUT else self.back


@dataclass(frozen=True)
class Theirs:
    """A line of a gateway's journal. `state`: what a refund that was asked for by itself is, where that is
    no movement of money."""

    gateway: str
    reference: str
    way: Way
    said: Said
    leg: uuid.UUID | None = None
    state: str = ""


@dataclass(frozen=True)
class Line:
    """Money of one refund, one way. `leg` is None for what the portal knows nothing of."""

    gateway: str
    reference: str
    way: Way
    leg: Leg | None
    here: Said | None
    booked: Said | None
    theirs: Theirs | None
    verdict: Verdict = Verdict.SAME

    @property
    def there(self) -> Said | None:
        """What moved at the gateway."""
        return self.theirs.said if self.theirs and not self.theirs.state else None

    @property
    def currency(self) -> str:
        said = self.here or self.booked or (self.theirs.said if self.theirs else None)
        return said.currency if said else ""


Booked = Mapping[tuple[uuid.UUID, Way], Said]


def compare(legs: Sequence[Leg], booked: Booked, theirs: Iterable[Theirs], window: Window) -> list[Line]:
    """Every line of which something falls into the window: differences first, each part by its moments."""
    known, by_leg = _matched(legs, theirs)
    lines = [_line(leg, way, booked, by_leg.get((leg.id, way))) for leg in legs for way in Way]
    lines += [Line(t.gateway, t.reference, t.way, None, None, None, t) for t in known]
    judged = [replace(line, verdict=_verdict(line, window)) for line in lines if _falls(line, window)]
    return sorted(judged, key=lambda line: (line.verdict is Verdict.SAME, _moment(line), line.reference))


def _matched(
    legs: Sequence[Leg], theirs: Iterable[Theirs]
) -> tuple[list[Theirs], dict[tuple[uuid.UUID, Way], Theirs]]:
    """What is nobody's, and what is each leg's: by the gateway's reference, else by the leg it names."""
    by_reference = {(leg.gateway, leg.reference): leg for leg in legs if leg.reference}
    by_id = {leg.id: leg for leg in legs}
    strange: list[Theirs] = []
    found: dict[tuple[uuid.UUID, Way], Theirs] = {}
    for line in theirs:
        leg = by_reference.get((line.gateway, line.reference)) or (by_id.get(line.leg) if line.leg else None)
        if leg and leg.reference and leg.reference != line.reference:
            leg = None  # a second refund that names a leg which has its own
        if leg is None or (leg.id, line.way) in found:
            strange.append(line)
        else:
            found[leg.id, line.way] = line
    return strange, found


def _line(leg: Leg, way: Way, booked: Booked, theirs: Theirs | None) -> Line:
    here, there = leg.said(way), booked.get((leg.id, way))
    if here and there and abs(here.at - there.at) < MOMENT:
        here = replace(here, at=there.at)
    reference = leg.reference or (theirs.reference if theirs else "")
    return Line(leg.gateway, reference, way, leg, here, there, theirs)


def _falls(line: Line, window: Window) -> bool:
    theirs = line.theirs.said if line.theirs else None
    return any(map(window.holds, (line.here, line.booked, line.there or theirs)))


def _verdict(line: Line, window: Window) -> Verdict:
    here, booked, there = line.here, line.booked, line.there
    if here is None and booked is None:
        return Verdict.STATE if line.leg else Verdict.ONLY_THERE
    if here is None or booked is None or _figure(here) != _figure(booked):
        return Verdict.LEDGER
    if there is None:
        return Verdict.STATE if line.theirs or line.way is Way.BACK else Verdict.ONLY_HERE
    if _figure(here) != _figure(there):
        return Verdict.AMOUNT
    inside = {window.holds(said) for said in (here, booked, there)}
    return Verdict.SAME if inside == {True} else Verdict.NEIGHBOUR


def _figure(said: Said) -> tuple[int, str]:
    return said.amount, said.currency


def _moment(line: Line) -> datetime:
    found = [said.at for said in (line.here, line.booked, line.theirs and line.theirs.said) if said]
    return min(found)


@dataclass
class Sum:
    """By gateway and currency: what left less what came back."""

    here: int = 0
    booked: int = 0
    there: int = 0


def sums(lines: Iterable[Line], window: Window) -> dict[tuple[str, str], Sum]:
    """What each of the three comes to within the window."""
    found: dict[tuple[str, str], Sum] = defaultdict(Sum)
    for line in lines:
        for name, said in (("here", line.here), ("booked", line.booked), ("there", line.there)):
            if said and window.holds(said):
                one = found[line.gateway, said.currency]
                signed = said.amount if line.way is Way.OUT else -said.amount
                setattr(one, name, getattr(one, name) + signed)
    return dict(found)
