"""A shop with something of everything in its past, for verify to look at."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit.actors import SYSTEM
from portal.audit.seals import seal_until
from portal.catalogue.facts import LevelFacts, ProductFacts, VariantFacts
from portal.catalogue.taking import take
from portal.db import find, session
from portal.exports import ExportKind, Format, commanding
from portal.exports.ordering import Wanted, order
from portal.ledger import Role as LedgerRole
from portal.notices import Notice, send_again
from portal.orders.links import ask
from portal.orders.models import Order
from portal.people.roles import Role
from portal.policies import Disposition, Grade, Resolution
from portal.policies.drafting import discard
from portal.policies.publishing import publish
from portal.reconciling.commanding import reconcile
from portal.reconciling.ordering import span
from portal.refunds import waiving
from portal.refunds.demands import cancel, demands_of
from portal.refunds.gateways.bank import Mode, Switch
from portal.refunds.giving import Gift
from portal.refunds.goodwill import GoodwillReason
from portal.refunds.models import GiftCard
from portal.refunds.questions.models import Asked
from portal.tenants import locked_shop
from tests.harness.apps import dispose, made_app
from tests.harness.configuring import approved, both, drafted
from tests.harness.sales import BOOTS, SOCKS, ZONE, Sold, look, today
from tests.harness.shops import Shop, find_shop, furnished
from tests.harness.swapping import Swap
from tests.harness.trading import Trade, policy

LATER = timedelta(days=10)  # when the story's policy has been in force for a while
SEAL = {"id": "seal", "match": {"tags": ["sealed"]}, "promise": "Sealed", "question": "Sealed?"}
VASE = Sold(90_000, 3, "VASE", "Vase", discount=1_000, taxes={"19": 14_210}, unit_cost=20_000)


def filled(url: str) -> None:
    """The furnished shops, and what happened in the first of them."""
    furnished(url)
    with TemporaryDirectory() as folder:
        files = {"bank_file": Path(folder, "bank.db"), "export_folder": Path(folder, "exports")}
        app = made_app(url, **files)
        tell(find_shop(app))
        dispose(app)


def tell(shop: Shop) -> None:
    """Everything that can become of a return, with no gateway asked that a test would miss afterwards."""
    trade = Trade(shop)
    rules = policy(
        conditions=[{**SEAL, "unmet": "refused"}],
        fees=[FEE],
        windows=[SLOW],
        valid_months=LASTS,
        credit_bonus=500,
        second_person_above={"EUR": LARGE},
        alone_per_day={"EUR": 100 * LARGE},
        off_quote={"amounts": {"EUR": LARGE}},
        goodwill_budget={"EUR": 3_000},
    )
    trade.rule(rules)
    _configured(shop, rules)
    start = clock.now()
    with clock.at(start + LATER):
        _paid(trade)
        _decided(trade)
        _on_the_way(trade)
        _exchanged(Swap(trade.shop))
        _asked(trade)
        _talked(trade)
        _kept(trade)
        _excepted(trade)
        _given(trade)
        _by_hand(trade)
        _stopped(trade)
        _large(trade)
        _generous(trade)
        _owed(trade)
        _reduced(trade)
        _catalogue(trade.shop)
        _to_pay(Swap(trade.shop))
        _let_go(Swap(trade.shop))
        _money(trade)  # after whatever lets days go by: an answer is still missing then
        with shop.transaction():
            seal_until(start + LATER)  # over what came before this moment, at which all of it happens
        _exported(trade)  # last: one of its files waits, and nobody does jobs any more


def _configured(shop: Shop, rules: Mapping[str, Any]) -> None:
    """A draft that two people put in force, one that is scheduled, and one that was thrown away."""
    one, other = both(shop)
    called = {"accounts": {LedgerRole.WRITE_DOWN: {"code": "6870-1", "name": "Abschreibung"}}}
    for days, since in ((15, None), (16, clock.now() + 70 * LATER)):
        with shop.transaction():
            draft = approved(one, other, {**rules, "pay_days": days, "books": called})
            publish(locked_shop(), draft, one, since=since)
    with shop.transaction():
        discard(locked_shop(), drafted(one, rules), one)


def _catalogue(shop: Shop) -> None:
    """Two articles, told twice: the second time there are fewer of one."""
    socks = [
        VariantFacts("1", "SOCKS", 1900, attributes=(("Size", "38"),)),
        VariantFacts("2", "SOCKS-L", 1900),
    ]
    for pieces in (5, 4):
        told = ProductFacts(
            *("homeward", "socks", "Socks", "EUR", tuple(socks)), levels=(LevelFacts("1", pieces),)
        )
        with shop.transaction():
            take([told], SYSTEM)


def _exchanged(swap: Swap) -> None:
    """One exchange that was sent, one that was given up after it was to be sent, one that is wanted."""
    hat = swap.stock("HAT", 2_000, 9, unit_cost=500, tax_rates=["19"])
    ends = [swap.ship, swap.sell_out]
    for end in ends:
        return_ = swap.swap(swap.order(SOCKS), {1: 1}, hat)
        swap.receive(return_)
        swap.inspect(return_)
        swap.approve(return_)
        swap.work()
        if end == swap.ship:
            swap.pay_for(return_)
        end(return_)
        swap.work()
    other = swap.stock("BERET", 2_000, 9, unit_cost=500, tax_rates=["19"])  # hats are said to be sold out
    swap.swap(swap.order(SOCKS), {1: 1}, other)


def _to_pay(swap: Swap) -> None:
    """An exchange that costs more, which is asked for."""
    swap.ready(swap.stock("CAP", 2_500, 3, tax_rates=["19"]), SOCKS)


def _let_go(swap: Swap) -> None:
    """An exchange that costs a little more, which the shop lets go."""
    return_ = swap.ready(swap.stock("MUG", 1_800, 3, tax_rates=["19"]), SOCKS)
    with swap.on(return_) as held:
        (demand,) = demands_of(held)
        gift = Gift(demand.amount, GoodwillReason.LOYALTY)
        waiving.waive(demand, gift, swap.clerk, 3_000, ZONE)
    swap.work()


def _large(trade: Trade) -> None:
    """A refund that two people approve."""
    return_ = trade.ask(trade.order(Sold(LARGE + 10_000)), {1: 1}, "damaged")
    trade.show(return_, 2)
    trade.authorize(return_)
    trade.receive(return_)
    trade.inspect(return_)
    trade.approve_by_two(return_, trade.shop.actor(Role.MANAGER), LARGE)
    trade.work()


def _owed(trade: Trade) -> None:
    """What shoppers owe: open, paid, given back after it had come back once, taken back, and lapsed."""
    return_ = trade.ask(trade.order(SOCKS), {1: 1})
    _, paid, back, ended = (trade.owe(return_, 500 + n, days=90) for n in range(4))
    trade.work()
    for one in (paid, back):
        trade.pay_link(one)
    trade.work()
    trade.give_back_paid(back)
    with trade.on_demand(ended) as held:
        cancel(held, trade.clerk)
    lapsed = trade.owe(return_, 900, days=1)
    trade.work()
    with trade.on_demand(back) as held:
        trade.bank.turn(held.refunds[0].reference, "failed")
    with clock.at(clock.now() + timedelta(days=2)):
        trade.work()
        trade.give_back_paid(back)
        trade.work()
    with trade.on_demand(lapsed) as held:
        assert held.state == "lapsed"


def _reduced(trade: Trade) -> None:
    """Lower refunds: one that waits, and one of each kind of end; three of them were paid."""
    ends = {"accept": "", "lapse": "", "uphold": "Not so.", "change": "Not so.", "withdraw": "Not so."}
    for end, objection in {**ends, "wait": "", "object": "Not so."}.items():
        return_ = trade.ask(trade.order(Sold(2_999, 3, taxes={"19": 479})), {1: 3})
        trade.receive(return_)
        trade.inspect(return_)
        made = trade.reduce(return_, by=trade.shop.actor(Role.MANAGER), n=2, points=3_333)
        if end == "accept" or objection:
            trade.answer(made, objection)
        if end in {"uphold", "change", "withdraw"}:
            trade.judge(made, end, **({"amount": 111} if end == "change" else {}))
        if end == "lapse":
            with clock.at(clock.now() + timedelta(days=7, minutes=1)):
                trade.work()
        if end in {"accept", "lapse", "change"}:
            trade.approve(return_)
    trade.work()


def _generous(trade: Trade) -> None:
    """Goodwill in a refund that is paid, by itself, and one that waits; more than one day's."""
    order = trade.order(SOCKS)
    paid = trade.ask(order, {1: 1}, "damaged")
    trade.receive(paid)
    trade.inspect(paid)
    trade.grant(paid, 200)
    trade.approve(paid)
    trade.work()
    trade.grant(paid, 300, "other", "They wrote such a kind letter.")
    trade.approve(paid)
    trade.work()
    trade.grant(trade.ask(trade.order(SOCKS), {1: 1}), 400)


