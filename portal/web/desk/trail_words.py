"""What the trail's page calls events, things and who acted."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.audit import Event, Trail
from portal.i18n import Message, say
from portal.policies.promises import listed
from portal.web.desk.telling import TITLES

ACTORS = {
    "shopper": say("Shoppers"),
    "recipient": say("Recipients of gifts"),
    "job": say("By itself"),
    "system": say("By rule"),
    "api": say("The shop’s system"),
}
OF_SHOP: dict[str, Message] = {
    Event.SHOP_PROVISIONED: say("Shop opened"),
    Event.SHOP_CHANGED: say("Settings changed"),
    Event.POLICY_ACTIVATED: say("Configuration put in force"),
    Event.POLICY_SCHEDULED: say("Configuration scheduled"),
    Event.POLICY_WITHDRAWN: say("Scheduled configuration withdrawn"),
    Event.POLICY_DRAFT_STARTED: say("Draft of the configuration started"),
    Event.POLICY_DRAFT_SAVED: say("Draft saved"),
    Event.POLICY_DRAFT_DISCARDED: say("Draft thrown away"),
    Event.POLICY_REVIEW_ASKED: say("Review asked for"),
    Event.POLICY_REVIEW_APPROVED: say("Draft approved"),
    Event.POLICY_SENT_BACK: say("Draft sent back"),
    Event.PERSON_ADDED: say("Person added"),
    "person.invited": say("Person invited"),
    Event.PERSON_CHANGED: say("Person changed"),
    Event.PERSON_SIGNED_IN: say("Signed in"),
    Event.PERSON_SIGNED_OUT: say("Signed out"),
    Event.KEY_MADE: say("Key made"),
    Event.KEY_REVOKED: say("Key revoked"),
    Event.TABLET_SHARED: say("Tablet shared"),
    Event.PERSON_AT_TABLET: say("At the shared tablet"),
    Event.SECOND_FACTOR_ON: say("Second factor switched on"),
    Event.SECOND_FACTOR_OFF: say("Second factor switched off"),
    Event.RECOVERY_CODES_MADE: say("New recovery codes made"),
    Event.RECOVERY_CODE_USED: say("Recovery code used"),
    Event.ORDERS_IMPORTED: say("Orders imported"),
    Event.ORDER_FILE_CONFIRMED: say("Import of orders confirmed"),
    Event.ORDER_FILE_DISCARDED: say("File of orders thrown away"),
    Event.PRODUCTS_IMPORTED: say("Products imported"),
    Event.PRODUCT_FILE_CONFIRMED: say("Import of products confirmed"),
    Event.PRODUCT_FILE_DISCARDED: say("File of products thrown away"),
    Event.STEP_SETTLED: say("First step settled"),
    Event.TEST_ORDER_MADE: say("Test order made"),
    Event.TEST_ORDER_PUT_AWAY: say("Test order put away"),
    Event.ORDER_ACCEPTED: say("Order’s figures accepted"),
    Event.OVERRIDE_MADE: say("Exception to the rules"),
    Event.LABELS_ADDED: say("Labels added"),
    Event.TRAIL_SEALED: say("Trail sealed under a new key"),
    Event.ACCOUNTS_NAMED: say("Accounts named"),
    Event.RECONCILIATION_ORDERED: say("Reconciliation ordered"),
    Event.RECONCILED: say("Reconciled"),
    Event.EXPORT_ORDERED: say("Export ordered"),
    Event.EXPORT_WRITTEN: say("Export written"),
    Event.EXPORT_FETCHED: say("Export fetched"),
    Event.EXPORT_REMOVED: say("Export deleted"),
    Event.CREDIT_SPENT: say("Store credit spent"),
    Event.CREDIT_RELEASED: say("Store credit released"),
    Event.CREDIT_EXPIRED: say("Store credit expired"),
    Event.CARD_ISSUED: say("Gift card issued"),
    Event.CARD_SHOWN: say("Gift card’s code shown"),
    Event.CARD_MAILED: say("Link to a gift card mailed"),
    Event.CARD_FILLED: say("Gift card filled again"),
    Event.CARD_SPENT: say("Gift card spent"),
    Event.CARD_RELEASED: say("Gift card released"),
    Event.CARD_EXPIRED: say("Gift card expired"),
    Event.CARD_BLOCKED: say("Gift card blocked"),
    Event.CARD_UNBLOCKED: say("Gift card unblocked"),
    Event.CARD_REPLACED: say("Gift card replaced"),
    Event.JOB_RETRIED: say("Failed work tried again"),
    Event.JOB_DISCARDED: say("Failed work thrown away"),
}
CHANGED = {
    "pin": say("PIN set"),
    "password": say("Password set"),
    "language": say("Language chosen"),
    "second": say("Signed in with a second factor"),
}
SETTINGS = {
    "name": say("Name"),
    "domain": say("Domain of its own"),
    "country": say("Country"),
    "currency": say("Currency"),
    "language": say("Language"),
    "zone": say("Time zone"),
    "return_address": say("Return address"),
    "sender": say("Mails come from"),
    "contact": say("Shoppers write to"),
    "links_only": say("Open orders by a mailed link alone"),
    "gifts": say("Whoever got a gift may return it"),
    "carrier": say("Return labels"),
    "image_hosts": say("Where pictures come from"),
    "bank_details": say("Bank account for what shoppers owe"),
    "tax_number": say("Tax number"),
    "daily_mail": say("Daily mail to the owners"),
    "daily_hour": say("Hour of the daily mail"),
    "main": say("Main colour"),
    "accent": say("Accent"),
    "ground": say("Ground"),
    "roundness": say("Roundness"),
    "logo": say("Logo"),
    "order_links": say("Key of links to orders"),
    "second_factor": say("Second factor"),
    "bank": say("Simulated bank"),
    "bank_payment": say("Simulated bank, payment"),
}
VALUES = {"none": say("No labels"), "pool": say("Our own labels"), "test": say("Test carrier")}  # of labels
SILENT = {"logo"}  # what it was and is says nothing to people
EVENTS = {**OF_SHOP, **{event: title for event, (title, _) in TITLES.items()}}
KINDS = {
    "return": say("return"),
    "return_item": say("unit"),
    "parcel": say("parcel"),
    "parcel_case": say("case"),
    "reduction": say("lower refund"),
    "stray_parcel": say("unknown parcel"),
    "refund": say("refund"),
    "refund_leg": say("payment of a refund"),
    "demand": say("what a shopper owes"),
    "store_credit": say("store credit"),
    "gift_card": say("gift card"),
    "staff_user": say("person"),
    "override": say("exception"),
    "api_key": say("key"),
    "policy_version": say("configuration"),
    "policy_draft": say("draft of the configuration"),
    "tenant": say("shop"),
    "job": say("work"),
    "orders": say("order"),
    "notice": say("mail"),
    "return_message": say("message"),
    "photo": say("photo"),
    "export": say("export"),
    "chart_version": say("accounts"),
    "reconciliation": say("reconciliation"),
    "import_file": say("file to import"),
}


def settings_said(settings: Mapping[str, Any]) -> Message | str:
    """What was changed from what to what, each setting by the name that its form has."""
    return listed([_setting(name, pair) for name, pair in settings.items()]) if settings else ""


def _setting(name: str, pair: Sequence[Any]) -> Message | str:
    what = SETTINGS.get(name, name)
    if len(pair) != 2 or name in SILENT:  # personal
        return what
    before, after = (_value(name, value) for value in pair)
    return say("{what}: {before} → {after}", what=what, before=before, after=after)


def _value(name: str, value: Any) -> Message | str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if value in (None, "", []):
        return say("nothing")
    if name == "carrier" and value in VALUES:
        return VALUES[value]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def titled(row: Trail) -> Message | str:
    """Of a change to a person, what was changed; of a sign-in, whether it took a code."""
    title = EVENTS.get(row.event, row.event)
    changed = [CHANGED[name] for name in row.data if name in CHANGED]
    return changed[0] if changed and row.event in (Event.PERSON_CHANGED, Event.PERSON_SIGNED_IN) else title
