"""What was captured and what went back, out of transactions or, without them, the order's status."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from portal.i18n import Message, say
from portal.orders.facts import PaymentFacts, Unfit
from portal.orders.reading.parts import Part
from portal.orders.reading.paying import kind_of
from portal.orders.reading.shopify_api import sums
from portal.orders.reading.shopify_api.articles import taken_off

_CAPTURED = ("paid", "partially_paid", "partially_refunded", "refunded")
_FAILED = ("failure", "error")


@dataclass(frozen=True)
class Money:
    """Reads an order's payments; amounts in the shop's currency."""

    of: Part

    @cached_property
    def status(self) -> str:
        return self.of.text("financial_status", 40).lower()

    @cached_property
    def edited(self) -> bool:
        """Whether pieces were taken off, and no money went back for them.

        Where money went back they stay: what was captured and what was refunded both count them.
        """
        back = self._back or self.status in ("refunded", "partially_refunded")
        return not back and taken_off(self.of.parts("line_items"))

    @cached_property
    def total(self) -> int:
        """What the shopper had to pay; of an edited order, for what is left of it."""
        total = sums.maybe_of_shop(self.of, "current_total_price") if self.edited else None
        total = sums.maybe_of_shop(self.of, "total_price") if total is None else total
        if total is None:
            raise Unfit(say("total_price is empty"))
        return total

    @cached_property
    def payments(self) -> tuple[PaymentFacts, ...]:
        return tuple(self._by_transaction() if self._transactions else self._by_status())

    @cached_property
    def refunded(self) -> int:
        if self.status == "refunded" and not self._back:
            return sum(payment.captured for payment in self.payments)
        return sum(map(_amount, self._back))

    @cached_property
    def _transactions(self) -> list[Part]:
        return list(self.of.parts("transactions"))

    @cached_property
    def _back(self) -> list[Part]:
        """What went back, or is on its way. A file may tell of one under its refund and by itself."""
        listed = [t for refund in self.of.parts("refunds") for t in refund.parts("transactions")]
        found = {
            t.text("id", 60) or t.at: t
            for t in (*listed, *self._transactions)
            if t.text("kind", 20) == "refund" and t.text("status", 20) not in _FAILED
        }
        return [t for t in found.values() if _amount(t)]

    def _captures(self) -> dict[tuple[str, str], list[Part]]:
        """By payment: what was captured of one authorization bit by bit is one payment."""
        found: dict[tuple[str, str], list[Part]] = {}
        for t in self._transactions:
            if t.text("kind", 20) in ("sale", "capture") and t.text("status", 20) in ("success", ""):
                key = (t.text("gateway")[:40], t.first("authorization", "payment_id", longest=120))
                found.setdefault(key, []).append(t)
        return found

    def _by_transaction(self) -> Iterator[PaymentFacts]:
        captures = self._captures()
        for (gateway, reference), parts in captures.items():
            yield PaymentFacts(
                kind=_kind(gateway, parts[0]),
                gateway=gateway,
                reference=reference,
                captured=sum(map(_amount, parts)),
                label=_label(parts[0]) or (_label(self.of) if len(captures) == 1 else ""),
                refunded_outside=self._back_of(parts) if len(captures) > 1 else None,
            )

    def _back_of(self, captures: list[Part]) -> int:
        ids = {t.text("id", 60) for t in captures}
        return sum(_amount(t) for t in self._back if t.text("parent_id", 60) in ids)

    def _by_status(self) -> Iterator[PaymentFacts]:
        captured = self._captured()
        if captured:
            gateway = "+".join(self._gateways)[:40]
            kind = _kind(gateway, self.of) if len(self._gateways) < 2 else "other"
            yield PaymentFacts(kind, gateway, "", captured, _label(self.of))

    def _captured(self) -> int:
        if self.status not in _CAPTURED:
            return 0
        open_ = self.of.signed("total_outstanding")
        if self.status == "partially_paid" and not open_:
            return 0
        return max(0, self.total - (open_ if self.edited else max(0, open_)))

    @cached_property
    def _gateways(self) -> list[str]:
        names = self.of.of.get("payment_gateway_names")
        if not isinstance(names, list) or not names:
            return [self.of.text("gateway")[:40]]
        by_place = {str(place): name for place, name in enumerate(names[:10], 1)}
        return [Part(by_place, "payment_gateway_names.").text(place)[:40] for place in by_place]

    def doubts(self) -> Iterator[Message]:
        """What the file leaves open about the money."""
        if not self._transactions and len(self._gateways) > 1:
            yield say("It was paid in several ways; how much by which is not known.")
        if not self._transactions and self.status == "partially_paid" and not self._captured():
            yield say("It was paid in part; how much is not known.")
        if self.status == "partially_refunded" and not self._back:
            yield say("It was refunded in part; how much is not known.")
        shopper = self.of.text("presentment_currency", 3)
        if shopper and shopper != self.of.currency:
            yield say("The shopper paid in {currency}; amounts here are the shop's own.", currency=shopper)


def _amount(t: Part) -> int:
    shop = sums.in_set(t, "amount")
    if shop.has("amount"):
        return shop.amount("amount")
    currency = t.text("currency", 3)
    if currency and currency != t.currency:
        raise Unfit(
            say(
                "{field} is in {currency}, and the file does not say how much that is in {own}",
                field=t.at + "amount",
                currency=currency,
                own=t.currency,
            )
        )
    return t.amount("amount")


def _kind(gateway: str, part: Part) -> str:
    kind = kind_of(gateway)
    return "card" if kind == "other" and part.part("payment_details").has("credit_card_company") else kind


def _label(part: Part) -> str:
    """The card as its owner knows it: of its number no more than the last four digits."""
    details = part.part("payment_details")
    company, number = details.text("credit_card_company", 40), details.text("credit_card_number", 40)
    last = number[-4:] if number[-4:].isdigit() else ""
    return f"{company} •••• {last}" if company and last else company