LARGE = 30_000
LASTS = {"store_credit": 24, "gift_card": 36}
SLOW = {"id": "slow", "label": "Slow", "match": {"tags": ["slow"]}, "days": 40}
FEE = {"id": "all", "match": {}, "label": "Restocking", "points": 1000}


def _paid(trade: Trade) -> None:
    """Whole returns: to a card, to two payments, to store credit of which some was spent."""
    trade.go_whole_way(trade.order(SOCKS, BOOTS), {1: 2, 2: 1})
    split = trade.order(SOCKS, paid=[("gift_card", 2000), 1402])
    trade.go_whole_way(split, {1: 1})
    trade.go_whole_way(split, {1: 1}, "damaged")
    credit = trade.order(Sold(5000, unit_cost=None))
    trade.go_whole_way(credit, {1: 1}, resolution=Resolution.STORE_CREDIT)
    whole = trade.order(SOCKS, delivery_charged=495, delivery_standard=495, paid=[3897])
    trade.go_whole_way(whole, {1: 2}, "damaged")
    beads = trade.order(Sold(9, 9, "BEAD", "Glass bead", discount=5, taxes={"19": 1, "7": 1}))
    trade.go_whole_way(beads, {1: 4})
    trade.go_whole_way(beads, {1: 5})
    trade.work()
    trade.spend("nils@ek.example", 1000, "FF-1")
    trade.spend("nils@ek.example", 500, "FF-2")
    trade.release("FF-2")
    _gift_cards(trade)


