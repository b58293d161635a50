"""One planted violation for each question of each invariant."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.audit.models import TrailSeal
from portal.catalogue import Product, Reservation, ReservationState, StockLevel, Variant
from portal.exports import Export, ExportState
from portal.feed import FeedEntry, Kind
from portal.ids import gift_code, print_gift
from portal.inventory import Place, StockMovement, location_id
from portal.jobs import Job
from portal.ledger import Account, Book, JournalEntry, Posting, Role
from portal.notices import Notice
from portal.orders.models import Order, OrderLine, Payment
from portal.people.keys import MARK as KEY
from portal.people.links import MARK
from portal.people.models import OneTimeLink, Purpose, SecondFactor, StaffSession, User
from portal.people.roles import Role as StaffRole
from portal.policies import Override, OverrideKind, PolicyVersion
from portal.policies.models import DraftState, PolicyDraft, Standing
from portal.reconciling import (
    Reconciliation,
    ReconciliationLine,
    ReconciliationSum,
    Verdict,
)
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.credit_notes import CreditNote, CreditNoteNames, NoteKind
from portal.refunds.demands import Demand, DemandRefund, DemandState
from portal.refunds.gateways.port import Way
from portal.refunds.gift_cards import hash_of
from portal.refunds.goodwill import Goodwill, Waiver
from portal.refunds.lifecycle import CardState, Destination, LegState
from portal.refunds.models import (
    CreditEntry,
    GiftCard,
    GiftCardEntry,
    LegAttempt,
    Refund,
    RefundLeg,
    RefundPart,
    RefundProposal,
    StoreCredit,
)
from portal.refunds.questions.models import Asked, LegQuestion, Said
from portal.refunds.routing import MANUAL
from portal.returns.clocks import Duty
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Note, Parcel, Return, ReturnItem, ReturnLine
from portal.returns.photos.models import Photo, PhotoFile
from portal.returns.reductions import Reduction, ReductionState
from portal.tenants import Tenant
from tests.checks.plants import CASES, Loose, case

__all__ = ["CASES"]

SOME = uuid.UUID(int=1)
BY_HAND = RefundLeg.gateway == MANUAL
CHECKED = {"sqlite": ["I25"]}  # SQLite's own check of the whole file finds it too


@case("I1")
def more_went_back_elsewhere(loose: Loose) -> None:
    loose.change(Order, Order.reserved > 0, refunded_outside=Order.captured)


@case("I1")
def more_went_back_to_a_payment(loose: Loose) -> None:
    loose.change(Payment, Payment.reserved > 0, refunded_outside=Payment.captured)


@case("I2")
def a_counter_of_an_order_is_off(loose: Loose) -> None:
    loose.change(Order, Order.reserved > 1, reserved=Order.reserved - 1)


@case("I2")
def a_counter_of_a_payment_is_off(loose: Loose) -> None:
    loose.change(Payment, Payment.reserved == 0, Payment.captured > 1, reserved=1)


@case("I2", drops=["payment.ck_payment_reserved"])
def a_check_is_gone(loose: Loose) -> None:
    if loose.connection.dialect.name == "sqlite":
        loose.rewrite("payment", "reserved >= 0 AND reserved <= captured", "reserved >= 0")


@case("I3")
def a_return_in_another_currency(loose: Loose) -> None:
    loose.change(Return, Return.state == ReturnState.DENIED, currency="USD")


@case("I3")
def a_leg_in_another_currency(loose: Loose) -> None:
    loose.change(RefundLeg, RefundLeg.state == LegState.CANCELLED, currency="USD")


@case("I3", also=["I2"])
def a_leg_to_another_orders_payment(loose: Loose) -> None:
    leg = loose.one(RefundLeg, RefundLeg.state == LegState.SUCCEEDED, RefundLeg.payment_id.is_not(None))
    order = loose.one(Payment, Payment.id == leg.payment_id).order_id
    other = loose.one(Payment, Payment.order_id != order, Payment.captured - Payment.reserved > leg.amount)
    loose.change(RefundLeg, RefundLeg.id == leg.id, payment_id=other.id)


@case("I3", only="sqlite")
def half_a_cent(loose: Loose) -> None:
    loose.run("UPDATE orders SET delivery_standard = 0.5 WHERE delivery_charged = 0")


@case("I3")
def a_column_for_fractions(loose: Loose) -> None:
    loose.run("ALTER TABLE note ADD COLUMN weight FLOAT")


@case("I4")
def a_part_that_is_not_its_units_share(loose: Loose) -> None:
    loose.change(RefundPart, RefundPart.released.is_(False), cut=1)


@case("I4")
def a_fee_that_no_rule_of_its_policy_keeps(loose: Loose) -> None:
    loose.change(RefundPart, RefundPart.fee > 0, RefundPart.released.is_(False), fee_rule="another")


@case("I4")
def a_fee_that_nobody_was_quoted(loose: Loose) -> None:
    loose.change(RefundPart, RefundPart.quoted_fee > 0, quoted_fee=RefundPart.quoted_fee + 1)


@case("I4", also=["I9", "P4", "N2"])
def a_refund_that_is_not_the_sum_of_its_parts(loose: Loose) -> None:
    loose.change(Refund, Refund.shipping > 0, Refund.cancelled_at.is_(None), shipping=Refund.shipping - 1)


@case("I4")
def a_delivery_that_was_never_paid(loose: Loose) -> None:
    order = loose.one(Refund, Refund.delivery > 0).order_id
    loose.change(Order, Order.id == order, delivery_standard=0)


@case("I4")
def a_unit_that_cost_less_than_it_brought_back(loose: Loose) -> None:
    part = loose.one(RefundPart, RefundPart.released.is_(False))
    line = loose.one(ReturnItem, ReturnItem.id == part.item_id).order_line_id
    loose.change(OrderLine, OrderLine.id == line, subtotal=OrderLine.subtotal - 10)


@case("I5", drops=["order_line.ck_order_line_claimed"], also_on=CHECKED)
def more_units_than_were_ordered(loose: Loose) -> None:
    item = loose.one(ReturnItem, ReturnItem.state == ItemState.RECEIVED)
    loose.change(OrderLine, OrderLine.id == item.order_line_id, quantity=1)


@case("I5", drops=["uq_return_item_live"])
def a_unit_in_two_live_returns(loose: Loose) -> None:
    item = loose.one(ReturnItem, ReturnItem.state == ItemState.RECEIVED, ReturnItem.unit_no == 2)
    loose.change(ReturnItem, ReturnItem.id == item.id, unit_no=1)


@case("I5", also=["P2"])
def a_unit_that_is_kept_and_was_never_refunded(loose: Loose) -> None:
    kept = loose.one(ReturnItem, ReturnItem.state == ItemState.KEPT, ReturnItem.refunding)
    loose.change(RefundPart, RefundPart.item_id == kept.id, released=True)


@case("I5", also=["I6", "P1", "P9"])
def a_live_unit_of_a_denied_return(loose: Loose) -> None:
    item = loose.one(ReturnItem, ReturnItem.state == ItemState.RECEIVED)
    loose.change(Return, Return.id == item.return_id, state=ReturnState.DENIED)


@case("I5")
def a_unit_of_another_line(loose: Loose) -> None:
    line = loose.one(ReturnLine, ReturnLine.reason == "other")
    other = loose.one(OrderLine, OrderLine.id != line.order_line_id)
    loose.change(ReturnLine, ReturnLine.id == line.id, order_line_id=other.id)


@case("I5", also=["P4"])
def a_line_that_asks_for_more_than_it_has(loose: Loose) -> None:
    line = loose.one(ReturnLine, ReturnLine.reason == "other")
    loose.change(ReturnLine, ReturnLine.id == line.id, quantity=line.quantity + 1)


@case("I5", also=["P3"])
def a_refund_of_a_refused_unit(loose: Loose) -> None:
    loose.change(ReturnItem, ReturnItem.refunding, outcome=Outcome.REFUSED)


@case("I5", also=["I4", "I9", "N2"], drops=["uq_refund_part_item"])
def a_unit_in_two_refunds(loose: Loose) -> None:
    loose.add(RefundPart, loose.one(RefundPart, RefundPart.released.is_(False)))


@case("I5", also=["I6", "I15", "P3"])
def something_else_came_and_no_case_is_open(loose: Loose) -> None:
    loose.change(ReturnItem, ReturnItem.state == ItemState.RECEIVED, state=ItemState.WRONG_ITEM)


@case("I6")
def a_parcel_that_moved_by_itself(loose: Loose) -> None:
    loose.change(Parcel, Parcel.state == ParcelState.AWAITING_LABEL, state=ParcelState.LABEL_ISSUED)


@case("I6", also=["I18"])
def a_row_of_the_trail_that_skips_a_state(loose: Loose) -> None:
    about = (Trail.subject_kind == "return_item", Trail.after == ItemState.RECEIVED.value)
    loose.change(Trail, *about, before=ItemState.CLAIMED.value)


@case("I6")
def a_file_that_became_ready_by_itself(loose: Loose) -> None:
    whole = {"file": "x", "sha256": "0" * 64}
    loose.change(Export, Export.state == ExportState.ORDERED, state=ExportState.READY, **whole)


@case("I7", also=["I9"])
def a_debit_that_is_not_the_credit(loose: Loose) -> None:
    sales = loose.one(Account, Account.role == Role.SALES_RETURNS)
    loose.change(Posting, Posting.account_id == sales.id, Posting.debit > 0, debit=Posting.debit + 1)


@case("I7", drops=["posting.ck_posting_one_side"], also_on=CHECKED)
def a_line_on_both_sides(loose: Loose) -> None:
    sales = loose.one(Account, Account.role == Role.SALES_RETURNS)
    both = {"debit": Posting.debit + 1, "credit": 1}
    loose.change(Posting, Posting.account_id == sales.id, Posting.debit > 0, **both)


@case("I8")
def a_number_that_was_left_out(loose: Loose) -> None:
    loose.change(Book, next_no=Book.next_no + 1)


@case("I8")
def a_trigger_is_gone(loose: Loose) -> None:
    if loose.connection.dialect.name == "postgresql":
        loose.run("ALTER TABLE posting DISABLE TRIGGER posting_append_only")
    loose.triggers = [sql for sql in loose.triggers if "posting_no_update" not in sql]


@case("I9")
def a_fee_on_the_wrong_account(loose: Loose) -> None:
    fees = loose.one(Account, Account.role == Role.RESTOCKING_INCOME)
    shipping = loose.one(Account, Account.role == Role.RETURN_SHIPPING_INCOME)
    loose.change(Posting, Posting.account_id == fees.id, account_id=shipping.id)


@case("I9")
def an_entry_about_nothing(loose: Loose) -> None:
    loose.change(JournalEntry, JournalEntry.source_kind == "refund.approved", about=SOME)


@case("I9")
def an_entry_of_no_source(loose: Loose) -> None:
    loose.change(JournalEntry, JournalEntry.source_kind == "leg.succeeded", source_kind="leg.sent")


@case("I9")
def a_reversal_of_another_entry(loose: Loose) -> None:
    other = loose.one(JournalEntry, JournalEntry.source_kind == "leg.succeeded")
    loose.change(JournalEntry, JournalEntry.source_kind == "refund.cancelled", reverses=other.id)


@case("I10")
def a_leg_without_its_refund(loose: Loose) -> None:
    loose.change(RefundLeg, RefundLeg.state == LegState.SUCCEEDED, RefundLeg.reference != "", reference="")


@case("I10", drops=["uq_refund_leg_reference"])
def two_legs_by_one_refund(loose: Loose) -> None:
    leg = loose.one(RefundLeg, RefundLeg.reference != "")
    loose.change(RefundLeg, RefundLeg.reference != "", RefundLeg.id != leg.id, reference=leg.reference)


@case("I10")
def a_transfer_without_its_reference(loose: Loose) -> None:
    loose.change(RefundLeg, BY_HAND, RefundLeg.state == LegState.SUCCEEDED, reference="")


@case("I10", drops=["uq_refund_leg_reference"])
def one_transfer_for_two_refunds(loose: Loose) -> None:
    first = loose.one(RefundLeg, BY_HAND, RefundLeg.reference != "")
    loose.change(RefundLeg, BY_HAND, RefundLeg.reference == "T-2", reference=first.reference)


@case("I11")
def a_transfer_that_nobody_said_they_made(loose: Loose) -> None:
    leg = loose.one(RefundLeg, BY_HAND, RefundLeg.state == LegState.SUCCEEDED)
    loose.remove(LegAttempt, LegAttempt.leg_id == leg.id)


@case("I12", also=["I6", "I11"])
def a_transfer_that_left_its_list(loose: Loose) -> None:
    loose.change(RefundLeg, BY_HAND, RefundLeg.state == LegState.APPROVED, state=LegState.SUBMITTED)


@case("I11")
def an_attempt_under_another_key(loose: Loose) -> None:
    loose.change(LegAttempt, key="another")


@case("I11")
def an_attempt_that_ended_without_evidence(loose: Loose) -> None:
    loose.change(LegAttempt, LegAttempt.evidence.is_not(None), evidence=None)


@case("I11")
def a_second_attempt_beside_the_first(loose: Loose) -> None:
    first = loose.one(LegAttempt, LegAttempt.ended_at.is_(None))
    loose.add(LegAttempt, first, no=2, key=f"{first.leg_id}/2")


@case("I11")
def a_leg_that_was_never_asked_for(loose: Loose) -> None:
    loose.remove(LegAttempt, LegAttempt.evidence.is_not(None))


@case("I12")
def a_leg_that_nobody_sees_to(loose: Loose) -> None:
    leg = loose.one(RefundLeg, RefundLeg.state == LegState.UNKNOWN)
    loose.change(Job, Job.key == f"send/{leg.id}/1", done_at=Job.run_at)


@case("I13")
def a_job_that_something_else_caused(loose: Loose) -> None:
    other = loose.one(Trail, Trail.event == "return.denied")
    loose.change(Job, Job.kind == "refund.ready", cause=other.id)


@case("I13")
def a_job_that_was_never_ordered(loose: Loose) -> None:
    loose.remove(Job, Job.kind == "return.expire")


@case("I13")
def a_file_that_nobody_writes(loose: Loose) -> None:
    loose.remove(Job, Job.kind == "export.write")


@case("I13")
def a_check_that_nobody_follows_up(loose: Loose) -> None:
    loose.remove(Job, Job.kind == "refund.ready")


@case("I13", drops=["job.uq_job_key"], only="postgresql")
def two_jobs_under_one_key(loose: Loose) -> None:
    loose.add(Job, loose.one(Job, Job.kind == "label.issue"))


@case("I15", also=["F1"])
def a_unit_on_the_shelf_twice(loose: Loose) -> None:
    shelf = location_id(loose.shop, Place.SELLABLE)
    move = loose.one(StockMovement, StockMovement.destination_id == shelf)
    loose.add(StockMovement, move, origin_id=location_id(loose.shop, Place.SHOPPER), unit_cost=None)


@case("I15", also=["F1"])
def a_movement_of_no_unit(loose: Loose) -> None:
    dock, shopper = (location_id(loose.shop, place) for place in (Place.DOCK, Place.SHOPPER))
    move = loose.one(StockMovement, StockMovement.origin_id == shopper)
    loose.add(StockMovement, move, item_id=SOME, destination_id=dock)


@case("I15", also=["F1"])
def a_movement_that_carries_another_value(loose: Loose) -> None:
    loose.change(StockMovement, StockMovement.unit_cost > 0, unit_cost=StockMovement.unit_cost + 1)


@case("I15", also=["F1"])
def less_than_nothing_on_a_shelf(loose: Loose) -> None:
    shelf = location_id(loose.shop, Place.QUARANTINE)
    move = loose.one(StockMovement, StockMovement.unit_cost.is_(None))
    loose.add(
        StockMovement, move, origin_id=shelf, destination_id=location_id(loose.shop, Place.GONE), sku="NONE"
    )


@case("I16")
def a_balance_that_is_not_its_entries(loose: Loose) -> None:
    loose.change(StoreCredit, balance=StoreCredit.balance + 1)


@case("I16")
def a_credit_of_nobody(loose: Loose) -> None:
    loose.change(StoreCredit, owner="")


@case("I16")
def a_credit_that_was_issued_for_nothing(loose: Loose) -> None:
    loose.change(CreditEntry, CreditEntry.kind == "issue", source=str(SOME))


@case("I16")
def a_leg_that_was_never_issued(loose: Loose) -> None:
    entry = loose.one(CreditEntry, CreditEntry.kind == "issue")
    other = loose.one(RefundLeg, RefundLeg.destination == Destination.PAYMENT)
    loose.change(CreditEntry, CreditEntry.id == entry.id, source=str(other.id))


@case("I16")
def a_credit_of_a_gift_that_its_buyer_got(loose: Loose) -> None:
    credit = loose.one(StoreCredit, StoreCredit.owner_key == "mia@berg.example")
    loose.change(StoreCredit, StoreCredit.id == credit.id, owner_key="buyer@ek.example")


@case("I16", drops=["return.ck_return_proven"], also_on=CHECKED)
def a_gift_whose_recipient_never_proved_the_address(loose: Loose) -> None:
    loose.change(Return, Return.gift.is_not(None), Return.state == ReturnState.CLOSED, proven_at=None)


@case("I16")
def a_gift_card_that_is_not_its_entries(loose: Loose) -> None:
    loose.change(GiftCard, GiftCard.state == CardState.OPEN, balance=GiftCard.balance + 1)


@case("I16", also=["I9"])
def a_bonus_that_was_not_given(loose: Loose) -> None:
    loose.change(
        RefundLeg, RefundLeg.bonus > 0, RefundLeg.state == LegState.SUCCEEDED, bonus=RefundLeg.bonus + 1
    )


@case("I16", also=["I6"])
def a_card_in_two_places(loose: Loose) -> None:
    loose.change(GiftCard, GiftCard.state == CardState.REPLACED, state=CardState.OPEN)


@case("I16")
def a_card_that_was_issued_for_nothing(loose: Loose) -> None:
    loose.change(GiftCardEntry, GiftCardEntry.kind == "issue", source=str(SOME))


@case("I9")
def a_spending_that_is_booked_as_something_else(loose: Loose) -> None:
    loose.change(JournalEntry, JournalEntry.source_kind == "gift_card.spent", source_kind="gift_card.expired")


@case("I16")
def what_moved_came_from_nowhere(loose: Loose) -> None:
    """Both lines of a move look like one of something else."""
    new = loose.one(GiftCard, GiftCard.replaces_id.is_not(None))
    line = loose.one(GiftCardEntry, GiftCardEntry.card_id == new.id)
    loose.change(GiftCardEntry, GiftCardEntry.id == line.id, card_id=new.replaces_id)


@case("I16", also=["I9"])
def a_release_of_what_was_never_spent(loose: Loose) -> None:
    loose.change(GiftCardEntry, GiftCardEntry.kind == "release", source="GC-9")


@case("I16")
def a_release_of_what_was_refunded(loose: Loose) -> None:
    release = loose.one(CreditEntry, CreditEntry.kind == "release")
    leg = loose.one(RefundLeg, RefundLeg.credit_id.is_not(None), RefundLeg.payment_id.is_(None))
    order = loose.one(Refund, Refund.id == leg.refund_id).order_id
    told = {"kind": "store_credit", "reference": release.source}
    loose.connection.execute(sa.update(Payment).where(Payment.order_id == order).values(told))


@case("I16")
def a_refund_of_what_was_released_before(loose: Loose) -> None:
    """To store credit, so no payment of the order has a leg that tells."""
    release = loose.one(CreditEntry, CreditEntry.kind == "release")
    leg = loose.one(RefundLeg, RefundLeg.credit_id.is_not(None), RefundLeg.payment_id.is_(None))
    refund = loose.one(Refund, Refund.id == leg.refund_id)
    told = {"kind": "store_credit", "reference": release.source}
    loose.connection.execute(sa.update(Payment).where(Payment.order_id == refund.order_id).values(told))
    early = {"at": refund.approved_at - timedelta(minutes=1)}
    loose.connection.execute(sa.update(CreditEntry).where(CreditEntry.id == release.id).values(early))


@case("I16")
def one_spending_that_pays_two_orders(loose: Loose) -> None:
    spent = loose.one(CreditEntry, CreditEntry.kind == "spend", CreditEntry.source == "FF-1")
    back = sa.select(Refund.order_id).join(RefundLeg, RefundLeg.refund_id == Refund.id)
    back = back.where(RefundLeg.payment_id.is_(None), RefundLeg.state == LegState.SUCCEEDED)
    orders = loose.connection.scalars(back.where(Refund.tenant_id == loose.shop).distinct().limit(2)).all()
    assert len(orders) == 2
    told = {"kind": "store_credit", "reference": spent.source}
    loose.connection.execute(sa.update(Payment).where(Payment.order_id.in_(orders)).values(told))


@case("I16")
def value_that_no_job_ends(loose: Loose) -> None:
    loose.change(Job, Job.kind == "gift_card.expire", Job.done_at.is_(None), key="elsewhere")


@case("I17", also_on=CHECKED, in_other=True)
def a_note_in_another_shop(loose: Loose) -> None:
    loose.change(Note, tenant_id=loose.other)


@case("I17", also_on=CHECKED)
def a_note_about_nothing(loose: Loose) -> None:
    loose.change(Note, return_id=SOME)


@case("I17", drops=["note.fk_note_tenant_id_return_id"])
def a_foreign_key_is_gone(loose: Loose) -> None:
    if loose.connection.dialect.name == "sqlite":
        held = "FOREIGN KEY(tenant_id, return_id) REFERENCES return (tenant_id, id)"
        loose.rewrite("note", held, "FOREIGN KEY(return_id) REFERENCES return (id)")


@case("I18")
def a_row_of_the_trail_that_was_rewritten(loose: Loose) -> None:
    loose.change(Trail, Trail.event == "refund.approved", actor_id=SOME)


@case("I18")
def a_row_of_the_trail_that_was_taken_out(loose: Loose) -> None:
    loose.remove(Trail, Trail.event == "return.items_chosen")


@case("I18")
def a_chain_that_lost_its_end(loose: Loose) -> None:
    draft = loose.one(Return, Return.state == ReturnState.DRAFT)
    loose.remove(Trail, Trail.chain == draft.id, Trail.no == draft.trail_no)


@case("I18")
def a_return_that_somebody_else_is_said_to_have_requested(loose: Loose) -> None:
    loose.change(Return, Return.state == ReturnState.CLOSED, made_by_id=loose.one(User).id)


@case("I18")
def a_chain_of_nothing(loose: Loose) -> None:
    draft = loose.one(Return, Return.state == ReturnState.DRAFT)
    loose.connection.execute(sa.delete(ReturnLine).where(ReturnLine.return_id == draft.id))
    loose.connection.execute(sa.delete(Return).where(Return.id == draft.id))


@case("I19")
def an_approval_by_the_warehouse(loose: Loose) -> None:
    somebody = loose.one(User, User.role == StaffRole.WAREHOUSE)
    loose.change(Refund, approved_by=somebody.id)


@case("I19")
def an_approval_above_an_agents_limit(loose: Loose) -> None:
    somebody = loose.one(User, User.role == StaffRole.AGENT)
    loose.change(Refund, Refund.amount > 10_000, approved_by=somebody.id)


@case("I19")
def a_large_refund_that_one_person_approved(loose: Loose) -> None:
    loose.change(Refund, Refund.proposal_id.is_not(None), proposal_id=None)


@case("I19")
def two_approvals_of_one_person_that_are_not_marked(loose: Loose) -> None:
    refund = loose.one(Refund, Refund.proposal_id.is_not(None))
    loose.change(RefundProposal, RefundProposal.id == refund.proposal_id, proposed_by=refund.approved_by)


@case("I19")
def an_approval_that_counts_for_another_day(loose: Loose) -> None:
    refund = loose.one(Refund)
    loose.change(Refund, Refund.id == refund.id, day=refund.day - timedelta(days=3))


@case("I19")
def an_approval_before_the_person_came(loose: Loose) -> None:
    refund = loose.one(Refund)
    before = refund.approved_at - timedelta(days=300)
    loose.change(Refund, Refund.id == refund.id, approved_at=before)


@case("G1")
def goodwill_above_a_persons_budget(loose: Loose) -> None:
    one = loose.one(Goodwill, Goodwill.refund_id.is_(None))
    loose.add(Goodwill, one, amount=2_101, withdrawn_at=None, refund_id=None)
    loose.change(Return, Return.id == one.return_id, goodwill=one.amount + 2_101)


@case("G1")
def more_let_go_than_a_persons_budget_has(loose: Loose) -> None:
    one = loose.one(Waiver)
    loose.change(Goodwill, Goodwill.granted_by == one.granted_by, withdrawn_at=None, amount=2_950)


@case("G1")
def something_let_go_that_is_still_asked_for(loose: Loose) -> None:
    one = loose.one(Waiver)
    other = loose.one(Demand, Demand.state == DemandState.OPEN, Demand.return_id != one.return_id)
    loose.change(Waiver, demand_id=other.id)


@case("G1")
def something_let_go_for_what_was_given_up(loose: Loose) -> None:
    ended = loose.one(Exchange, Exchange.state == ExchangeState.ENDED)
    loose.change(Waiver, exchange_id=ended.id)


@case("X1", also=["G1", "I9"])
def more_let_go_than_the_exchange_costs(loose: Loose) -> None:
    loose.change(Waiver, amount=9_999)


@case("G1")
def goodwill_of_the_warehouse(loose: Loose) -> None:
    somebody = loose.one(User, User.role == StaffRole.WAREHOUSE)
    loose.change(Goodwill, granted_by=somebody.id)


@case("G1")
def goodwill_that_counts_for_another_month(loose: Loose) -> None:
    one = loose.one(Goodwill)
    loose.change(Goodwill, Goodwill.id == one.id, month=(one.month - timedelta(days=40)).replace(day=1))


@case("G1", also=["P4"])
def goodwill_that_was_given_and_waits_all_the_same(loose: Loose) -> None:
    loose.change(Goodwill, Goodwill.refund_id.is_not(None), refund_id=None)


@case("P4")
def a_return_that_hides_its_goodwill(loose: Loose) -> None:
    loose.change(Return, Return.goodwill > 0, goodwill=1)


@case("I20")
def a_cards_number_in_a_note(loose: Loose) -> None:
    loose.change(Note, text="My card is 4242 4242 4242 4242, thank you")


@case("I20")
def a_gateways_secret_in_a_comment(loose: Loose) -> None:
    loose.change(ReturnLine, comment="sk_live_51H8abc")


@case("I20")
def a_token_that_is_kept_as_itself(loose: Loose) -> None:
    person = loose.one(User)
    times = {"created_at": person.created_at, "seen_at": person.created_at}
    row = {"id": SOME, "tenant_id": loose.shop, "user_id": person.id, "token_hash": "dG9rZW4", **times}
    loose.connection.execute(sa.insert(StaffSession.__table__).values(row))


@case("I20")
def a_links_secret_in_a_job(loose: Loose) -> None:
    loose.change(Job, Job.kind == "notice.send", payload={"link": f"l/{MARK}0123456789abcdef"})


@case("I20")
def a_links_secret_that_is_kept_as_itself(loose: Loose) -> None:
    loose.change(OneTimeLink, token_hash=f"{MARK}0123456789abcdef0123456789abcdef")


@case("I20")
def a_keys_secret_in_a_note(loose: Loose) -> None:
    loose.change(Note, text=f"The till's key is {KEY}0123456789abcdef")


@case("I20")
def a_link_that_works_all_day(loose: Loose) -> None:
    link = loose.one(OneTimeLink, OneTimeLink.purpose == Purpose.OPEN_ORDER)
    loose.change(OneTimeLink, OneTimeLink.id == link.id, expires_at=link.created_at + timedelta(days=1))


@case("I20")
def a_link_that_was_spent_when_it_was_over(loose: Loose) -> None:
    link = loose.one(OneTimeLink)
    loose.change(OneTimeLink, OneTimeLink.id == link.id, spent_at=link.expires_at)


@case("I20")
def a_link_that_opens_another_order(loose: Loose) -> None:
    link = loose.one(OneTimeLink, OneTimeLink.purpose == Purpose.OPEN_ORDER)
    other = loose.one(Order, Order.id != link.order_id)
    loose.change(OneTimeLink, OneTimeLink.id == link.id, subject=other.id)


@case("I20")
def a_link_to_anothers_gift_card(loose: Loose) -> None:
    link = loose.one(OneTimeLink, OneTimeLink.purpose == Purpose.SHOW_CARD)
    other = loose.one(GiftCard, GiftCard.order_id != link.order_id)
    loose.change(OneTimeLink, OneTimeLink.id == link.id, subject=other.id)


@case("I20")
def a_gift_cards_code_in_a_note(loose: Loose) -> None:
    code = gift_code(b"key", "seed")
    loose.change(GiftCard, code_hash=hash_of(code))
    loose.change(Note, text=f"They say it is {print_gift(code)}, and it is not.")


@case("I20")
def a_gift_cards_code_in_a_job(loose: Loose) -> None:
    code = gift_code(b"key", "seed")
    loose.change(GiftCard, code_hash=hash_of(code))
    loose.change(Job, Job.kind == "gift_card.forget", payload={"code": print_gift(code)})


@case("I20")
def a_code_that_could_still_be_worked_out(loose: Loose) -> None:
    past = loose.one(GiftCard).issued_at - timedelta(days=30)
    loose.change(GiftCard, shown_at=past, seed="0123456789abcdef")


@case("I21", also=["I17"], also_on=CHECKED)
def a_file_without_its_photo(loose: Loose) -> None:
    loose.remove(Photo)


@case("I21")
def a_photo_without_its_file(loose: Loose) -> None:
    loose.remove(PhotoFile)


@case("I21")
def a_photo_of_another_returns_article(loose: Loose) -> None:
    photo = loose.one(Photo)
    line = loose.one(ReturnLine, ReturnLine.return_id != photo.return_id)
    loose.change(Photo, Photo.id == photo.id, line_id=line.id)


@case("I21")
def a_file_that_is_another(loose: Loose) -> None:
    loose.change(PhotoFile, large=PhotoFile.small)


@case("I21")
def a_file_that_tells_where_it_was_taken(loose: Loose) -> None:
    small = loose.one(PhotoFile).small
    exif = b"Exif\0\0Lindenweg 4"
    told = small[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + small[2:]
    loose.change(PhotoFile, small=told)


@case("I22", drops=["uq_policy_version_active"])
def two_policies_in_force(loose: Loose) -> None:
    loose.change(PolicyVersion, PolicyVersion.no == 1, standing=Standing.ACTIVE)


@case("I22")
def a_version_that_was_changed_afterwards(loose: Loose) -> None:
    first = loose.one(PolicyVersion, PolicyVersion.no == 1)
    others = {**first.others, "limits": {**first.others["limits"], "agent_limit": {"HUF": 1}}}
    loose.change(PolicyVersion, PolicyVersion.no == 1, others=others)


@case("I22")
def a_version_that_began_before_the_one_it_followed(loose: Loose) -> None:
    first = loose.one(PolicyVersion, PolicyVersion.no == 1)
    earlier = first.active_from - timedelta(days=1)
    loose.change(PolicyVersion, PolicyVersion.standing == Standing.SCHEDULED, active_from=earlier)


@case("I22")
def a_draft_that_one_person_brought_through(loose: Loose) -> None:
    draft = loose.one(PolicyDraft, PolicyDraft.state == DraftState.PUBLISHED)
    loose.change(PolicyDraft, PolicyDraft.id == draft.id, reviewed_by=draft.asked_by)


@case("I22")
def a_draft_of_a_version_that_never_was(loose: Loose) -> None:
    loose.change(PolicyDraft, PolicyDraft.state == DraftState.PUBLISHED, base_no=9)


@case("I22")
def a_draft_that_says_otherwise_than_its_version(loose: Loose) -> None:
    draft = loose.one(PolicyDraft, PolicyDraft.state == DraftState.PUBLISHED)
    loose.change(PolicyDraft, PolicyDraft.id == draft.id, document={**draft.document, "pay_days": 9})


@case("I6")
def a_draft_that_came_back_unseen(loose: Loose) -> None:
    loose.change(PolicyDraft, PolicyDraft.state == DraftState.DISCARDED, state=DraftState.DRAFT)


@case("I20")
def an_apps_secret_as_itself(loose: Loose) -> None:
    person = loose.one(User)
    now = {"created_at": person.created_at, "tenant_id": loose.shop, "id": SOME, "last_step": 0}
    loose.connection.execute(
        sa.insert(SecondFactor.__table__).values(user_id=person.id, sealed="JBSWY3DPEHPK3PXP", **now)  # type: ignore[arg-type]
    )


@case("I20", also=["W2"])
def a_bank_account_that_is_kept_as_itself(loose: Loose) -> None:
    loose.change(BankAccount, BankAccount.sealed.is_not(None), sealed="DE00 000")


@case("I20", also=["W2"])
def an_iban_in_a_note(loose: Loose) -> None:
    loose.change(Note, text="To DE89 3704 0044 0532 0130 00, they say.")


@case("I20")
def a_strangers_iban_in_a_note(loose: Loose) -> None:
    loose.change(Note, text="To NL91ABNA0417164300, they say.")


@case("W2")
def an_iban_in_a_job(loose: Loose) -> None:
    loose.change(Job, Job.kind == "notice.send", payload={"iban": "DE89370400440532013000"})


@case("I20")
def a_link_to_a_question_of_another_order(loose: Loose) -> None:
    link = loose.one(OneTimeLink, OneTimeLink.purpose == Purpose.NAME_ACCOUNT)
    other = loose.one(LegQuestion, LegQuestion.id != link.subject)
    loose.change(OneTimeLink, OneTimeLink.id == link.id, subject=other.id)


@case("W1")
def credit_without_the_shoppers_yes(loose: Loose) -> None:
    loose.remove(LegQuestion, LegQuestion.answer == Said.YES, LegQuestion.kind == Asked.STORE_CREDIT)


@case("W1")
def consent_to_other_words(loose: Loose) -> None:
    loose.change(LegQuestion, LegQuestion.answer == Said.YES, LegQuestion.words != "", words="Twice that.")


@case("W1")
def a_no_that_became_a_yes(loose: Loose) -> None:
    loose.change(LegQuestion, LegQuestion.answer == Said.NO, answer=Said.YES)


@case("W2")
def a_bank_account_that_is_kept_too_long(loose: Loose) -> None:
    account = loose.one(BankAccount, BankAccount.leg_id.in_(_paid_by_hand()))
    long_ago = account.named_at - timedelta(days=45)
    loose.change(RefundLeg, RefundLeg.id == account.leg_id, changed_at=long_ago)


@case("W2", also=["I2", "I6", "I9", "F1"])
def a_bank_account_of_a_transfer_that_is_not_made(loose: Loose) -> None:
    account = loose.one(BankAccount, BankAccount.leg_id.in_(_paid_by_hand()))
    loose.change(RefundLeg, RefundLeg.id == account.leg_id, state=LegState.REVERSED)


def _paid_by_hand() -> Any:
    return sa.select(RefundLeg.id).where(BY_HAND, RefundLeg.state == LegState.SUCCEEDED)


@case("W2")
def a_bank_account_that_no_key_opens(loose: Loose) -> None:
    loose.change(BankAccount, BankAccount.sealed.is_not(None), sealed="s1.00000000.AAAA")


@case("W2")
def a_bank_account_that_nobody_named(loose: Loose) -> None:
    account = loose.one(BankAccount, BankAccount.leg_id.in_(_paid_by_hand()))
    leg = loose.one(RefundLeg, BY_HAND, RefundLeg.state == LegState.APPROVED, RefundLeg.replaces_id.is_(None))
    loose.add(BankAccount, account, leg_id=leg.id, sealed=None, forgotten_at=account.named_at, ending=None)
    loose.change(BankAccount, BankAccount.id == account.id, id=SOME)


@case("I22")
def a_verdict_of_another_version(loose: Loose) -> None:
    line = loose.one(ReturnLine, ReturnLine.stored_verdict.is_not(None))
    verdict = {**line.stored_verdict, "version": 7}
    loose.change(ReturnLine, ReturnLine.id == line.id, stored_verdict=verdict)


@case("I22")
def a_verdict_that_does_not_follow(loose: Loose) -> None:
    line = loose.one(ReturnLine, ReturnLine.reason == "other")
    found = [
        {**finding, "answer": "yes"} if finding["rule"] == "automatic" else finding
        for finding in line.stored_verdict["findings"]
    ]
    verdict = {**line.stored_verdict, "findings": found}
    loose.change(ReturnLine, ReturnLine.id == line.id, stored_verdict=verdict)


@case("I22")
def a_verdict_with_another_last_day(loose: Loose) -> None:
    _say_otherwise(loose, "window", until="2099-12-31")


@case("I22")
def a_verdict_by_a_window_that_is_not_the_closest(loose: Loose) -> None:
    _say_otherwise(loose, "window", rule="slow", days=40)


@case("I22")
def a_verdict_with_a_fee_of_another_rule(loose: Loose) -> None:
    _say_otherwise(loose, "fee", rule="another")


def _say_otherwise(loose: Loose, asked: str, **inputs: Any) -> None:
    """Change what a verdict says that a rule looked at."""
    line = next(
        row for row in loose.all(ReturnLine, ReturnLine.stored_verdict.is_not(None)) if asked in _rules(row)
    )
    found = [
        {**finding, "inputs": {**finding["inputs"], **inputs}} if finding["rule"] == asked else finding
        for finding in line.stored_verdict["findings"]
    ]
    verdict = {**line.stored_verdict, "findings": found}
    loose.change(ReturnLine, ReturnLine.id == line.id, stored_verdict=verdict)


def _rules(line: Any) -> set[str]:
    return {finding["rule"] for finding in line.stored_verdict["findings"]}


@case("I22")
def an_exception_that_came_after_the_request(loose: Loose) -> None:
    made = loose.one(Override, Override.kind == OverrideKind.ALLOW)
    loose.change(Override, Override.id == made.id, at=made.at + timedelta(days=1))


@case("I22")
def an_exception_that_nobody_made(loose: Loose) -> None:
    loose.add(Override, loose.one(Override, Override.kind == OverrideKind.EXTEND))


@case("I22")
def an_exception_for_another_day_than_the_trail_says(loose: Loose) -> None:
    made = loose.one(Override, Override.kind == OverrideKind.EXTEND)
    loose.change(Override, Override.id == made.id, until=made.until + timedelta(days=1))


@case("I23")
def a_number_with_a_wrong_character(loose: Loose) -> None:
    held = loose.one(Return, Return.number.is_not(None))
    last = "0" if held.number[-1] != "0" else "1"
    loose.change(Return, Return.id == held.id, number=held.number[:-1] + last)


@case("I23", drops=["return.uq_return_tenant_id_number"], only="postgresql")
def two_returns_by_one_number(loose: Loose) -> None:
    held = loose.one(Return, Return.number.is_not(None))
    loose.change(Return, Return.number.is_not(None), Return.id != held.id, number=held.number)


@case("I24")
def a_notice_that_nobody_sends(loose: Loose) -> None:
    notice = loose.one(Notice)
    loose.change(Notice, Notice.id == notice.id, sent_at=None)
    loose.remove(Job, Job.key == f"notice/{notice.id}")


@case("I24", drops=["notice.uq_notice_about_event_kind"], only="postgresql")
def a_notice_twice(loose: Loose) -> None:
    notice = loose.one(Notice)
    loose.add(Notice, notice, sent_at=notice.created_at)


@case("I25")
def a_schema_of_another_version(loose: Loose) -> None:
    loose.run("UPDATE alembic_version SET version_num = '0000'")


@case("I25", only="sqlite")
def a_row_without_its_parent(loose: Loose) -> None:
    loose.run(
        "INSERT INTO job (id, tenant_id, kind, payload, key, run_at, attempts, fence, last_error) "
        f"VALUES ('{SOME.hex}', '{SOME.hex}', 'nothing', '{{}}', 'nothing', '2026-01-01', 0, 0, '')"
    )


@case("I25", only="postgresql")
def a_check_that_was_never_checked(loose: Loose) -> None:
    loose.run("ALTER TABLE note ADD CONSTRAINT long CHECK (length(text) > 1000) NOT VALID")


@case("I25", also=["I8"], only="postgresql")
def the_triggers_are_off(loose: Loose) -> None:
    loose.run("ALTER TABLE posting DISABLE TRIGGER ALL")


@case("I27")
def a_seal_over_other_rows(loose: Loose) -> None:
    loose.change(TrailSeal, TrailSeal.rows > 0, hash="0" * 64)


@case("I27", also=["I18"])
def a_row_that_was_rewritten_after_the_mail_left(loose: Loose) -> None:
    sealed = loose.one(TrailSeal)
    loose.change(Trail, Trail.at < sealed.until, hash="f" * 64)


@case("P1")
def a_return_that_says_another_stage(loose: Loose) -> None:
    loose.change(Return, Return.state == ReturnState.CLOSED, stage=Stage.RECEIVED)


@case("P2", also=["P5", "P9"])
def a_unit_that_forgot_its_refund(loose: Loose) -> None:
    open_ = sa.select(Return.id).where(Return.state == ReturnState.AUTHORIZED)
    loose.change(ReturnItem, ReturnItem.refunding, ReturnItem.return_id.in_(open_), refunding=False)


@case("P3")
def a_line_that_counts_a_claim_too_few(loose: Loose) -> None:
    loose.change(OrderLine, OrderLine.claimed == 2, claimed=1)


@case("P4")
def a_return_that_counts_a_unit_too_many(loose: Loose) -> None:
    loose.change(Return, Return.state == ReturnState.CLOSED, units=Return.units + 1)


@case("P4")
def a_way_back_that_was_taken_twice(loose: Loose) -> None:
    loose.change(
        Return, Return.return_shipping > Return.shipping_taken, shipping_taken=Return.shipping_taken + 1
    )


@case("P5")
def a_return_that_forgot_it_has_something_to_pay(loose: Loose) -> None:
    loose.change(Return, Return.payable, payable=False)


@case("P6")
def figures_that_nobody_accepted(loose: Loose) -> None:
    loose.change(Order, Order.reserved == 0, accepted=True)


@case("P7")
def a_message_that_nobody_is_told_of(loose: Loose) -> None:
    loose.change(Return, Return.unanswered_since.is_not(None), unanswered_since=None)


@case("P9")
def a_deadline_that_was_put_off(loose: Loose) -> None:
    loose.change(Return, Return.due_at.is_not(None), due_at=Return.due_since)


@case("P9")
def a_deadline_of_something_that_is_over(loose: Loose) -> None:
    ended = loose.one(Return, Return.state == ReturnState.CLOSED)
    moments = {"due_since": ended.requested_at, "due_at": ended.requested_at}
    loose.change(Return, Return.id == ended.id, duty=Duty.PAY, **moments)


@case("F1", drops=["feed_entry.uq_feed_entry_tenant_id_no"], only="postgresql")
def a_number_of_the_feed_twice(loose: Loose) -> None:
    last = loose.one(FeedEntry, FeedEntry.no > 1)
    loose.change(FeedEntry, FeedEntry.id == last.id, no=last.no - 1)


@case("N1")
def a_credit_note_that_is_not_counted(loose: Loose) -> None:
    loose.change(Book, next_credit_note=Book.next_credit_note + 1)


@case("N1", also=["N2"])
def a_credit_note_that_is_gone(loose: Loose) -> None:
    note = loose.one(CreditNote, CreditNote.kind == NoteKind.CREDIT)
    loose.remove(CreditNoteNames, CreditNoteNames.note_id == note.id)
    loose.remove(CreditNote, CreditNote.id == note.id)


@case("N2")
def an_approval_taken_back_whose_credit_note_stands(loose: Loose) -> None:
    note = loose.one(CreditNote, CreditNote.kind == NoteKind.CANCELLATION)
    other = loose.one(Refund, Refund.cancelled_at.is_(None), Refund.amount == -note.total)
    loose.change(CreditNote, CreditNote.id == note.id, refund_id=other.id)


@case("N2")
def a_credit_note_of_another_amount(loose: Loose) -> None:
    note = loose.one(CreditNote, CreditNote.kind == NoteKind.CANCELLATION)
    loose.change(CreditNote, CreditNote.id == note.id, net=note.net - 1, total=note.total - 1)


@case("N2")
def a_credit_note_whose_taxes_are_others(loose: Loose) -> None:
    note = loose.one(CreditNote, CreditNote.kind == NoteKind.CREDIT)
    loose.change(CreditNote, CreditNote.id == note.id, taxes={"19": [note.net, note.tax + 1]})


@case("F1")
def a_hole_in_the_feed(loose: Loose) -> None:
    loose.change(Book, next_change=Book.next_change + 1)


@case("F1")
def a_refund_that_the_feed_does_not_tell(loose: Loose) -> None:
    loose.remove(FeedEntry, FeedEntry.kind == Kind.REFUND_APPROVED)


@case("F1")
def a_gift_card_that_the_feed_tells_otherwise(loose: Loose) -> None:
    loose.change(FeedEntry, FeedEntry.kind == Kind.CARD_RELEASED, subject_id=SOME)


@case("F1")
def a_feed_that_tells_another_amount(loose: Loose) -> None:
    loose.change(FeedEntry, FeedEntry.kind == Kind.CREDIT_SPENT, amount=FeedEntry.amount + 1)


@case("F1")
def a_move_that_the_feed_tells_of_another_thing(loose: Loose) -> None:
    loose.change(FeedEntry, FeedEntry.kind == Kind.STOCK_MOVED, subject_id=SOME)


@case("F1")
def a_refund_that_the_feed_made_up(loose: Loose) -> None:
    told = loose.one(FeedEntry, FeedEntry.kind == Kind.REFUND_APPROVED)
    last = loose.one(Book).next_change
    loose.add(FeedEntry, told, subject_id=SOME, no=last)
    loose.change(Book, next_change=last + 1)


@case("I26")
def a_variant_that_is_offered_though_its_product_is_not_active(loose: Loose) -> None:
    loose.change(Product, active=False)


@case("I26", drops=["uq_variant_sold"])
def a_sku_that_is_offered_twice(loose: Loose) -> None:
    held = loose.one(Variant, Variant.offered)
    loose.change(Variant, Variant.offered, Variant.id != held.id, sku=held.sku)


@case("I26")
def a_variant_of_another_source(loose: Loose) -> None:
    loose.change(Variant, Variant.offered, source="elsewhere")


@case("P8")
def a_level_that_nobody_told(loose: Loose) -> None:
    loose.change(Variant, Variant.on_hand.is_not(None), on_hand=Variant.on_hand + 1)


@case("P8")
def a_level_of_which_nobody_knows_the_latest_word(loose: Loose) -> None:
    told = loose.one(StockLevel)
    loose.add(StockLevel, told, at=told.at + timedelta(hours=1), on_hand=told.on_hand + 1)


ALONE = Demand.about.not_in(sa.select(Exchange.id))  # of no exchange, which would break with it
PAID = sa.and_(Demand.state == DemandState.PAID, ALONE)


@case("D1", drops=["uq_demand_live"])
def two_demands_for_one_thing(loose: Loose) -> None:
    other = loose.one(Demand, PAID)
    loose.change(Demand, Demand.state == DemandState.OPEN, ALONE, about=other.about)


@case("D1", also=["F1"])
def a_demand_in_another_currency(loose: Loose) -> None:
    loose.change(Demand, PAID, currency="USD")


@case("D1", also=["I9", "F1"])
def a_demand_that_says_it_was_not_paid(loose: Loose) -> None:
    loose.change(Demand, PAID, paid_at=None)


@case("D1", also=["I9", "F1"])
def a_demand_that_never_went_back(loose: Loose) -> None:
    loose.change(DemandRefund, DemandRefund.came_back_at.is_(None), succeeded_at=None)


@case("D2")
def a_try_without_evidence_about_the_one_before(loose: Loose) -> None:
    loose.change(DemandRefund, DemandRefund.no == 1, evidence=None)


@case("D2")
def a_try_out_of_number(loose: Loose) -> None:
    loose.change(DemandRefund, DemandRefund.no == 2, no=3)


@case("D2")
def a_demand_that_nobody_looks_after(loose: Loose) -> None:
    open_ = loose.one(Demand, Demand.state == DemandState.OPEN, ALONE)
    loose.change(Job, Job.key == f"demand/{open_.id}", done_at=open_.due_at)


@case("I6")
def a_demand_in_a_state_that_it_never_reached(loose: Loose) -> None:
    loose.change(Demand, Demand.state == DemandState.CANCELLED, state=DemandState.LAPSED)


@case("I9", also=["X1"])
def a_payment_posted_with_another_amount(loose: Loose) -> None:
    entry = loose.one(JournalEntry, JournalEntry.source_kind == "demand.paid")
    for posting in (Posting.debit > 0, Posting.credit > 0):
        row = loose.one(Posting, Posting.entry_id == entry.id, posting)
        loose.change(
            Posting,
            Posting.id == row.id,
            debit=row.debit + (row.debit > 0),
            credit=row.credit + (row.credit > 0),
        )


@case("F1")
def a_payment_that_the_feed_tells_with_another_amount(loose: Loose) -> None:
    loose.change(FeedEntry, FeedEntry.kind == Kind.DEMAND_PAID.value, amount=FeedEntry.amount + 1)


@case("R1", also=["I4"])
def a_unit_off_which_too_much_is_taken(loose: Loose) -> None:
    accepted = loose.one(Reduction, Reduction.state == ReductionState.ACCEPTED)
    loose.change(Reduction, Reduction.id == accepted.id, points=accepted.points + 100)


@case("R1")
def a_unit_that_forgot_what_is_taken_off(loose: Loose) -> None:
    upheld = loose.one(Reduction, Reduction.state == ReductionState.UPHELD).id
    loose.change(ReturnItem, ReturnItem.reduced_by_id == upheld, less=ReturnItem.less + 1)


@case("R1")
def a_reduction_of_another_total_than_was_told(loose: Loose) -> None:
    loose.change(Reduction, Reduction.state == ReductionState.WITHDRAWN, total=Reduction.total - 1)


@case("R2", also=["I6", "R1"])
def a_refund_whose_shopper_has_not_answered(loose: Loose) -> None:
    loose.change(Reduction, Reduction.state == ReductionState.ACCEPTED, state=ReductionState.PROPOSED)


@case("R2")
def a_silence_that_was_too_short(loose: Loose) -> None:
    late = timedelta(days=1)
    held = loose.one(Reduction, Reduction.state == ReductionState.LAPSED)
    loose.change(Reduction, Reduction.id == held.id, answer_by=held.answer_by + late)


@case("R2")
def an_objection_that_its_maker_decided(loose: Loose) -> None:
    loose.change(Reduction, Reduction.state == ReductionState.UPHELD, decided_by=Reduction.made_by)


@case("R3", also=["P9"])
def an_objection_that_nobody_sees(loose: Loose) -> None:
    loose.change(Return, Return.objected_since.is_not(None), objected_since=None)


@case("B1")
def a_difference_that_was_not_counted(loose: Loose) -> None:
    loose.change(Reconciliation, Reconciliation.lines > 0, lines=Reconciliation.lines + 1)


@case("B1")
def a_line_that_is_called_the_same_and_is_not(loose: Loose) -> None:
    same = ReconciliationLine.verdict == Verdict.SAME
    loose.change(ReconciliationLine, same, there=ReconciliationLine.there + 1)


@case("B1")
def a_sum_that_differs_without_a_difference(loose: Loose) -> None:
    one = (ReconciliationSum.gateway == "manual", ReconciliationSum.way == Way.OUT)
    loose.change(ReconciliationSum, *one, there=ReconciliationSum.there + 1)


@case("B1")
def sums_that_are_not_what_their_lines_come_to(loose: Loose) -> None:
    more = {name: getattr(ReconciliationSum, name) + 1 for name in ("here", "booked", "there")}
    loose.change(ReconciliationSum, ReconciliationSum.way == Way.IN, **more)


@case("B2", also=["P10"])
def an_account_that_was_called_otherwise_by_nobody(loose: Loose) -> None:
    loose.change(Account, Account.role == Role.WRITE_DOWN, code="6871")


@case("P10", also=["B2"])
def an_account_that_is_named_past_the_configuration(loose: Loose) -> None:
    loose.change(Account, Account.role == Role.SALES, name="Revenue")


@case("P10")
def a_shop_that_shows_another_colour_than_its_configuration_says(
    loose: Loose,
) -> None:
    loose.connection.execute(sa.update(Tenant).where(Tenant.id == loose.shop).values(main="#123456"))


@case("D1")
def a_return_that_hides_what_its_shopper_owes(loose: Loose) -> None:
    loose.change(Return, Return.owes, owes=False)


SENT = Exchange.state == ExchangeState.SHIPPED


@case("X1", also=["F1"])
def an_exchange_that_is_worth_more_than_its_lines(loose: Loose) -> None:
    loose.change(Exchange, SENT, value=Exchange.value + 1)


@case("X1")
def an_order_that_does_not_stand_for_what_was_sent(loose: Loose) -> None:
    sent = loose.one(Exchange, SENT)
    loose.change(Order, Order.id == sent.order_id, number="EX-0")


@case("X1", also=["I7", "I9"])
def an_exchange_that_left_something_in_clearing(loose: Loose) -> None:
    sold = loose.one(JournalEntry, JournalEntry.source_kind == "exchange.sold")
    asked = loose.one(Account, Account.role == Role.EXCHANGE_CLEARING)
    loose.change(Posting, Posting.entry_id == sold.id, Posting.account_id == asked.id, debit=1)


@case("X1", also=["I7", "I9"])
def something_that_was_sent_and_nobody_is_asked_for(loose: Loose) -> None:
    sent = loose.one(Exchange, SENT)
    loose.change(Exchange, Exchange.id == sent.id, refund_id=None)
    sold = loose.one(JournalEntry, JournalEntry.source_kind == "exchange.sold")
    asked = loose.one(Account, Account.role == Role.EXCHANGE_CLEARING)
    loose.change(Posting, Posting.entry_id == sold.id, Posting.account_id == asked.id, debit=1)


@case("X1")
def an_exchange_that_was_given_up_and_is_still_to_be_paid(loose: Loose) -> None:
    ended = loose.one(Exchange, Exchange.state == ExchangeState.ENDED)
    loose.change(Demand, Demand.state == DemandState.OPEN, ALONE, about=ended.id)


@case("X1")
def an_exchange_that_is_to_be_paid_and_nobody_is_asked_for(loose: Loose) -> None:
    waits = loose.one(Exchange, Exchange.state == ExchangeState.TO_PAY)
    loose.change(Demand, Demand.about == waits.id, about=SOME)


@case("X1")
def something_that_was_sent_and_paid_and_is_asked_for_again(loose: Loose) -> None:
    sent = loose.one(Exchange, SENT)
    loose.change(Demand, Demand.state == DemandState.OPEN, ALONE, about=sent.return_id)


@case("X1", also=["X2"])
def something_is_kept_for_nobody(loose: Loose) -> None:
    held = loose.one(Reservation, Reservation.state == ReservationState.HELD)
    loose.add(Reservation, held, about=SOME)


@case("X2")
def a_reservation_that_nobody_counts(loose: Loose) -> None:
    loose.change(Variant, Variant.reserved > 0, reserved=Variant.reserved + 1)


@case("I15", also=["I9"])
def what_was_sent_left_no_shelf(loose: Loose) -> None:
    sent = loose.one(Exchange, SENT)
    loose.change(ExchangeLine, ExchangeLine.exchange_id == sent.id, quantity=0)
