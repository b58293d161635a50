"""A shop at work: one thing of every kind, for laws that go over all pages."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from portal import clock, config
from portal.audit.actors import SYSTEM
from portal.catalogue import Product, Variant
from portal.catalogue.facts import LevelFacts, ProductFacts, VariantFacts
from portal.catalogue.taking import take
from portal.db import find
from portal.exports import Export, ExportKind, ExportState, Format, commanding
from portal.exports.ordering import Wanted
from portal.jobs import Job
from portal.notices.models import Notice, SentMail
from portal.orders.accounts import account_of
from portal.orders.files import Holds, ImportFile
from portal.orders.files.keeping import take_in
from portal.orders.models import Order, OrderLine
from portal.orders.signing import secret_of as signing_secret
from portal.orders.signing import signature
from portal.people import ApiKey, KeyScope, OneTimeLink, Purpose, Role, User, add_user
from portal.people.keys import make_key
from portal.people.links import issue, secret_of
from portal.policies import Instead, Override, Resolution
from portal.policies.models import DraftState, PolicyDraft
from portal.reconciling import Reconciliation
from portal.reconciling.ordering import order as order_run
from portal.reconciling.ordering import span
from portal.refunds.credit_notes import CreditNote
from portal.refunds.demands import Demand
from portal.refunds.gateways.bank import Bank, Wish
from portal.refunds.models import GiftCard, Refund, RefundLeg, StoreCredit
from portal.refunds.questions.asking import KINDS
from portal.refunds.questions.models import Asked, LegQuestion
from portal.returns.cases import Case
from portal.returns.exchanges.models import Exchange
from portal.returns.links import status_token
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.photos import Photo, Taker
from portal.returns.reductions import Reduction
from portal.returns.strays import Stray
from portal.tenants import Tenant, locked_shop, this_shop
from portal.tenants.logos import Logo, put_in
from portal.tenants.pictures import remade
from portal.web.ritual import Portal
from tests.harness.apps import dispose, made_app
from tests.harness.configuring import drafted
from tests.harness.drawing import logo
from tests.harness.sales import Sold, today
from tests.harness.shops import SLUGS, Shop, find_shop, furnished
from tests.harness.swapping import Swap
from tests.harness.trading import Picked, Trade, policy

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EMAIL = "nils@ek.example"
ORDERS = (
    "DRAFTED",
    "ASKED",
    "ARRIVED",
    "CHECKED",
    "PAID",
    "CREDITED",
    "GIFTED",
    "GIVEN",
    "BY_HAND",
    "STOPPED",
    "ELSEWHERE",
    "TURNED_UP",
    "ODD",
    "SWAPPING",
    "SWAPPED",
    "WAITING",
    "REDUCED",
)


def worked(url: str) -> None:
    """Both shops, and in acme a return at every stop of its way: each of an order that is named for it."""
    _work(url, lines=1, copies=1)


def crowded(url: str) -> None:
    """The same, with more of everything: lines, units, and orders like these."""
    _work(url, lines=3, copies=4)


def _work(url: str, lines: int, copies: int) -> None:
    furnished(url)
    with TemporaryDirectory() as folder:
        app = made_app(url, bank_file=Path(folder, "bank.db"))
        for slug in SLUGS:
            take_gifts(find_shop(app, slug))
        sold = [Sold(10_000 * lines, 2 * lines)] * lines
        for copy in range(copies):
            with clock.at(NOON):
                suffix = "" if copy == 0 else f"-{copy}"
                trade_in(Trade(find_shop(app)), sold, suffix)
                bury(find_shop(app), suffix)
        dispose(app)


def trade_in(trade: Trade, sold: Sequence[Sold], suffix: str = "", seen: Mapping[str, str] = {}) -> None:
    """Half of what was sold comes back of each order. `seen`: the numbers that are shown, if others."""
    numbers = {name: seen.get(name, f"#{name}{suffix}") for name in ORDERS}
    orders = {name: trade.order(*sold, number=numbers[name], number_key=name + suffix) for name in ORDERS}
    some = {position: one.quantity // 2 for position, one in enumerate(sold, start=1)}
    trade.show(trade.draft(orders["DRAFTED"], some))
    trade.show(trade.ask(orders["ASKED"], some))
    arrived = trade.ask(orders["ARRIVED"], some)
    trade.show(arrived)
    trade.receive(arrived)
    trade.show(arrived, taker=Taker.DOCK)
    checked = trade.ask(orders["CHECKED"], some)
    trade.receive(checked)
    trade.inspect(checked)
    trade.go_whole_way(orders["PAID"], some)
    trade.go_whole_way(orders["CREDITED"], some, resolution=Resolution.STORE_CREDIT)
    trade.go_whole_way(orders["GIFTED"], some, resolution=Resolution.GIFT_CARD)
    trade.work()
    trade.pay_by(orders["BY_HAND"], "manual")
    trade.go_whole_way(orders["BY_HAND"], some)
    trade.close_payments(orders["STOPPED"])
    trade.go_whole_way(orders["STOPPED"], some)
    _put_in(trade.shop, len(sold), suffix)
    trade.extend(orders["DRAFTED"])
    trade.give_back(orders["GIVEN"], some)
    trade.show(trade.gift(orders["GIVEN"], some))
    _owe(trade, orders["ARRIVED"])
    trade.turn_up(orders["TURNED_UP"], some)
    trade.report(trade.ask(orders["ODD"], some))
    reduced = trade.ask(orders["REDUCED"], some)
    trade.receive(reduced)
    trade.inspect(reduced)
    trade.reduce(reduced)
    trade.show(reduced, taker=Taker.DOCK)
    trade.stray()
    cup = _stock(trade.shop, len(sold), suffix)
    waiting = _swap(trade, orders, some, cup)
    with trade.shop.transaction():
        order_run(locked_shop(), *span("month", today()), SYSTEM)
    trade.work()
    Swap(trade.shop).sell_out(waiting)
    Swap(trade.shop).tell(cup, 400)
    _ask(trade, orders)
    with trade.shop.transaction():
        drafted(trade.clerk, policy(credit_bonus=500))
        put_in(remade(logo()), SYSTEM)
    _invite(trade.shop, suffix)
    _connect(trade.shop, suffix)


def _ask(trade: Trade, orders: Mapping[str, uuid.UUID]) -> None:
    """The shopper is asked about what could not be sent, and has named an account for another transfer."""
    leg = {name: _leg_of(trade, orders[name]) for name in ("STOPPED", "BY_HAND")}
    for kind in Asked:
        trade.ask_about(leg["STOPPED"], kind)
    trade.name_account(trade.ask_about(leg["BY_HAND"], Asked.BANK_ACCOUNT))
    trade.work()


def _leg_of(trade: Trade, order: uuid.UUID) -> uuid.UUID:
    with trade.shop.transaction(reading=True) as session:
        mine = sa.select(RefundLeg.id).join(Refund, Refund.id == RefundLeg.refund_id)
        return session.scalars(mine.where(Refund.order_id == order)).one()


def _owe(trade: Trade, order: uuid.UUID) -> None:
    """The shopper is to transfer something, which no bank is asked about."""
    with trade.shop.transaction() as session:
        locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
        return_ = session.scalars(sa.select(Return.id).where(Return.order_id == order)).one()
    trade.owe(return_)
    with trade.shop.transaction():
        locked_shop().bank_details = []


def _put_in(shop: Shop, n: int, suffix: str) -> None:
    """A file of orders that are all refused, and the same one as products."""
    file, by = BytesIO(b'{"placed_at": "never"}\n' * n), shop.actor()
    with shop.transaction():
        take_in(file, f"orders{suffix}.json", "homeward", by)
        file.seek(0)
        take_in(file, f"products{suffix}.json", "homeward", by, Holds.PRODUCTS)


def _swap(trade: Trade, orders: Mapping[str, uuid.UUID], some: Picked, cup: uuid.UUID) -> uuid.UUID:
    """Exchanges: a draft, one that is to be sent, and another one whose shopper would wait, which it is."""
    swap = Swap(trade.shop)
    swap.swap_draft(orders["SWAPPING"], some, cup)
    made = [swap.swap(orders["SWAPPED"], some, cup), swap.swap(orders["WAITING"], some, cup, Instead.WAIT)]
    for one in made:
        trade.receive(one)
        trade.inspect(one)
        trade.approve(one)
    return made[-1]


def _stock(shop: Shop, n: int, suffix: str) -> uuid.UUID:
    """A product with a variant for each line that was sold; the first one's id."""
    variants = tuple(VariantFacts(str(i), f"CUP{suffix}-{i}", 1900, (("Size", str(i)),)) for i in range(n))
    levels = tuple(LevelFacts(variant.key, 400) for variant in variants)
    cup = ProductFacts("homeward", f"cup{suffix}", "Cup", "EUR", variants, levels=levels)
    with shop.transaction() as session:
        take([cup], SYSTEM)
        return session.scalars(sa.select(Variant.id).where(Variant.sku == f"CUP{suffix}-0")).one()


