"""Plans of refunds: whatever comes back in whatever order, it adds up, and stays within its bounds."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from portal.policies import TenderOrder
from portal.refunds.lifecycle import Destination
from portal.refunds.planning import Delivery, FeeTerms, Plan, Unit, delivery_due, plan
from portal.refunds.tendering import Issued, Source, To, ToExchange, ToPayments
from tests.properties.always import always
from tests.properties.sales import Sale, sales

SMALL = st.integers(0, 3_000)
FEES = st.builds(FeeTerms, st.just("fee"), st.just("Fee"), st.integers(0, 10_000), SMALL)


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    charge = draw(SMALL)
    return Delivery(charge, {"19": charge // 7} if draw(st.booleans()) else {}, draw(st.booleans()))


@st.composite
def asked(draw: st.DrawFn) -> dict[str, object]:
    """Everything that a plan can be asked for."""
    units = [
        Unit(
            uuid.UUID(int=n),
            money,
            draw(FEES),
            draw(st.sampled_from([0, 0, 2_500, 5_000, 10_000])),
            draw(st.booleans()),
            draw(st.sampled_from([0, 0, 1, 499, 100_000])),
        )
        for n, money in enumerate(draw(sales()).units)
    ]
    sources = st.lists(st.tuples(st.integers(0, 300_000), st.booleans()), min_size=1, max_size=4)
    payments = [Source(uuid.UUID(int=n), *source) for n, source in enumerate(draw(sources))]
    issued = st.builds(Issued, st.sampled_from([Destination.STORE_CREDIT]), st.integers(0, 10_000))
    paid = st.builds(ToPayments, st.just(payments), st.sampled_from(TenderOrder))
    swapped = st.builds(ToExchange, st.none() | st.integers(0, 600_000), paid)
    return {
        "units": draw(st.permutations(units))[: draw(st.integers(1, len(units)))],
        "bound": draw(st.integers(0, 600_000)),
        "to": draw(issued | paid | swapped),
        "shipping": draw(SMALL),
        "delivery": draw(st.none() | deliveries()),
    }


def planned(units: Sequence[Unit], **facts: object) -> Plan:
    return plan(units, **facts)  # type: ignore[arg-type]


@always(facts=asked())
def bounds(facts: dict[str, object]) -> None:
    found = planned(**facts)  # type: ignore[arg-type]
    assert found == planned(**facts)  # type: ignore[arg-type]
    assert found.amount == sum(leg.amount for leg in found.legs)
    assert found.amount == sum(p.amount for p in found.parts) - found.shipping + found.delivery.gross
    assert 0 <= found.cut <= found.amount + found.cut == _asked(facts)
    assert found.amount <= facts["bound"]  # type: ignore[operator]
    assert 0 <= found.shipping <= facts["shipping"]  # type: ignore[operator]
    assert all(leg.amount > 0 for leg in found.legs)
    assert min(found.delivery.net, found.delivery.gross) >= 0
    _each_part_is_its_units(found)
    _what_is_off_is_off_exactly(found, facts["units"])  # type: ignore[arg-type]
    _goes_where_it_should(found, facts["to"])  # type: ignore[arg-type]


def _asked(facts: dict[str, object]) -> int:
    """What the same units would bring with no bound at all."""
    return planned(**{**facts, "bound": 10**9, "to": Issued()}).amount  # type: ignore[arg-type]


def _each_part_is_its_units(found: Plan) -> None:
    for part in found.parts:
        assert min(part.net, part.fee, part.reduction, part.cut, part.amount, *part.taxes.values()) >= 0
        assert part.value + part.reduction + part.cut == part.money.gross
        assert part.net <= part.money.net
        assert all(tax <= part.money.taxes[rate] for rate, tax in part.taxes.items())


def _what_is_off_is_off_exactly(found: Plan, units: Sequence[Unit]) -> None:
    """By conditions, half up, and by a reduction in whole minor units; never more than the unit is worth."""
    for part, unit in zip(found.parts, units, strict=True):
        gross = unit.money.gross
        assert part.reduction == min(gross, (gross * unit.reduction * 2 + 10_000) // 20_000 + unit.less)


def _goes_where_it_should(found: Plan, to: To) -> None:
    if isinstance(to, ToExchange):
        legs = [leg for leg in found.legs if leg.to is not Destination.EXCHANGE]
        found, to = replace(found, legs=tuple(legs)), to.rest
    if isinstance(to, Issued):
        assert all(leg.payment is None for leg in found.legs)
        assert 10_000 * found.bonus - found.amount * to.bonus in range(-4_999, 5_001)  # half up
        return
    taken = {leg.payment: leg.amount for leg in found.legs}
    assert len(taken) == len(found.legs) and found.bonus == 0
    sources = {source.payment: source for source in to.sources}
    assert all(amount <= sources[payment].refundable for payment, amount in taken.items() if payment)
    assert taken.keys() <= sources.keys()
    _in_turn(to, [taken.get(source.payment, 0) for source in to.sources])


def _in_turn(to: ToPayments, taken: Sequence[int]) -> None:
    """Nothing goes to a later payment before an earlier one has all that it may take; or all have alike."""
    each = list(zip(to.sources, taken, strict=True))
    if to.order is TenderOrder.PRO_RATA:
        whole, room = sum(taken), max(1, to.room)
        assert all(abs(amount * room - source.refundable * whole) < room for source, amount in each)
        return
    first = to.order is TenderOrder.STORED_VALUE_FIRST
    turn = [pair for pair in each if pair[0].stored_value is first]
    turn += [pair for pair in each if pair[0].stored_value is not first]
    short = [n for n, (source, amount) in enumerate(turn) if amount < source.refundable]
    assert not short or not any(amount for _, amount in turn[short[0] + 1 :])


@st.composite
def groupings(draw: st.DrawFn) -> tuple[Sale, list[list[Unit]], int]:
    """An order, its units in some order and some groups, and what the way back costs once."""
    sale = draw(sales())
    units = [Unit(uuid.UUID(int=n), money) for n, money in enumerate(sale.units)]
    shuffled = draw(st.permutations(units))
    cuts = sorted(draw(st.sets(st.integers(1, len(units)), max_size=4)) | {len(units)})
    groups = [shuffled[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
    return sale, groups, draw(st.sampled_from([0, 490, 5_000]))


@always(case=groupings(), split=st.integers(0, 100), order=st.sampled_from(TenderOrder))
def adding_up(case: tuple[Sale, list[list[Unit]], int], split: int, order: TenderOrder) -> None:
    """Refund group after group, each from what is left, until everything is back."""
    sale, groups, shipping = case
    first = sale.paid * split // 100
    left = {uuid.UUID(int=1): first, uuid.UUID(int=2): sale.paid - first}
    taken, taxes = 0, dict[str, int]()
    for group in groups:
        to = ToPayments([Source(p, amount, p.int == 1) for p, amount in left.items()], order)
        found = plan(group, bound=sum(left.values()), to=to, shipping=shipping - taken)
        assert not found.needs_review
        taken += found.shipping
        for leg in found.legs:
            assert leg.payment
            left[leg.payment] -= leg.amount
        for rate, tax in found.taxes.items():
            taxes[rate] = taxes.get(rate, 0) + tax
    assert taken == min(shipping, sale.paid)
    assert sum(left.values()) == taken
    assert taxes == sale.taxes


@st.composite
def charges(draw: st.DrawFn) -> tuple[int, int, dict[str, int]]:
    """A delivery's charge and discount, with taxes that are no more than what was paid."""
    charged, less = draw(SMALL | st.integers(0, 9)), draw(SMALL | st.integers(0, 3))
    left, taxes = max(0, charged - less), dict[str, int]()
    for rate in draw(st.lists(st.sampled_from(["19", "7", "2"]), max_size=3, unique=True)):
        taxes[rate] = draw(st.integers(0, left))
        left -= taxes[rate]
    return charged, less, taxes


