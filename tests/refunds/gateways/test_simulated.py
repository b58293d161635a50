"""The simulated bank keeps the contract of every gateway, and fails in each way that it is told to."""

from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from portal import clock
from portal.refunds.gateways.bank import KEY_LIVES, Ask, Bank, Mode, Refused, Switch
from portal.refunds.gateways.port import (
    Declined,
    LinkRequest,
    LostAnswer,
    Movement,
    PaymentFacts,
    RefundRequest,
    RefundState,
    UnknownPayment,
    UnknownRefund,
    Way,
)
from portal.refunds.gateways.simulated import PATIENCE, SimulatedGateway
from tests.harness.processes import context
from tests.refunds.gateways.contract import GatewayContract, ask

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAYMENT = PaymentFacts("pay_1", 10_000, "EUR")


class Waits(list[float]):
    """How long the bank waited, instead of waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def bank(tmp_path: Path, waits: Waits) -> Bank:
    return Bank(tmp_path / "bank" / "bank.db", "shop-a", waits)


@pytest.fixture
def gateway(bank: Bank) -> SimulatedGateway:
    return SimulatedGateway(bank)


class TestContract(GatewayContract):
    @pytest.fixture
    def gateway(self, bank: Bank) -> SimulatedGateway:
        return SimulatedGateway(bank)

    @pytest.fixture
    def payment(self) -> PaymentFacts:
        return PAYMENT


def states(gateway: SimulatedGateway) -> list[str]:
    return [refund.state for refund in gateway.refunds_of(PAYMENT)]


def test_a_lost_answer_leaves_a_refund_that_the_key_finds(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(Mode.LOSE_ANSWER, times=1)
    request = ask(PAYMENT, 4_000)
    with pytest.raises(LostAnswer):
        gateway.submit(request)
    (found,) = gateway.refunds_of(PAYMENT)
    assert found.metadata == request.metadata
    assert gateway.submit(request) == found


def test_a_lost_request_leaves_nothing(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(Mode.LOSE_REQUEST, times=1)
    request = ask(PAYMENT, 4_000)
    with pytest.raises(LostAnswer):
        gateway.submit(request)
    assert gateway.refunds_of(PAYMENT) == []
    assert gateway.submit(request).amount == 4_000


def test_a_refused_refund_stays_refused_under_its_key(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(Mode.DECLINE, times=1)
    request = ask(PAYMENT, 4_000)
    for _ in range(2):
        with pytest.raises(Declined, match="declined"):
            gateway.submit(request)
    assert gateway.submit(ask(PAYMENT, 4_000)).state == RefundState.SUCCEEDED


def test_a_bank_that_is_down_answers_nothing(bank: Bank, gateway: SimulatedGateway) -> None:
    seen = gateway.submit(ask(PAYMENT, 1))
    bank.switch = Switch(Mode.DOWN)
    for question in (
        lambda: gateway.submit(ask(PAYMENT, 1)),
        lambda: gateway.refunds_of(PAYMENT),
        lambda: gateway.read(seen.reference),
    ):
        with pytest.raises(LostAnswer):
            question()
    bank.switch = Switch()
    assert gateway.refunds_of(PAYMENT) == [seen]


def test_a_slow_answer_comes_within_patience(bank: Bank, gateway: SimulatedGateway, waits: Waits) -> None:
    bank.switch = Switch(slow=PATIENCE)
    assert gateway.submit(ask(PAYMENT, 1)).state == RefundState.SUCCEEDED
    assert waits == [PATIENCE]


def test_a_request_beyond_patience_still_lands(bank: Bank, gateway: SimulatedGateway, waits: Waits) -> None:
    bank.switch = Switch(slow=PATIENCE + 10, times=1)
    request = ask(PAYMENT, 4_000)
    with clock.at(START), pytest.raises(LostAnswer):
        gateway.submit(request)
    assert waits == [PATIENCE]
    with clock.at(START + timedelta(seconds=PATIENCE)):
        assert gateway.refunds_of(PAYMENT) == []
        with pytest.raises(LostAnswer, match="under way"):
            gateway.submit(request)
    with clock.at(START + gateway.limits.longest_request):
        (found,) = gateway.refunds_of(PAYMENT)
        assert gateway.submit(request) == found


def test_a_request_on_its_way_counts_against_what_was_captured(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(slow=PATIENCE + 10, times=1)
    with clock.at(START):
        with pytest.raises(LostAnswer):
            gateway.submit(ask(PAYMENT, 6_000))
        with pytest.raises(Declined, match="over_captured"):
            gateway.submit(ask(PAYMENT, 6_000))


def test_no_request_takes_longer_than_the_bank_promises() -> None:
    with pytest.raises(ValueError, match="30"):
        Switch(slow=31)


def test_a_pending_refund_succeeds_later(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(Mode.PENDING, later=60)
    with clock.at(START):
        request = ask(PAYMENT, 4_000)
        assert gateway.submit(request).state == RefundState.PENDING
    with clock.at(START + timedelta(seconds=59)):
        assert states(gateway) == ["pending"]
    with clock.at(START + timedelta(seconds=60)):
        assert states(gateway) == ["succeeded"]
        assert gateway.submit(request).state == RefundState.PENDING, "a replay is the answer of then"


def test_a_refund_that_succeeded_fails_later(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(Mode.FAIL_LATER, later=60)
    with clock.at(START):
        seen = gateway.submit(ask(PAYMENT, 10_000))
        assert (seen.state, seen.reason) == (RefundState.SUCCEEDED, "")
        bank.switch = Switch()
        with pytest.raises(Declined):
            gateway.submit(ask(PAYMENT, 10_000))
    with clock.at(START + timedelta(seconds=60)):
        failed = gateway.read(seen.reference)
        assert (failed.state, failed.reason) == (RefundState.FAILED, "expired_or_canceled_card")
        assert gateway.submit(ask(PAYMENT, 10_000)).state == RefundState.SUCCEEDED


@pytest.mark.parametrize(("mode", "to"), [(Mode.PENDING, "failed"), (Mode.FAIL_LATER, "failed")])
def test_a_person_can_turn_a_refund(bank: Bank, gateway: SimulatedGateway, mode: Mode, to: str) -> None:
    bank.switch = Switch(mode, later=None)
    seen = gateway.submit(ask(PAYMENT, 4_000))
    with clock.at(datetime.now(UTC) + timedelta(days=90)):
        assert gateway.read(seen.reference) == seen
    bank.turn(seen.reference, to, "lost_or_stolen_card")
    turned = gateway.read(seen.reference)
    assert (turned.state, turned.reason) == (RefundState.FAILED, "lost_or_stolen_card")


def test_a_switch_counts_its_requests(bank: Bank, gateway: SimulatedGateway) -> None:
    bank.switch = Switch(Mode.LOSE_REQUEST, times=2)
    for _ in range(2):
        with pytest.raises(LostAnswer):
            gateway.submit(ask(PAYMENT, 1))
    assert bank.switch == Switch()
    gateway.submit(ask(PAYMENT, 1))


def test_a_shops_switch_and_payments_are_its_own(bank: Bank, gateway: SimulatedGateway) -> None:
    other = SimulatedGateway(Bank(bank.path, "shop-b"))
    bank.switch = Switch(Mode.DOWN)
    seen = other.submit(RefundRequest("k1", PAYMENT, 10_000, {}))
    bank.switch = Switch()
    assert gateway.refunds_of(PAYMENT) == []
    with pytest.raises(UnknownRefund):
        gateway.read(seen.reference)
    assert gateway.submit(RefundRequest("k1", PAYMENT, 9_000, {})).amount == 9_000


def test_a_key_is_forgotten_after_a_day(gateway: SimulatedGateway) -> None:
    request = ask(PAYMENT, 4_000)
    with clock.at(START):
        gateway.submit(request)
    with clock.at(START + KEY_LIVES - timedelta(seconds=1)):
        gateway.submit(request)
        assert len(gateway.refunds_of(PAYMENT)) == 1
    with clock.at(START + KEY_LIVES):
        gateway.submit(request)
        assert len(gateway.refunds_of(PAYMENT)) == 2, "this is why a late repeat must look first"


def test_a_refund_made_by_hand_shows_without_our_metadata(bank: Bank, gateway: SimulatedGateway) -> None:
    gateway.submit(ask(PAYMENT, 4_000))
    bank.refund_by_hand(Ask(PAYMENT.reference, 6_000, "EUR"))
    assert [bool(r.metadata) for r in gateway.refunds_of(PAYMENT)] == [True, False]
    with pytest.raises(Declined, match="over_captured"):
        gateway.submit(ask(PAYMENT, 1))


def test_a_capture_grows_and_never_shrinks(gateway: SimulatedGateway) -> None:
    gateway.submit(ask(PaymentFacts("pay_1", 20_000, "EUR"), 1))
    gateway.submit(ask(PAYMENT, 19_999))
    with pytest.raises(Declined):
        gateway.submit(ask(PAYMENT, 1))


def test_what_was_paid_by_a_link_stands_in_the_journal_once(bank: Bank, gateway: SimulatedGateway) -> None:
    wish = LinkRequest("k", 1_250, "EUR", START + KEY_LIVES, "", "/", {"demand": "d1", "shop": "acme"})
    with clock.at(START):
        link = gateway.open_link(wish)
        assert not gateway.journal(START, START + MINUTE).movements
        bank.pay(link.reference)
        paid = gateway.read_link(link.reference)
        gateway.submit(ask(PaymentFacts(paid.payment, 1_250, "EUR"), 1_250, leg="l1"))
    came = Movement(paid.payment, Way.IN, START, 1_250, "EUR", {"demand": "d1", "shop": "acme"})
    with clock.at(START + MINUTE):
        with pytest.raises(Refused):
            bank.pay(link.reference)
        first, second = gateway.journal(START, START + MINUTE).movements
        assert (first, second.way, second.amount) == (came, Way.OUT, 1_250)
        assert gateway.read_payment(paid.payment) == came
        for unknown in (second.reference, link.reference, "pay_1"):
            with pytest.raises(UnknownPayment):
                gateway.read_payment(unknown)
    bank.switch = Switch(Mode.DOWN)
    with pytest.raises(LostAnswer):
        gateway.read_payment(paid.payment)


def test_the_journal_tells_what_came_in(bank: Bank, gateway: SimulatedGateway) -> None:
    gateway.submit(RefundRequest("k1", PAYMENT, 1, {}))
    bank.switch = Switch(Mode.LOSE_REQUEST, times=1)
    with pytest.raises(LostAnswer):
        gateway.submit(RefundRequest("k2", PAYMENT, 1, {}))
    with pytest.raises(Declined):
        gateway.submit(RefundRequest("k3", PAYMENT, 10_000, {}))
    noted = [(line.what, line.about) for line in reversed(bank.journal())]
    assert noted == [("refunded", "k1"), ("not_arrived", "k2"), ("over_captured", "k3")]
    assert [r["amount"] for r in bank.statement()] == [1]


def test_a_file_that_cannot_be_opened_is_a_lost_answer(tmp_path: Path) -> None:
    gateway = SimulatedGateway(Bank(tmp_path, "shop-a"))
    with pytest.raises(LostAnswer):
        gateway.submit(ask(PAYMENT, 1))


def _refund_once(path: Path, barrier: Barrier, no: int) -> None:
    barrier.wait()
    try:
        SimulatedGateway(Bank(path, "shop-a")).submit(RefundRequest(f"k{no}", PAYMENT, 3_000, {}))
    except Declined:
        return


@pytest.mark.race
def test_several_processes_never_refund_more_than_was_captured(tmp_path: Path) -> None:
    path, barrier = tmp_path / "bank.db", context.Barrier(4)
    workers = [context.Process(target=_refund_once, args=(path, barrier, no)) for no in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert sum(r["amount"] for r in Bank(path, "shop-a").refunds(PAYMENT.reference)) == 9_000
