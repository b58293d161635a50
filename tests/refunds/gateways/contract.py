"""What every gateway adapter must do. A subclass gives the fixtures `gateway` and `payment`.

`payment` is a card payment of 100.00 EUR, captured, that nobody has refunded yet.
"""

import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal import clock
from portal.refunds.gateways.port import (
    Declined,
    Gateway,
    KeyReused,
    LostAnswer,
    PaymentFacts,
    RefundRequest,
    RefundState,
    SeenRefund,
    UnknownRefund,
    matching,
)

CAPTURED = 10_000


def ask(payment: PaymentFacts, amount: int, key: str = "", **metadata: str) -> RefundRequest:
    return RefundRequest(key or str(uuid.uuid4()), payment, amount, metadata or {"leg": str(uuid.uuid4())})


class GatewayContract:
    @pytest.fixture
    def gateway(self) -> Gateway:
        raise NotImplementedError

    @pytest.fixture
    def payment(self) -> PaymentFacts:
        raise NotImplementedError

    def test_a_refund_is_as_it_was_asked_for(self, gateway: Gateway, payment: PaymentFacts) -> None:
        seen = gateway.submit(ask(payment, 4_000, leg="l1", attempt="1"))
        assert (seen.payment, seen.amount, seen.currency) == (payment.reference, 4_000, "EUR")
        assert seen.metadata == {"leg": "l1", "attempt": "1"}
        assert seen.state in {RefundState.SUCCEEDED, RefundState.PENDING}
        assert seen.created_at.utcoffset() == timedelta(0)

    def test_a_refund_is_found_again(self, gateway: Gateway, payment: PaymentFacts) -> None:
        seen = gateway.submit(ask(payment, 4_000))
        assert gateway.read(seen.reference) == seen
        assert gateway.refunds_of(payment) == [seen]

    def test_what_left_stands_in_the_journal_of_its_time(
        self, gateway: Gateway, payment: PaymentFacts
    ) -> None:
        begins = clock.now()
        seen = gateway.submit(ask(payment, 4_000, leg="l1"))
        ends = clock.now() + timedelta(minutes=1)
        (moved,) = gateway.journal(begins, ends).movements
        assert (moved.reference, moved.way, moved.amount, moved.currency) == (
            seen.reference,
            "out",
            4_000,
            "EUR",
        )
        assert moved.metadata["leg"] == "l1" and begins <= moved.at < ends
        assert not gateway.journal(begins - timedelta(days=1), begins).movements

    def test_the_same_key_with_the_same_content_is_one_refund(
        self, gateway: Gateway, payment: PaymentFacts
    ) -> None:
        request = ask(payment, 4_000)
        assert gateway.submit(request) == gateway.submit(request)
        assert len(gateway.refunds_of(payment)) == 1

    def test_the_same_key_at_once_is_one_refund(self, gateway: Gateway, payment: PaymentFacts) -> None:
        request = ask(payment, 1_000)

        def submit(_: int) -> SeenRefund | None:
            try:
                return gateway.submit(request)
            except LostAnswer:
                return None

        with ThreadPoolExecutor(8) as pool:
            answers = {a.reference for a in pool.map(submit, range(8)) if a}
        assert answers == {r.reference for r in gateway.refunds_of(payment)}
        assert len(answers) == 1

    def test_two_keys_are_two_refunds(self, gateway: Gateway, payment: PaymentFacts) -> None:
        first, second = gateway.submit(ask(payment, 4_000)), gateway.submit(ask(payment, 4_000))
        assert first.reference != second.reference
        assert gateway.refunds_of(payment) == [first, second]

    @pytest.mark.parametrize("other", [{"amount": 3_999}, {"metadata": {"leg": "other"}}])
    def test_a_key_used_for_something_else_moves_nothing(
        self, gateway: Gateway, payment: PaymentFacts, other: Mapping[str, object]
    ) -> None:
        gateway.submit(RefundRequest("k1", payment, 4_000, {"leg": "l1"}))
        changed = {"key": "k1", "payment": payment, "amount": 4_000, "metadata": {"leg": "l1"}, **other}
        with pytest.raises(KeyReused):
            gateway.submit(RefundRequest(**changed))  # type: ignore[arg-type]
        assert [r.amount for r in gateway.refunds_of(payment)] == [4_000]

    def test_more_than_was_captured_is_declined(self, gateway: Gateway, payment: PaymentFacts) -> None:
        gateway.submit(ask(payment, CAPTURED - 1))
        with pytest.raises(Declined) as error:
            gateway.submit(ask(payment, 2))
        assert error.value.reason
        gateway.submit(ask(payment, 1))
        assert sum(r.amount for r in gateway.refunds_of(payment)) == CAPTURED

    def test_a_refusal_is_the_answer_of_its_key(self, gateway: Gateway, payment: PaymentFacts) -> None:
        request = ask(payment, CAPTURED + 1)
        for _ in range(2):
            with pytest.raises(Declined):
                gateway.submit(request)

    def test_another_currency_is_declined(self, gateway: Gateway, payment: PaymentFacts) -> None:
        gateway.submit(ask(payment, 1))
        with pytest.raises(Declined):
            gateway.submit(ask(PaymentFacts(payment.reference, CAPTURED, "USD"), 1))

    def test_a_payment_without_refunds_has_none(self, gateway: Gateway, payment: PaymentFacts) -> None:
        assert gateway.refunds_of(payment) == []

    def test_a_refund_that_never_was_is_unknown(self, gateway: Gateway) -> None:
        with pytest.raises(UnknownRefund):
            gateway.read("re_never_was")

    def test_ours_are_told_from_others_by_metadata(self, gateway: Gateway, payment: PaymentFacts) -> None:
        mine = gateway.submit(ask(payment, 1_000, leg="l1", attempt="1"))
        gateway.submit(ask(payment, 1_000, leg="l2", attempt="1"))
        assert matching(gateway.refunds_of(payment), {"leg": "l1"}) == [mine]

    def test_it_says_how_long_keys_live_and_requests_take(self, gateway: Gateway) -> None:
        assert timedelta(0) < gateway.limits.longest_request < gateway.limits.key_lives
