"""Laying the three side by side: pure, in plain values. Amounts in minor units, always above zero."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.reconciling.models import Verdict
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import LegState

# Portal and ledger write the same deed down one after the other, perhaps on two sides of midnight.
MOMENT = timedelta(minutes=1)
SENT, PAID = (Way.OUT, Way.BACK), (Way.IN,)


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

    A refund's leg, or one try to give back what was paid for an exchange; or such a payment, which comes
    `into` the account. `ways`: those that it can go.
    """

    id: uuid.UUID
    return_id: uuid.UUID
    gateway: str
    reference: str
    state: LegState | DemandState
    out: Said | None = None
    back: Said | None = None
    into: Said | None = None
    ways: tuple[Way, ...] = SENT

    def said(self, way: Way) -> Said | None:
        return {Way.IN: self.into, Way.OUT: self.out, Way.BACK: self.back}[way]


@dataclass(frozen=True)
class Theirs:
    """A line of a gateway's journal. `leg`: what it names. `state`: what a refund that was asked for by
    itself is, where that is no movement of money."""

    gateway: str
    reference: str
    way: Way
    said: Said
    leg: uuid.UUID | None = None
    state: str = ""


@dataclass(frozen=True)
class Line:
    """Money of one refund or payment, one way. `leg` is None for what the portal knows nothing of."""

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
    strange, by_leg = _matched(legs, theirs)
    lines = [_line(leg, way, booked, by_leg.get((leg.id, way))) for leg in legs for way in leg.ways]
    judged = [replace(line, verdict=_verdict(line, window)) for line in lines if _falls(line, window)]
    judged += [line for line in strange if _falls(line, window)]
    return sorted(judged, key=lambda line: (line.verdict is Verdict.SAME, _moment(line), line.reference))


def _matched(
    legs: Sequence[Leg], theirs: Iterable[Theirs]
) -> tuple[list[Line], dict[tuple[uuid.UUID, Way], Theirs]]:
    """What is nobody's, and what is each leg's: by the gateway's reference, else by the leg it names."""
    by_id = {(leg.id, way): leg for leg in legs for way in leg.ways}
    by_reference = {(leg.gateway, leg.reference, way): leg for (_, way), leg in by_id.items()}
    strange: list[Line] = []
    found: dict[tuple[uuid.UUID, Way], Theirs] = {}
    for line in theirs:
        leg = by_reference.get((line.gateway, line.reference, line.way)) if line.reference else None
        leg = leg or (by_id.get((line.leg, line.way)) if line.leg else None)
        if leg is None or leg.reference not in {"", line.reference} or (leg.id, line.way) in found:
            strange.append(_strange(line, leg))
        else:
            found[leg.id, line.way] = line
    return strange, found


def _strange(theirs: Theirs, named: Leg | None) -> Line:
    """Nobody's: a refund that names a leg which has its own was made elsewhere; what names a payment that is
    there already was paid once more."""
    twice = named is not None and theirs.way is Way.IN
    verdict = Verdict.TWICE if twice else Verdict.ONLY_THERE
    leg = named if twice else None
    return Line(theirs.gateway, theirs.reference, theirs.way, leg, None, None, theirs, verdict)


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
        return Verdict.ONLY_THERE if line.way is Way.IN else Verdict.STATE
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
    """By gateway, currency and direction: what came in, or what left less what came back."""

    here: int = 0
    booked: int = 0
    there: int = 0


def direction(way: Way) -> Way:
    """Whose sum it belongs to: what came back is taken from what left."""
    return Way.IN if way is Way.IN else Way.OUT


def sums(lines: Iterable[Line], window: Window) -> dict[tuple[str, str, Way], Sum]:
    """What each of the three comes to within the window."""
    found: dict[tuple[str, str, Way], Sum] = defaultdict(Sum)
    for line in lines:
        for name, said in (("here", line.here), ("booked", line.booked), ("there", line.there)):
            if said and window.holds(said):
                one = found[line.gateway, said.currency, direction(line.way)]
                signed = -said.amount if line.way is Way.BACK else said.amount
                setattr(one, name, getattr(one, name) + signed)
    return dict(found)
