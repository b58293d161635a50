"""Giving taxes that are known only for the whole order to its lines and its delivery.

Files often say "VAT 19%: 3.80" and "VAT 7%: 0.70" and not which line has which. The amounts tell: the one way
to give every article a rate under which each tax comes out right is taken. Where there is no such way, or
more than one, each tax is spread by price, and the order is flagged if that is a guess.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from portal.i18n import say
from portal.money import allocate
from portal.orders.facts import OrderFacts, TaxFacts

Weights = list[int]  # what a tax is spread over: each line's amount, the delivery's last
MOST_WAYS = 2200  # ways to give rates to articles that are tried; some milliseconds
_WHOLE = 100_000_000  # a rate of 100 %


def tax_of(taxes: Iterable[TaxFacts]) -> int:
    return sum(tax.amount for tax in taxes)


def merged(taxes: Iterable[TaxFacts]) -> tuple[TaxFacts, ...]:
    """One tax per rate, in the order of their first mention."""
    sums: dict[str, int] = {}
    for tax in taxes:
        sums[tax.rate] = sums.get(tax.rate, 0) + tax.amount
    return tuple(TaxFacts(rate, amount) for rate, amount in sums.items())


def taxed(order: OrderFacts) -> OrderFacts:
    """The order with its taxes on the lines and the delivery. Amounts of discounted lines are weighed."""
    taxes = tuple(t for t in order.taxes if t.amount)
    if not taxes:
        return replace(order, taxes=())
    amounts = _taxable(order)
    if not any(amounts):
        nothing = say("The order has a tax, but nothing that could be taxed.")
        return replace(order, taxes=(), flags=(*order.flags, nothing))
    found = _fitting(taxes, amounts, order.prices_include_tax)
    weights = found or [_goods(amounts)] * len(taxes)
    guess = found is None and _matters(taxes, amounts)
    return _given(order, taxes, weights, guess)


def _taxable(order: OrderFacts) -> Weights:
    """What can be taxed. A delivery with taxes of its own is left out; nothing marked taxable: everything."""
    delivery = 0 if order.delivery.taxes else order.delivery.paid
    lines = [line.paid if line.taxable else 0 for line in order.lines]
    return [*(lines if any(lines) else (line.paid for line in order.lines)), delivery]


def _goods(amounts: Weights) -> Weights:
    return [*amounts[:-1], 0] if any(amounts[:-1]) else amounts


def _matters(taxes: Sequence[TaxFacts], amounts: Weights) -> bool:
    """Whether another spread could be right: several things to tax, and a rate that says something."""
    return sum(map(bool, amounts)) > 1 and (len(taxes) > 1 or bool(taxes[0].rate))


def _given(order: OrderFacts, taxes: Sequence[TaxFacts], weights: list[Weights], guess: bool) -> OrderFacts:
    parts = _parts(order, taxes, weights)

    def with_tax(taxes_before: tuple[TaxFacts, ...], i: int) -> tuple[TaxFacts, ...]:
        new = (TaxFacts(t.rate, p[i]) for t, p in zip(taxes, parts, strict=True) if p[i])
        return merged((*taxes_before, *new))

    lines = tuple(replace(line, taxes=with_tax(line.taxes, i)) for i, line in enumerate(order.lines))
    delivery = replace(order.delivery, taxes=with_tax(order.delivery.taxes, -1))
    said = say("Taxes are spread over the lines by price: which line has which rate is not known.")
    flags = (*order.flags, said) if guess else order.flags
    return replace(order, lines=lines, delivery=delivery, taxes=(), flags=flags)


def _parts(order: OrderFacts, taxes: Sequence[TaxFacts], weights: list[Weights]) -> list[list[int]]:
    """Each tax by its weights. Inside a price of a few minor units, by what the taxes before it have left."""
    left = [line.paid - tax_of(line.taxes) for line in order.lines]
    left.append(order.delivery.paid - tax_of(order.delivery.taxes))
    parts = []
    for tax, weighed in zip(taxes, weights, strict=True):
        found = allocate(tax.amount, weighed)
        room = [min(pair) for pair in zip(weighed, left, strict=True)]
        tight = any(part > most for part, most in zip(found, room, strict=True))
        if order.prices_include_tax and tight and sum(room) >= tax.amount:
            found = allocate(tax.amount, room)
        left = [most - part for most, part in zip(left, found, strict=True)]
        parts.append(found)
    return parts


def _fitting(taxes: Sequence[TaxFacts], amounts: Weights, inside: bool) -> list[Weights] | None:
    """For each tax what it is on, if the amounts tell: on all goods, on goods and delivery, or by article."""
    if not all(tax.rate for tax in taxes):
        return None
    whole = [w for w in (_goods(amounts), amounts) if _all_on(taxes, w, inside) is not None]
    if whole:
        best = min(whole, key=lambda w: _all_on(taxes, w, inside) or 0)
        return [best] * len(taxes)
    return _by_article(taxes, amounts, inside)


def _all_on(taxes: Sequence[TaxFacts], weights: Weights, inside: bool) -> int | None:
    """How far the taxes are from what their rates make of all that is weighed; None when too far."""
    base = sum(weights) - (tax_of(taxes) if inside else 0)
    gaps = [abs(_of_rate(base, tax.rate, inside=False) - tax.amount) for tax in taxes]
    return sum(gaps) if max(gaps) <= _slack(weights) else None


def _by_article(taxes: Sequence[TaxFacts], amounts: Weights, inside: bool) -> list[Weights] | None:
    """The only way to give each article one of the rates, or else one of the rates or none."""
    for choices in (len(taxes), len(taxes) + 1):
        fits = list(islice(_ways(taxes, amounts, inside, choices), 2))
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _ways(taxes: Sequence[TaxFacts], amounts: Weights, inside: bool, choices: int) -> Iterator[list[Weights]]:
    taken = [i for i, amount in enumerate(amounts) if amount]
    if choices ** len(taken) > MOST_WAYS:
        return
    for way in product(range(choices), repeat=len(taken)):
        weights = [[0] * len(amounts) for _ in taxes]
        for i, rate in zip(taken, way, strict=True):
            if rate < len(taxes):
                weights[rate][i] = amounts[i]
        if all(_fits(tax, w, inside) for tax, w in zip(taxes, weights, strict=True)):
            yield weights


def _fits(tax: TaxFacts, weights: Weights, inside: bool) -> bool:
    return any(weights) and abs(_of_rate(sum(weights), tax.rate, inside) - tax.amount) <= _slack(weights)


def _slack(weights: Weights) -> int:
    """Shops round per line: a minor unit for each."""
    return max(1, sum(map(bool, weights)))


def _of_rate(base: int, rate: str, inside: bool) -> int:
    return tax_at(base, points_of(rate), inside=inside)


def points_of(rate: str) -> int:
    """A rate in per cent, as millionths of a per cent: "7.25" is 7250000."""
    whole, _, decimals = rate.partition(".")
    return int(whole + decimals.ljust(6, "0"))


def tax_at(base: int, points: int, *, inside: bool) -> int:
    """The tax on an amount, or inside it, half up. `points` as `points_of` gives them."""
    divisor = _WHOLE + points if inside else _WHOLE
    return (2 * base * points + divisor) // (2 * divisor)
