"""Who may do what: a row for every route. A route without a row, and a row without a route, break the law.

The figures of access are written down here by hand, not derived from the code that they judge.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.harness.world import World

OWNER, MANAGER, AGENT = "owner", "manager", "agent"
WAREHOUSE, AUDITOR = "warehouse", "auditor"
NOBODY, SHOPPER, ANOTHER = "nobody", "shopper", "another shopper"
RECIPIENT = "recipient of a gift"
REGULAR = "shopper with all orders"  # came by the link to all orders of their address
STAFF = frozenset({OWNER, MANAGER, AGENT, WAREHOUSE, AUDITOR})
EVERYBODY = STAFF | {NOBODY, SHOPPER, ANOTHER, REGULAR, RECIPIENT}
OWN = frozenset({SHOPPER, REGULAR})
GIFTED = frozenset({RECIPIENT})
LEADERS = frozenset({OWNER, MANAGER})
DESK = LEADERS | {AGENT, AUDITOR}  # reads returns
CLERKS = LEADERS | {AGENT}
DOCK = LEADERS | {WAREHOUSE}
BOOKS = LEADERS | {AUDITOR}


SIGNED = {"number": "ASKED", "expires": World.ends, "signature": World.signature}  # of a shop's own link


@dataclass(frozen=True)
class Row:
    """Who comes in; `about` names the order of the world that it is about, `id` whose id an `id` is.

    A secret link lets in whoever holds it, but at its own shop only.
    """

    who: frozenset[str]
    about: str = ""
    id: str = "return_"
    given: dict[str, Any] = field(default_factory=dict)


ROWS: dict[str, Row] = {
    "GET health.live": Row(EVERYBODY),
    "GET health.ready": Row(EVERYBODY),
    "GET metrics.metrics": Row(frozenset()),
    "GET house.static": Row(EVERYBODY, given={"version": "1", "name": "app.css"}),
    "GET house.brand": Row(EVERYBODY),
    "GET house.front": Row(EVERYBODY),
    "GET house.robots": Row(EVERYBODY),
    "GET door.sign_in": Row(EVERYBODY),
    "POST door.do_sign_in": Row(EVERYBODY),
    "POST door.sign_out": Row(EVERYBODY),
    "GET door.invitation": Row(EVERYBODY, "INVITED"),
    "POST door.accept": Row(EVERYBODY, "INVITED"),
    "GET door.forgotten": Row(EVERYBODY),
    "POST door.ask_link": Row(EVERYBODY),
    "GET door.asked": Row(EVERYBODY),
    "GET door.reset": Row(EVERYBODY, "INVITED"),
    "POST door.set_password": Row(EVERYBODY, "INVITED"),
    "GET shopper.find": Row(EVERYBODY),
    "POST shopper.look_up": Row(EVERYBODY),
    "GET shopper.ask": Row(EVERYBODY),
    "POST shopper.ask_link": Row(EVERYBODY),
    "GET shopper.asked": Row(EVERYBODY),
    "GET shopper.link": Row(EVERYBODY, "ASKED"),
    "POST shopper.open_link": Row(EVERYBODY, "ASKED"),
    "GET shopper.ask_account": Row(EVERYBODY),
    "POST shopper.mail_account": Row(EVERYBODY),
    "GET shopper.account_asked": Row(EVERYBODY),
    "GET shopper.account_link": Row(EVERYBODY, "ASKED"),
    "POST shopper.open_account": Row(EVERYBODY, "ASKED"),
    "GET shopper.history": Row(frozenset({REGULAR})),
    "GET shopper.signed": Row(EVERYBODY, "ASKED", given=SIGNED),
    "POST shopper.open_signed": Row(EVERYBODY, "ASKED", given=SIGNED),
    "GET gift.find": Row(EVERYBODY),
    "POST gift.look_up": Row(EVERYBODY),
    "GET gift.items": Row(GIFTED, "GIVEN"),
    "POST gift.keep_items": Row(GIFTED, "GIVEN"),
    "GET gift.add_up": Row(GIFTED, "GIVEN"),
    "GET gift.reasons": Row(GIFTED, "GIVEN"),
    "POST gift.keep_reasons": Row(GIFTED, "GIVEN"),
    "GET gift.resolution": Row(GIFTED, "GIVEN"),
    "POST gift.keep_resolution": Row(GIFTED, "GIVEN"),
    "GET gift.proof": Row(GIFTED, "GIVEN"),
    "POST gift.mail_again": Row(GIFTED, "GIVEN"),
    "GET gift.review": Row(GIFTED, "GIVEN"),
    "POST gift.request_return": Row(GIFTED, "GIVEN"),
    "GET gift.done": Row(GIFTED, "GIVEN", "given_back"),
    "GET shopper.gift_link": Row(EVERYBODY, "GIVEN"),
    "POST shopper.open_gift_link": Row(EVERYBODY, "GIVEN"),
    "GET shopper.scanned": Row(EVERYBODY, given={"text": "RMA-0000-0000-0"}),
    "GET shopper.items": Row(OWN, "DRAFTED"),
    "POST shopper.keep_items": Row(OWN, "DRAFTED"),
    "GET shopper.add_up": Row(OWN, "DRAFTED"),
    "GET shopper.reasons": Row(OWN, "DRAFTED"),
    "POST shopper.keep_reasons": Row(OWN, "DRAFTED"),
    "GET shopper.resolution": Row(OWN, "DRAFTED"),
    "POST shopper.keep_resolution": Row(OWN, "DRAFTED"),
    "GET shopper.review": Row(OWN, "DRAFTED"),
    "POST shopper.request_return": Row(OWN, "DRAFTED"),
    "GET shopper.done": Row(OWN, "ASKED"),
    "GET shopper.status": Row(EVERYBODY, "ASKED"),
    "GET shopper.label": Row(EVERYBODY, "ASKED"),
    "GET shopper.slip": Row(EVERYBODY, "ASKED"),
    "POST shopper.note_sent": Row(EVERYBODY, "ASKED"),
    "GET shopper.change": Row(EVERYBODY, "ASKED"),
    "POST shopper.keep_change": Row(EVERYBODY, "ASKED"),
    "POST shopper.cancel_return": Row(EVERYBODY, "ASKED"),
    "POST shopper.write_message": Row(EVERYBODY, "ASKED"),
    "POST shopper.take_credit": Row(EVERYBODY, "STOPPED"),
    "POST shopper.mail_card": Row(EVERYBODY, "GIFTED"),
    "GET shopper.card_link": Row(EVERYBODY, "GIFTED"),
    "POST shopper.show_card": Row(EVERYBODY, "GIFTED"),
    "GET dock.scan": Row(DOCK),
    "GET dock.counted": Row(DOCK, "ASKED"),
    "POST dock.count_units": Row(DOCK, "ASKED"),
    "POST dock.count_all": Row(DOCK, "ASKED"),
    "GET dock.done": Row(DOCK, "ARRIVED"),
    "GET dock.check": Row(DOCK, "ARRIVED", "item"),
    "POST dock.propose": Row(DOCK, "ARRIVED", "item"),
    "POST dock.check_unit": Row(DOCK, "ARRIVED", "item"),
    "GET dock.correct": Row(DOCK, "CHECKED", "item"),
    "POST dock.correct_unit": Row(DOCK, "CHECKED", "item"),
    "GET desk.board": Row(DESK),
    "GET desk.export_returns": Row(BOOKS),
    "GET desk.keys": Row(DESK),
    "GET desk.record": Row(DESK, "ASKED"),
    "GET desk.story": Row(DESK, "ASKED"),
    "POST desk.add_note": Row(CLERKS, "ASKED"),
    "POST desk.write_message": Row(CLERKS, "ASKED"),
    "POST desk.settle_message": Row(CLERKS, "ASKED"),
    "GET desk.order_mails": Row(DESK, "ASKED", "order"),
    "POST desk.mail_again": Row(CLERKS, "ASKED", "notice"),
    "POST desk.authorize": Row(CLERKS, "ASKED"),
    "GET desk.authorizing": Row(CLERKS),
    "POST desk.authorize_many": Row(CLERKS),
    "GET desk.deny": Row(CLERKS, "ASKED"),
    "POST desk.deny_units": Row(CLERKS, "ASKED"),
    "GET desk.cancel": Row(CLERKS, "ASKED"),
    "POST desk.cancel_return": Row(CLERKS, "ASKED"),
    "GET desk.stop": Row(CLERKS, "ASKED"),
    "POST desk.stop_waiting": Row(CLERKS, "ASKED"),
    "GET desk.reopen": Row(LEADERS, "PAID"),
    "POST desk.reopen_return": Row(LEADERS, "PAID"),
    "GET desk.close": Row(LEADERS, "PAID"),
    "POST desk.close_return": Row(LEADERS, "PAID"),
    "GET desk.correct": Row(LEADERS, "CHECKED"),
    "POST desk.correct_units": Row(LEADERS, "CHECKED"),
    "POST desk.approve": Row(CLERKS, "CHECKED"),
    "POST desk.cancel_refund": Row(CLERKS, "PAID"),
    "POST desk.try_again": Row(LEADERS, "PAID"),
    "GET desk.orders": Row(DESK),
    "GET desk.order": Row(DESK, "ASKED", "order"),
    "POST desk.accept_order": Row(LEADERS, "ASKED", "order"),
    "GET desk.start": Row(LEADERS),
    "POST desk.take_step": Row(LEADERS, given={"step": "address"}),
    "POST desk.make_test_order": Row(LEADERS),
    "POST desk.end_test_order": Row(LEADERS, "ASKED", "order"),
    "GET desk.order_files": Row(LEADERS),
    "POST desk.add_order_file": Row(LEADERS),
    "GET desk.order_file": Row(LEADERS, "ASKED", "order_file"),
    "GET desk.file_progress": Row(LEADERS, "ASKED", "order_file"),
    "POST desk.confirm_file": Row(LEADERS, "ASKED", "order_file"),
    "POST desk.discard_file": Row(LEADERS, "ASKED", "order_file"),
    "GET desk.refused_csv": Row(LEADERS, "ASKED", "order_file"),
    "GET desk.keeping": Row(LEADERS, "ASKED"),
    "POST desk.keep_units": Row(LEADERS, "ASKED"),
    "GET desk.return_label": Row(DESK, "ASKED"),
    "GET desk.return_slip": Row(DESK, "ASKED"),
    "GET behalf.looking": Row(DESK, "ASKED"),
    "GET behalf.items": Row(CLERKS, "DRAFTED"),
    "POST behalf.keep_items": Row(CLERKS, "DRAFTED"),
    "GET behalf.add_up": Row(CLERKS, "DRAFTED"),
    "GET behalf.reasons": Row(CLERKS, "DRAFTED"),
    "POST behalf.keep_reasons": Row(CLERKS, "DRAFTED"),
    "GET behalf.resolution": Row(CLERKS, "DRAFTED"),
    "POST behalf.keep_resolution": Row(CLERKS, "DRAFTED"),
    "GET behalf.review": Row(CLERKS, "DRAFTED"),
    "POST behalf.request_return": Row(CLERKS, "DRAFTED"),
    "GET behalf.done": Row(CLERKS, "ASKED"),
    "GET desk.excepting": Row(LEADERS, "DRAFTED", "order"),
    "POST desk.make_exception": Row(LEADERS, "DRAFTED", "order"),
    "GET desk.extending": Row(LEADERS, "DRAFTED", "order"),
    "POST desk.extend_time": Row(LEADERS, "DRAFTED", "order"),
    "GET desk.ending": Row(LEADERS, "DRAFTED", "order"),
    "POST desk.end_exception": Row(LEADERS, "DRAFTED", "order"),
    "GET desk.journal": Row(BOOKS),
    "GET desk.balances": Row(BOOKS),
    "GET desk.days": Row(BOOKS),
    "GET desk.days_csv": Row(BOOKS),
    "GET desk.exports": Row(BOOKS),
    "GET desk.export_files": Row(BOOKS),
    "POST desk.order_export": Row(BOOKS),
    "GET desk.export_file": Row(BOOKS, "PAID", "export"),
    "GET desk.export_manifest": Row(BOOKS, "PAID", "export"),
    "GET desk.journal_csv": Row(BOOKS),
    "GET desk.journal_beancount": Row(BOOKS),
    "GET desk.credits": Row(DESK),
    "GET desk.statement": Row(DESK, "CREDITED", "credit"),
    "GET desk.gift_cards": Row(DESK),
    "GET desk.gift_card": Row(DESK, "GIFTED"),
    "GET desk.blocking": Row(CLERKS, "GIFTED"),
    "POST desk.block_card": Row(CLERKS, "GIFTED"),
    "GET desk.replacing": Row(CLERKS, "GIFTED"),
    "POST desk.replace_card": Row(CLERKS, "GIFTED"),
    "POST desk.unblock_card": Row(CLERKS, "GIFTED"),
    "POST desk.mail_card": Row(CLERKS, "GIFTED"),
    "GET desk.transfers": Row(DESK),
    "GET desk.transfer": Row(DESK, "BY_HAND"),
    "POST desk.confirm_transfer": Row(LEADERS, "BY_HAND"),
    "POST desk.fail_transfer": Row(LEADERS, "BY_HAND"),
    "POST desk.transfer_back": Row(LEADERS, "BY_HAND"),
    "GET desk.stopped": Row(DESK),
    "GET desk.stopped_leg": Row(DESK, "STOPPED"),
    "POST desk.reroute": Row(LEADERS, "STOPPED"),
    "GET desk.stock": Row(DESK),
    "GET desk.movements": Row(DESK),
    "GET desk.uncosted": Row(BOOKS),
    "GET desk.policy": Row(DESK),
    "GET desk.settings": Row(LEADERS),
    "POST desk.keep_settings": Row(LEADERS),
    "POST desk.show_look": Row(LEADERS),
    "GET desk.look_picture": Row(LEADERS),
    "GET desk.account": Row(STAFF),
    "POST desk.speak": Row(STAFF),
    "POST desk.change_password": Row(STAFF),
    "POST desk.end_session": Row(STAFF),
    "POST desk.end_sessions": Row(STAFF),
    "GET desk.people": Row(LEADERS),
    "GET desk.invite": Row(LEADERS),
    "POST desk.invite_person": Row(LEADERS),
    "GET desk.person": Row(LEADERS, "INVITED", "person"),
    "POST desk.change_role": Row(LEADERS, "INVITED", "person"),
    "POST desk.let_go": Row(LEADERS, "INVITED", "person"),
    "POST desk.take_back": Row(LEADERS, "INVITED", "person"),
    "POST desk.send_invitation": Row(LEADERS, "INVITED", "person"),
    "GET desk.api_keys": Row(LEADERS),
    "GET desk.new_api_key": Row(LEADERS),
    "POST desk.make_api_key": Row(LEADERS),
    "GET desk.api_key": Row(LEADERS, "ASKED", "api_key"),
    "POST desk.revoke_api_key": Row(LEADERS, "ASKED", "api_key"),
    "GET desk.labels": Row(LEADERS),
    "POST desk.add_labels": Row(LEADERS),
    "GET desk.trail": Row(BOOKS),
    "GET desk.trail_csv": Row(BOOKS),
    "GET desk.trail_json": Row(BOOKS),
    "GET desk.stuck": Row(LEADERS),
    "POST desk.retry_job": Row(LEADERS, "ASKED", "dead_job"),
    "POST desk.discard_job": Row(LEADERS, "ASKED", "dead_job"),
    "GET desk.mails": Row(LEADERS),
    "GET desk.mail": Row(LEADERS, "ASKED", "mail"),
    "GET desk.order_links": Row(frozenset({OWNER})),
    "POST desk.renew_order_links": Row(frozenset({OWNER})),
    "GET desk.bank": Row(frozenset({OWNER})),
    "GET desk.bank_payments": Row(frozenset({OWNER})),
    "POST desk.close_payment": Row(frozenset({OWNER})),
    "GET desk.bank_journal": Row(frozenset({OWNER})),
    "POST desk.switch": Row(frozenset({OWNER})),
    "POST desk.turn": Row(frozenset({OWNER}), given={"reference": "re_planted"}),
    "GET api.openapi": Row(EVERYBODY),
    "GET api.read_changes": Row(frozenset()),
    "POST api.write_orders": Row(frozenset()),
    "POST api.card_balance": Row(frozenset()),
    "POST api.spend_card": Row(frozenset()),
    "POST api.release_card": Row(frozenset()),
    "POST api.credit_balance": Row(frozenset()),
    "POST api.spend_credit": Row(frozenset()),
    "POST api.release_credit": Row(frozenset()),
}

# What a key must be good for to come in at a route of the API; None where no key is asked for.
API_ROWS: dict[str, str | None] = {
    "GET api.openapi": None,
    "GET api.read_changes": "changes.read",
    "POST api.write_orders": "orders.write",
    "POST api.card_balance": "stored_value.spend",
    "POST api.spend_card": "stored_value.spend",
    "POST api.release_card": "stored_value.spend",
    "POST api.credit_balance": "stored_value.spend",
    "POST api.spend_credit": "stored_value.spend",
    "POST api.release_credit": "stored_value.spend",
}

# Tried last, in this order: the visitor is another one afterwards.
SPOILS = ("POST shopper.open_gift_link", "POST shopper.open_account", "POST door.sign_out")


def arguments(world: World, name: str, wanted: set[str]) -> dict[str, Any]:
    """What stands in the address of a route, for the thing that its row is about."""
    row = ROWS[name]
    things = {argument: row.id if argument == "id" else argument for argument in wanted - row.given.keys()}
    given = {key: value(world) if callable(value) else value for key, value in row.given.items()}
    return {**given, **{argument: getattr(world, thing)(row.about) for argument, thing in things.items()}}
