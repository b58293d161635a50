"""How the parts of a configuration are called where two of them differ, and what stands in them."""

from collections.abc import Mapping

from portal.i18n import Message, say
from portal.ledger.chart import DEFAULT

Path = tuple[str, ...]
THINGS = {
    "fees": say("Restocking fee"),
    "reasons": say("Reason"),
    "conditions": say("Condition"),
    "windows": say("Another time to send back"),
    "by_country": say("Return label"),
    "methods": say("Way back"),
    "placings": say("Where a unit goes"),
    "worths": say("What it is worth there"),
    "returnless": say("It need not come back"),
    "barred": say("What cannot go back"),
}
PLACES: dict[Path, Message] = {
    ("policy", "window", "days"): say("To send back"),
    ("policy", "extend", "weekends"): say("Days of the week on which no time ends"),
    ("policy", "extend", "public_holidays"): say("Public holidays on which no time ends"),
    ("policy", "extend", "shoppers_holidays"): say("Public holidays where the order was sent to count"),
    ("policy", "extend", "open_days"): say("Days on which it ends all the same"),
    ("policy", "hand_in_days"): say("To hand the parcel in"),
    ("policy", "pay_days"): say("Money goes out"),
    ("policy", "return_shipping"): say("Return label"),
    ("policy", "resolutions"): say("What shoppers choose between"),
    ("policy", "credit_bonus"): say("Bonus on store credit"),
    ("policy", "gift_card_bonus"): say("Bonus on gift cards"),
    ("policy", "authorization", "automatic_up_to"): say("Approved at once up to"),
    ("limits", "agent_limit"): say("An agent approves up to"),
    ("limits", "second_person_above"): say("Two people approve above"),
    ("limits", "alone_per_day"): say("One person alone approves a day"),
    ("limits", "goodwill_budget"): say("Goodwill of a person in a month"),
    ("limits", "second_review"): say("A second person reviews the configuration"),
}
PLACES |= {
    ("branding", "name"): say("Name"),
    ("branding", "contact"): say("Shoppers write to"),
    ("branding", "return_address"): say("Return address"),
    ("branding", "logo"): say("Logo"),
    ("branding", "main"): say("Main colour"),
    ("branding", "accent"): say("Accent"),
    ("branding", "ground"): say("Ground"),
    ("branding", "roundness"): say("Roundness"),
}
PLACES |= {
    ("books", "accounts", role, part): say(said, what=say(name))
    for role, _, name, _ in DEFAULT
    for part, said in (("code", "Code of {what}"), ("name", "Name of {what}"))
}
PLACES |= {
    ("policy", "reasons"): say("Reasons"),
    ("policy", "reason_groups"): say("Groups"),
    ("policy", "conditions"): say("Conditions"),
    ("policy", "window", "transit_days"): say("Days that a parcel takes"),
    ("policy", "way_back", "free_from"): say("Free from a value of"),
    ("policy", "way_back", "free_for"): say("Free where this is wanted"),
    ("policy", "tender_order"): say("Which payment gets money back first"),
    ("policy", "exchange", "ship"): say("Another article is sent"),
    ("policy", "exchange", "free_way_back"): say("The label is free where another article is wanted"),
    ("policy", "exchange", "at_price_paid"): say("Another variant costs what was paid"),
    ("policy", "exchange", "held_days"): say("Days that it is kept for the shopper"),
    ("policy", "exchange", "pay_days"): say("Days to pay what it costs more"),
    ("policy", "valid_months", "store_credit"): say("Months that store credit lasts"),
    ("policy", "valid_months", "gift_card"): say("Months that a gift card lasts"),
    ("policy", "authorization", "days"): say("Days to answer the others"),
    ("policy", "authorization", "history", "returns"): say("Returns that are many"),
    ("policy", "authorization", "history", "days"): say("Within days"),
    ("policy", "deadlines", "remind_days"): say("Days before the end on which shoppers are reminded"),
    ("policy", "deadlines", "sent_days"): say("Days for a parcel to arrive"),
    ("policy", "deadlines", "receive_days"): say("Days to take a delivery in"),
    ("policy", "deadlines", "inspect_days"): say("Days to check what came"),
    ("policy", "reductions", "answer_days"): say("Days to answer a lower refund"),
    ("policy", "reductions", "decide_days"): say("Days to decide an objection"),
    ("limits", "off_quote", "points"): say("Per cent off the quote"),
    ("limits", "off_quote", "amounts"): say("Or an amount off the quote"),
}
GOES: Mapping[str, Message] = {
    "restock": say("Restocked"),
    "restock_open_box": say("Open box"),
    "refurbish": say("To be refurbished"),
    "quarantine": say("Quarantine"),
    "return_to_vendor": say("Back to the vendor"),
    "donate": say("Donated"),
    "recycle": say("Recycled"),
    "destroy": say("Destroyed"),
}
GRADES: Mapping[str, Message] = {
    "A": say("New"),
    "B": say("Opened, like new"),
    "C": say("Used, resalable"),
    "D": say("Damaged"),
    "E": say("Unsellable"),
}
PLACES |= {
    ("policy", "dispositions", grade): say("{what}, {part}", what=say("Where a unit goes"), part=word)
    for grade, word in GRADES.items()
}
PLACES |= {
    ("policy", "values", place): say("{what}, {part}", what=say("What it is worth there"), part=word)
    for place, word in GOES.items()
}
PARTS = {
    "photo": say("photos"),
    "minimum": say("At least"),
    "maximum": say("At most"),
    "until": say("In any case until"),
    "countries": say("Countries"),
    "amounts": say("What it costs"),
    "by_country": say("From some countries it costs otherwise"),
    "free_from": say("Free from a value of"),
    "free_for": say("Free where this is wanted"),
    "reasons": say("For these reasons alone"),
    "grades": say("Found like this at the dock"),
    "tags": say("Tags"),
    "categories": say("Categories"),
    "skus": say("SKUs"),
    "fault": say("The fault is"),
    "question": say("Question"),
    "under": say("Group"),
    "up_to": say("Units worth up to"),
    "disposition": say("Goes to"),
    "transit_days": say("Days that a parcel takes"),
    "days": say("Days to send back"),
    "first": say("Ordered from"),
    "last": say("Ordered to"),
}
WAYS: Mapping[str, Message] = {
    "original": say("Money back"),
    "store_credit": say("Store credit"),
    "gift_card": say("Gift card"),
    "exchange": say("Another article"),
}
SAID: Mapping[str, Mapping[str, Message]] = {
    "photo": {"none": say("not asked for"), "optional": say("welcome"), "required": say("needed")},
    "fault": {"shopper": say("the shopper's"), "shop": say("ours")},
    "resolutions": WAYS,
    "free_for": WAYS,
    "grades": GRADES,
    "disposition": GOES,
    "dispositions": GOES,
    "ship": {
        "after_inspection": say("When what comes back is checked"),
        "at_once": say("As soon as the return is authorized"),
    },
}

NOTHING, NO_LIMIT = say("nothing"), say("no limit")
ABSENT: Mapping[str, Message] = {  # what it means that nothing is said, where it does not mean nothing
    "valid_months": say("for ever"),
    "second_person_above": NO_LIMIT,
    "alone_per_day": NO_LIMIT,
    "off_quote": NO_LIMIT,
}