def _gift_cards(trade: Trade) -> None:
    """One spent in part, one replaced by another, one whose code nobody has seen."""
    cards = []
    for _ in range(3):
        order = trade.order(Sold(4000, unit_cost=None))
        trade.go_whole_way(order, {1: 1}, resolution=Resolution.GIFT_CARD)
        trade.work()
        with trade.shop.transaction(reading=True) as session:
            cards.append(session.scalars(sa.select(GiftCard.id).where(GiftCard.order_id == order)).one())
    for n, card in enumerate(cards[:2]):
        code = trade.show_card(card)
        trade.spend_card(code, 700, f"GC-{n}")
        trade.spend_card(code, 300, f"GC-{n}-again")
        trade.release(f"GC-{n}-again")
    trade.reissue(cards[1])


def _decided(trade: Trade) -> None:
    """Denied, let in partly, cancelled, expired, a draft, one that waits."""
    order = trade.order(VASE, VASE)
    trade.deny(trade.ask(order, {1: 1}))
    partly = trade.ask(order, {1: 2})
    trade.authorize(partly, [look(trade.shop, partly).items[0].id])
    trade.ask(order, {2: 3}, "other")
    trade.draft(order, {1: 1})
    trade.cancel(trade.ask(trade.order(SOCKS), {1: 1}))
    gone = trade.ask(trade.order(SOCKS), {1: 2})
    with clock.at(clock.now() + timedelta(days=30)):
        trade.work()
    assert look(trade.shop, gone).return_.state == "expired"


def _on_the_way(trade: Trade) -> None:
    """Parcels, counts that fall short, checks that were taken back, a refusal."""
    trade.mark_sent(trade.ask(trade.order(SOCKS), {1: 1}), "00340434161094000018")
    short = trade.ask(trade.order(Sold(9000, 3, "CUP", "Cup", unit_cost=700, tags=["sealed"])), {1: 3})
    trade.receive(short, {1: 2})
    trade.inspect(short, Grade.OPENED)
    items = [item.id for item in look(trade.shop, short).items[:2]]
    trade.correct(items[0])
    trade.inspect(short, met=False)
    trade.correct(items[1])
    trade.inspect(short, Grade.DAMAGED, items=[items[1]], disposition=Disposition.DONATE)
    trade.give_up(short)
    trade.receive(trade.ask(trade.order(SOCKS), {1: 2}))


def _kept(trade: Trade) -> None:
    """What need not come back: one of two, all of a return, refunded, and what is in a parcel already."""
    trade.keep(trade.ask(trade.order(SOCKS), {1: 2}), {1: 1})
    all_of_it = trade.ask(trade.order(SOCKS), {1: 2})
    trade.keep(all_of_it)
    trade.approve(all_of_it)
    trade.work()
    for carried in (trade.mark_sent, trade.deliver):
        on_its_way = trade.ask(trade.order(SOCKS), {1: 2})
        carried(on_its_way)
        trade.keep(on_its_way)


def _excepted(trade: Trade) -> None:
    """What the rules refuse and a person lets pass: one article, and a longer time; one is taken back."""
    late, hour = trade.order(SOCKS, BOOTS), timedelta(hours=1)
    after = clock.now() + timedelta(days=60)
    with clock.at(after):
        trade.allow(late, 2)
    with clock.at(after + hour):
        trade.ask(late, {2: 1})
        trade.extend(late)
    with clock.at(after + 2 * hour):
        trade.ask(late, {1: 1})
    with clock.at(after + 3 * hour):
        trade.withdraw(late, trade.extend(late, 120))