@always(charge=charges(), standard=SMALL | st.integers(0, 9), inside=st.booleans())
def outbound(charge: tuple[int, int, dict[str, int]], standard: int, inside: bool) -> None:
    charged, less, taxes = charge
    paid, tax = max(0, charged - less), sum(taxes.values())
    found = delivery_due(charged, less, standard, taxes, tax_inside=inside)
    assert found.charge == min(standard, paid)
    assert 0 <= found.tax <= tax
    assert min(found.net, found.gross, *found.taxes.values()) >= 0
    if standard >= paid:
        assert found.gross == (paid if inside or not paid else paid + tax)


test_a_plan_is_whole_and_within_its_bounds = bounds.test()
test_any_order_and_grouping_adds_up_to_what_was_paid = adding_up.test()
test_delivery_is_never_more_than_was_paid_for_it = outbound.test()


def test_two_taxes_of_a_cheap_delivery_do_not_meet_on_the_part_that_goes_back() -> None:
    found = delivery_due(2, 0, 1, {"19": 1, "7": 1}, tax_inside=True)
    assert (found.net, found.taxes) == (0, {"19": 1, "7": 0})


@always(facts=asked())
def exchanges(facts: dict[str, object]) -> None:
    """What comes back is worth what goes out, less what the shopper pays, and what they get in money."""
    found = planned(**facts)  # type: ignore[arg-type]
    given = sum(leg.amount for leg in found.legs if leg.to is Destination.EXCHANGE)
    back = sum(leg.amount for leg in found.legs if leg.to is not Destination.EXCHANGE)
    if found.value is None:
        assert found.owed == 0
        return
    assert found.amount - found.value + found.owed - back == 0
    assert min(found.owed, back) == 0
    assert 0 <= given <= found.value


test_value_in_less_value_out_and_what_is_settled_is_zero = exchanges.test()
