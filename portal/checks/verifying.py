"""`flask verify`: every invariant over the whole database, a line for each."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal import config
from portal.checks import (
    amounts,
    bonuses,
    books,
    catalogue,
    clocks,
    configurations,
    credit,
    credit_notes,
    exchanges,
    feed,
    gateways,
    generosity,
    guards,
    holding,
    numbers,
    outbox,
    owing,
    people,
    photos,
    policies,
    posting,
    projections,
    reconciling,
    reductions,
    seals,
    secrecy,
    sending,
    spent,
    splitting,
    standing,
    stock,
    tenants,
    trail,
    units,
    walks,
    ways_out,
)
from portal.checks.looking import Look, snapshot
from portal.errors import NotFound
from portal.tenants import Tenant

SHOWN = 5
OfShop = Callable[[Look], Iterable[str]]
OfDatabase = Callable[[sa.Connection], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """What must always hold: questions to each shop and to each database that name what breaks it."""

    id: str
    name: str
    of_shop: Sequence[OfShop] = ()
    of_database: Sequence[OfDatabase] = ()


@dataclass
class Line:
    """What came of an invariant: how many violations, and the first of them."""

    id: str
    name: str
    count: int = 0
    first: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.count

    def add(self, violations: Iterable[str], prefix: str = "") -> None:
        for violation in violations:
            self.count += 1
            if len(self.first) < SHOWN:
                self.first.append(prefix + violation)


STORED = [
    *(credit.balances, credit.held, credit.moved, credit.released, spent.doubled, spent.overdrawn),
    *(credit.issued, credit.sourced, credit.owed, credit.ending, bonuses.whole, bonuses.instead),
]
SECRETS = [secrecy.hashed, secrecy.momentary, secrecy.silent, secrecy.cardless, secrecy.codeless]

INVARIANTS = (
    Invariant("I1", "cap", [holding.capped]),
    Invariant("I2", "counter", [holding.counted], [guards.reserved]),
    Invariant("I3", "amounts", [amounts.currencies, amounts.legs, amounts.whole], [amounts.fractional]),
    Invariant("I4", "split", [splitting.parts, splitting.refunds, splitting.deliveries]),
    Invariant(
        "I5", "units", [units.within_order, units.in_place, units.whole_lines, units.refunded, units.decided]
    ),
    Invariant("I6", "states", [walks.walked]),
    Invariant("I7", "double entry", [books.balanced, books.one_sided]),
    Invariant("I8", "append-only", [books.numbered], [guards.append_only]),
    Invariant("I9", "posting", [posting.demanded, posting.strays, posting.settled]),
    Invariant("I10", "gateway", [sending.referenced]),
    Invariant("I11", "attempts", [sending.attempted, sending.unattempted]),
    Invariant("I12", "no limbo", [sending.attended]),
    Invariant("I13", "outbox", [outbox.caused, outbox.demanded, outbox.followed, outbox.keyed]),
    Invariant("I15", "stock", [stock.placed, stock.unknown, stock.levels, stock.valued, stock.given]),
    Invariant("I16", "stored value", [*STORED, credit.owned]),
    Invariant("I17", "tenants", [tenants.kept_apart], [tenants.enforced]),
    Invariant("I18", "trail", [trail.chained, trail.heads, trail.ownerless, trail.made]),
    Invariant("I19", "approval", [people.entitled, people.days]),
    Invariant("I20", "secrets", [*SECRETS, secrecy.sealed, credit.forgotten]),
    Invariant("I21", "files", [photos.filed, photos.placed, photos.same]),
    Invariant(
        "I22",
        "policies",
        [
            *(policies.versions, policies.pinned, policies.overridden),
            *(configurations.sealed, configurations.drafts),
        ],
    ),
    Invariant("I23", "numbers", [numbers.numbered, numbers.unique]),
    Invariant("I24", "notices", [outbox.told_once, outbox.delivered]),
    Invariant("I25", "integrity", [], [guards.sound, guards.migrated]),
    Invariant("I26", "catalogue", [catalogue.offered, catalogue.alone, catalogue.sourced]),
    Invariant("I27", "seals", [seals.sealed]),
    Invariant(
        "X1",
        "exchanges",
        [
            *(exchanges.cleared, exchanges.priced, exchanges.kept, exchanges.standing_for),
            *(exchanges.freed, exchanges.asked, exchanges.waited_for),
        ],
    ),
    Invariant("X2", "reserved", [exchanges.reserved]),
    Invariant("P1", "stage", [projections.stages]),
    Invariant("P2", "refunding", [projections.refunding]),
    Invariant("P3", "claimed", [projections.claimed]),
    Invariant("P4", "totals", [projections.totals]),
    Invariant("P5", "payable", [projections.payable]),
    Invariant("D1", "owed", [owing.single, owing.sound, owing.marked]),
    Invariant("D2", "settling", [owing.tried, owing.attended]),
    Invariant("G1", "goodwill", [generosity.budgeted, generosity.given, generosity.let_go]),
    Invariant("F1", "feed", [feed.numbered, feed.told, feed.strays]),
    Invariant("N1", "credit notes", [credit_notes.numbered]),
    Invariant("N2", "credited", [credit_notes.demanded, credit_notes.same, credit_notes.adding_up]),
    Invariant("W1", "consent", [ways_out.consented]),
    Invariant("W2", "bank accounts", [ways_out.kept, ways_out.nowhere]),
    Invariant("B1", "reconciled", [reconciling.counted, reconciling.equal, reconciling.summed]),
    Invariant("B2", "accounts", [reconciling.called]),
    Invariant("P6", "accepted", [projections.accepted]),
    Invariant("P7", "unanswered", [projections.unanswered]),
    Invariant("R1", "reductions", [reductions.worked_out, reductions.totals, reductions.told]),
    Invariant("R2", "answered", [reductions.waiting, reductions.silent, reductions.judged]),
    Invariant("R3", "objected", [projections.objected]),
    Invariant("P8", "levels", [catalogue.levels]),
    Invariant("P9", "deadlines", [clocks.due]),
    Invariant("P10", "in force", [standing.named, standing.dressed]),
)


class Report:
    """The lines of a run, as they fill."""

    def __init__(self) -> None:
        self.by_id = {invariant.id: Line(invariant.id, invariant.name) for invariant in INVARIANTS}
        self.shops: set[str] = set()
        self.legs: list[gateways.KnownLeg] = []

    def look(self, connection: sa.Connection, only: Collection[str] = (), ask_gateways: bool = False) -> None:
        """Ask every question about what one connection sees; `only` the shops of these slugs, if any."""
        for invariant in INVARIANTS:
            for question in invariant.of_database:
                self.by_id[invariant.id].add(question(connection))
        for shop in connection.execute(sa.select(Tenant.id, Tenant.slug).order_by(Tenant.slug)).all():
            if not only or shop.slug in only:
                self._look_at(Look(connection, shop.id), shop.slug, ask_gateways)

    def _look_at(self, look: Look, slug: str, ask_gateways: bool) -> None:
        self.shops.add(slug)
        for invariant in INVARIANTS:
            for question in invariant.of_shop:
                self.by_id[invariant.id].add(question(look), f"{slug}: ")
        self.legs += gateways.known_legs(look) if ask_gateways else ()

    @property
    def lines(self) -> list[Line]:
        return list(self.by_id.values())


def verify(only: Collection[str] = (), ask_gateways: bool = False) -> list[Line]:
    """Look at every shop of every region, or `only` at those of these slugs; a line for each invariant.

    Reads one snapshot of each database and writes nothing. `ask_gateways`: afterwards, compare with the
    gateways' own lists, over the network. Raises NotFound for a slug that no shop has.
    """
    report = Report()
    for region in (None, *config.current().region_urls):
        with snapshot(region) as connection:
            report.look(connection, only, ask_gateways)
    if missing := set(only) - report.shops:
        raise NotFound(f"shop {min(missing)}")
    report.by_id["I10"].add(gateways.compared(report.legs))
    return report.lines