def _money(trade: Trade) -> None:
    """Approvals of which one was taken back, one waits, one is not known, one failed and went again."""
    ready = trade.go_whole_way(trade.order(SOCKS), {1: 2})
    trade.cancel_refund(look(trade.shop, ready).refunds[0].id)
    trade.approve(ready)
    trade.go_whole_way(trade.order(Sold(300)), {1: 1})
    trade.bank.switch = Switch(Mode.DECLINE, times=1)
    trade.work()
    (failed,) = look(trade.shop, ready).refunds[1].legs
    trade.replace(failed.id)
    trade.work()
    back = trade.go_whole_way(trade.order(SOCKS), {1: 1})
    trade.work()
    trade.bank.turn(look(trade.shop, back).refunds[0].legs[0].reference, "failed")
    with clock.at(clock.now() + timedelta(seconds=40)):
        trade.work()
    trade.bank.switch = Switch(Mode.LOSE_ANSWER)
    trade.go_whole_way(trade.order(SOCKS), {1: 1})
    trade.work()
    trade.bank.switch = Switch()
    trade.go_whole_way(trade.order(SOCKS), {1: 1})


def _by_hand(trade: Trade) -> None:
    """Two transfers that were made, and one that waits."""
    for reference in ("T-1", "T-2", ""):
        order = trade.order(Sold(700))
        trade.pay_by(order, "manual")
        back = trade.go_whole_way(order, {1: 1})
        trade.work()
        if reference:
            trade.confirm(look(trade.shop, back).refunds[0].legs[0].id, reference)


def _stopped(trade: Trade) -> None:
    """Cards that are no more: credit taken and declined, an account that waits, one paid, one asked for."""
    legs = []
    for _ in range(5):
        order = trade.order(Sold(900))
        trade.close_payments(order)
        back = trade.go_whole_way(order, {1: 1})
        trade.work()
        legs.append((back, look(trade.shop, back).refunds[0].legs[0].id))
    trade.agree(trade.ask_about(legs[0][1], Asked.STORE_CREDIT))
    trade.agree(trade.ask_about(legs[1][1], Asked.STORE_CREDIT), "No credit.", yes=False)
    trade.ask_about(legs[4][1], Asked.BANK_ACCOUNT)
    for back, leg in legs[2:4]:
        trade.name_account(trade.ask_about(leg, Asked.BANK_ACCOUNT))
        trade.work()
        if back == legs[3][0]:
            trade.confirm(look(trade.shop, back).refunds[0].legs[-1].id, "T-3")


def _asked(trade: Trade) -> None:
    """A link to an order that was mailed, and one that nobody was to get."""
    order = trade.order(SOCKS)
    with trade.shop.transaction():
        ask(find(Order, order))
        ask(None)
    trade.work()


def _talked(trade: Trade) -> None:
    """Messages of which one was answered, one needed no answer, and two wait; a mail that was sent again."""
    answered, waiting = trade.ask(trade.order(SOCKS), {1: 1}), trade.ask(trade.order(SOCKS), {1: 1})
    trade.write(answered, "Is it there?", shopper=True)
    trade.write(answered, "It is.")
    trade.write(answered, "Thank you!", shopper=True)
    trade.settle(answered)
    trade.write(waiting, "Is it there?", shopper=True)
    trade.write(waiting, "Hello?", shopper=True)
    trade.work()
    with trade.on(answered) as held:
        first = sa.select(Notice).where(Notice.return_id == held.id).order_by(Notice.created_at).limit(1)
        send_again(session.scalars(first).one(), held, trade.clerk)
    trade.work()


def _exported(trade: Trade) -> None:
    """A file that is ready, one that waits; a month that was reconciled."""
    shop = trade.shop
    with shop.app.app_context():
        commanding.export(None, shop.id, Wanted(ExportKind.JOURNAL, Format.CSV), trade.clerk)
        reconcile(None, shop.id, *span("month", today()), trade.clerk)
    with shop.transaction():
        order(locked_shop(), Wanted(ExportKind.TRAIL, Format.JSON), trade.clerk)


def _given(trade: Trade) -> None:
    """A gift that came back for credit, one on its way, one whose recipient has proven nothing."""
    order = trade.order(SOCKS, BOOTS)
    back = trade.give_back(order, {1: 1})
    trade.receive(back)
    trade.inspect(back)
    trade.approve(back)
    trade.give_back(order, {2: 1})
    trade.gift(order, {1: 1})
    trade.work()