def take_gifts(shop: Shop) -> None:
    with shop.transaction() as session:
        session.execute(sa.update(Tenant).where(Tenant.id == shop.id).values(gifts=True))


def bury(shop: Shop, suffix: str) -> None:
    """A piece of work that failed for good."""
    with shop.transaction() as session:
        key, now = f"buried/{suffix}", clock.now()
        session.add(Job(tenant_id=shop.id, kind="notice.send", payload={}, key=key, run_at=now, dead_at=now))


def _invite(shop: Shop, suffix: str) -> None:
    """Somebody who has not chosen a password yet."""
    with shop.transaction():
        add_user(f"invited{suffix}@{shop.slug}.example", "Iris", Role.AGENT, None, SYSTEM)


def _connect(shop: Shop, suffix: str) -> None:
    """A system of the shop's own."""
    with shop.transaction():
        make_key(f"Till{suffix}", list(KeyScope), uuid.uuid4(), SYSTEM)


@dataclass(frozen=True)
class World:
    """Where the things of `worked` are."""

    app: Portal
    slug: str = SLUGS[0]

    @cached_property
    def shop(self) -> Shop:
        return find_shop(self.app, self.slug)

    def _one(self, query: sa.Select[tuple[uuid.UUID]]) -> uuid.UUID:
        with self.shop.transaction(reading=True) as session:
            return session.scalars(query.limit(1)).one()

    def order(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Order.id).where(Order.number_key == name, Order.tenant_id == self.shop.id))

    def return_(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Return.id).where(Return.order_id == self.order(name)))

    def token(self, name: str) -> str:
        return status_token(self.return_(name))

    def secret(self, name: str) -> str:
        """Of a link to the order, that works; the same one until it is spent."""
        return self._link(name, Purpose.OPEN_ORDER)

    def account(self, name: str) -> str:
        """Of a link to all orders of the order's address, that works; the same one until it is spent."""
        return self._link(name, Purpose.OPEN_ACCOUNT)

    def _link(self, name: str, purpose: Purpose) -> str:
        order = self.order(name)
        unspent = sa.and_(
            OneTimeLink.order_id == order,
            OneTimeLink.spent_at.is_(None),
            OneTimeLink.purpose == purpose,
        )
        with self.shop.transaction() as session:
            link = session.scalars(sa.select(OneTimeLink).where(unspent)).first()
            opens = order if purpose is Purpose.OPEN_ORDER else account_of(find(Order, order))
            return secret_of(link or issue(purpose, opens, order=order))

    def given_back(self, name: str) -> uuid.UUID:
        """A gift's return, requested under the same visit as the draft."""
        asked = sa.and_(Return.order_id == self.order(name), Return.requested_at.is_not(None))
        return self._one(sa.select(Return.id).where(asked))

    def gift(self, name: str) -> str:
        """The secret of a link that proves the address of a gift's draft; the same one until it is spent."""
        draft = sa.and_(Return.order_id == self.order(name), Return.requested_at.is_(None))
        id = self._one(sa.select(Return.id).where(draft))
        with self.shop.transaction() as session:
            working = sa.and_(OneTimeLink.spent_at.is_(None), OneTimeLink.expires_at > clock.now())
            unspent = sa.and_(OneTimeLink.subject == id, working)
            link = session.scalars(sa.select(OneTimeLink).where(unspent)).first()
            return secret_of(link or issue(Purpose.GIFT, id, order=self.order(name)))

    def person(self, name: str) -> uuid.UUID:
        """Somebody who is invited to the staff."""
        invited = sa.and_(User.tenant_id == self.shop.id, User.password_hash.is_(None))
        return self._one(sa.select(User.id).where(invited))

    def api_key(self, name: str) -> uuid.UUID:
        return self._one(sa.select(ApiKey.id).where(ApiKey.tenant_id == self.shop.id, ApiKey.name == "Till"))

    def invitation(self, name: str) -> str:
        """The secret of theirs, that works."""
        return self._mailed(name, Purpose.INVITATION)

    def reset(self, name: str) -> str:
        """The secret of a link to a new password of theirs."""
        return self._mailed(name, Purpose.NEW_PASSWORD)

    def _mailed(self, name: str, purpose: Purpose) -> str:
        person = self.person(name)
        with self.shop.transaction() as session:
            theirs = sa.and_(OneTimeLink.user_id == person, OneTimeLink.purpose == purpose)
            link = session.scalars(
                sa.select(OneTimeLink).where(theirs, OneTimeLink.spent_at.is_(None))
            ).first()
            return secret_of(link or issue(purpose, person, user=person))

    def ends(self) -> int:
        """When links end that the shop signs itself."""
        return (int(clock.now().timestamp()) // 86400 + 2) * 86400

    def signature(self) -> str:
        """Of the shop's own link to the order ASKED."""
        with self.shop.transaction(reading=True):
            return signature(signing_secret(this_shop()), "ASKED", self.ends())

    def number(self, name: str) -> str:
        """The RMA number as stored."""
        with self.shop.transaction(reading=True) as session:
            query = sa.select(Return.number).where(Return.id == self.return_(name))
            return session.scalars(query).one() or ""

    def item(self, name: str) -> uuid.UUID:
        return self._one(
            sa.select(ReturnItem.id).where(ReturnItem.return_id == self.return_(name)).order_by(ReturnItem.no)
        )

    def stray(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Stray.id).where(Stray.tenant_id == self.shop.id))

    def logo(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Logo.id).where(Logo.tenant_id == self.shop.id))

    def policy_draft(self, name: str) -> uuid.UUID:
        return self._one(sa.select(PolicyDraft.id).where(PolicyDraft.tenant_id == self.shop.id))

    def open_draft(self, name: str = "") -> uuid.UUID:
        """A draft that can still be edited."""
        mine = (PolicyDraft.tenant_id == self.shop.id, PolicyDraft.state == DraftState.DRAFT)
        return self._one(sa.select(PolicyDraft.id).where(*mine))

    def case(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Case.id).where(Case.return_id == self.return_(name)))

    def reduction(self, name: str = "REDUCED") -> uuid.UUID:
        return self._one(sa.select(Reduction.id).where(Reduction.return_id == self.return_(name)))

    def line(self, name: str) -> uuid.UUID:
        return self._one(sa.select(OrderLine.id).where(OrderLine.order_id == self.order(name)))

    def photo(self, name: str) -> uuid.UUID:
        mine = sa.select(Photo.id).join(Return, Return.id == Photo.return_id)
        return self._one(mine.where(Return.order_id == self.order(name)).order_by(Photo.id))

    def dock_photo(self) -> uuid.UUID:
        """Of what was found in ARRIVED."""
        mine = sa.select(Photo.id).join(Return, Return.id == Photo.return_id)
        found = sa.and_(Return.order_id == self.order("ARRIVED"), Photo.taken_by == Taker.DOCK)
        return self._one(mine.where(found).order_by(Photo.id))

    def shown_line(self, name: str = "DRAFTED") -> uuid.UUID:
        """Of the draft that has photos."""
        mine = sa.select(Photo.line_id).join(Return, Return.id == Photo.return_id)
        return self._one(mine.where(Return.order_id == self.order(name)).order_by(Photo.id))

    def asked_line(self) -> uuid.UUID:
        return self.shown_line("ASKED")

    def gift_line(self) -> uuid.UUID:
        return self.shown_line("GIVEN")

    def draft_line(self) -> uuid.UUID:
        """Of the draft that is exchanged."""
        return self._one(sa.select(ReturnLine.id).where(ReturnLine.return_id == self.return_("SWAPPING")))

    def exchange(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Exchange.id).where(Exchange.return_id == self.return_(name)))

    def made(self, name: str) -> uuid.UUID:
        """An exception to the rules."""
        return self._one(sa.select(Override.id).where(Override.order_id == self.order(name)))

    def refund(self, name: str = "PAID") -> uuid.UUID:
        return self._one(sa.select(Refund.id).where(Refund.return_id == self.return_(name)))

    def demand(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Demand.id).where(Demand.return_id == self.return_(name)))

    def bank_link(self) -> str:
        """Of a payment at the simulated bank, that is open; the same one each time."""
        bank, until = Bank(config.current().bank_file, str(self.shop.id)), "9999"
        about = {"demand": str(self.demand("ARRIVED"))}
        reference = bank.open_link("world", Wish(500, "EUR", until, "/", about))["reference"]
        return str(reference)

    def credit(self, name: str) -> uuid.UUID:
        return self._one(sa.select(StoreCredit.id).where(StoreCredit.tenant_id == self.shop.id))

    def gift_card(self, name: str) -> uuid.UUID:
        return self._one(sa.select(GiftCard.id).where(GiftCard.order_id == self.order(name)))

    def card(self, name: str) -> uuid.UUID:
        return self.gift_card(name)

    def card_secret(self, name: str) -> str:
        """Of a link to the gift card's code, that works; the same one until it is spent."""
        card, order = self.gift_card(name), self.order(name)
        with self.shop.transaction() as session:
            unspent = sa.and_(OneTimeLink.subject == card, OneTimeLink.spent_at.is_(None))
            link = session.scalars(sa.select(OneTimeLink).where(unspent)).first()
            return secret_of(link or issue(Purpose.SHOW_CARD, card, order=order))

    def question(self, name: str) -> uuid.UUID:
        """Whether store credit will do."""
        return self._asked(name, Asked.STORE_CREDIT)

    def _asked(self, name: str, kind: Asked) -> uuid.UUID:
        mine = sa.select(LegQuestion.id).where(LegQuestion.leg_id == self.leg(name))
        return self._one(mine.where(LegQuestion.kind == kind))

    def consent_secret(self, name: str) -> str:
        """Of the link to that question; the same one until it is spent."""
        return self._about(name, Asked.STORE_CREDIT)

    def bank_secret(self, name: str) -> str:
        """Of the link to the form for a bank account."""
        return self._about(name, Asked.BANK_ACCOUNT)

    def _about(self, name: str, kind: Asked) -> str:
        question, order = self._asked(name, kind), self.order(name)
        with self.shop.transaction() as session:
            unspent = sa.and_(OneTimeLink.subject == question, OneTimeLink.spent_at.is_(None))
            link = session.scalars(sa.select(OneTimeLink).where(unspent)).first()
            return secret_of(link or issue(KINDS[kind].purpose, question, order=order))

    def dead_job(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Job.id).where(Job.tenant_id == self.shop.id, Job.key == "buried/"))

    def order_file(self, name: str) -> uuid.UUID:
        return self._file(Holds.ORDERS)

    def product_file(self, name: str) -> uuid.UUID:
        return self._file(Holds.PRODUCTS)

    def _file(self, holds: Holds) -> uuid.UUID:
        mine = sa.and_(ImportFile.tenant_id == self.shop.id, ImportFile.holds == holds)
        return self._one(sa.select(ImportFile.id).where(mine))

    def product(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Product.id).where(Product.tenant_id == self.shop.id))

    def mail(self, name: str) -> uuid.UUID:
        return self._one(sa.select(SentMail.id).where(SentMail.tenant_id == self.shop.id))

    def notice(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Notice.id).where(Notice.return_id == self.return_(name)))

    def credit_note(self, name: str = "PAID") -> uuid.UUID:
        return self._one(sa.select(CreditNote.id).where(CreditNote.refund_id == self.refund(name)))

    def note(self, name: str = "PAID") -> uuid.UUID:
        return self.credit_note(name)

    def leg(self, name: str = "PAID") -> uuid.UUID:
        return self._one(sa.select(RefundLeg.id).where(RefundLeg.refund_id == self.refund(name)))

    def reconciliation(self, name: str) -> uuid.UUID:
        return self._one(sa.select(Reconciliation.id).where(Reconciliation.tenant_id == self.shop.id))

    def export(self, name: str) -> uuid.UUID:
        """A file of the shop's returns, that is there; the same one until it is gone."""
        with self.shop.transaction(reading=True) as session:
            ready = sa.select(Export.id).where(
                Export.tenant_id == self.shop.id, Export.state == ExportState.READY
            )
            found = session.scalars(ready).first()
        if found:
            return found
        with self.app.app_context():
            wanted = Wanted(ExportKind.RETURNS, Format.CSV)
            return commanding.export(None, self.shop.id, wanted, SYSTEM)[1].id
