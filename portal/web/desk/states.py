"""The words for the states that the trail keeps as codes."""

from collections.abc import Mapping
from typing import Any

from portal.exports import ExportState
from portal.i18n import Message, say
from portal.jobs.models import JobState
from portal.orders.files.models import WORDS as FILES
from portal.people.titles import TITLES as ROLES
from portal.policies.overrides import OverrideKind
from portal.returns import ItemState, ReturnState
from portal.returns.strays import StrayState
from portal.web.desk.config_words import DRAFTS, STANDINGS
from portal.web.desk.wording import CARDS, CASES, ITEMS, LEGS, PARCELS, REDUCTIONS, STATES

STRAYS: dict[StrayState, tuple[Message, str]] = {
    StrayState.QUARANTINED: (say("In quarantine"), "warn"),
    StrayState.MATCHED: (say("Found its order"), "good"),
    StrayState.SENT_BACK: (say("To be sent back"), ""),
    StrayState.DISPOSED: (say("To be disposed of"), ""),
}
ACTIVE = {"active": say("Active"), "inactive": say("Disabled"), "revoked": say("Revoked")}


Words = Mapping[Any, Message]


def _first(known: Mapping[Any, tuple[Message, Any]]) -> Words:
    return {code: said[0] for code, said in known.items()}


KNOWN: dict[str, Words] = {
    "return": {ReturnState.DRAFT: say("Draft"), **STATES},
    "return_item": {ItemState.INSPECTED: say("Checked"), **_first(ITEMS)},
    "parcel": _first(PARCELS),
    "parcel_case": _first(CASES),
    "reduction": _first(REDUCTIONS),
    "stray_parcel": _first(STRAYS),
    "refund_leg": _first(LEGS),
    "gift_card": _first(CARDS),
    "staff_user": {**_first(ROLES), **ACTIVE},
    "api_key": ACTIVE,
    "policy_draft": _first(DRAFTS),
    "policy_version": _first(STANDINGS),
    "override": {
        OverrideKind.ALLOW: say("may go back"),
        OverrideKind.EXTEND: say("more time"),
        OverrideKind.WITHDRAW: say("taken back"),
    },
    "orders": {"flagged": say("needs a person"), "accepted": say("accepted")},
    "import_file": FILES,
    "export": {
        ExportState.ORDERED: say("Export ordered"),
        ExportState.READY: say("Ready"),
        ExportState.REMOVED: say("Deleted"),
    },
    "job": {
        JobState.SCHEDULED: say("Waits for the worker"),
        JobState.DEAD: say("Given up"),
        JobState.DISCARDED: say("thrown away"),
    },
}


def word_for(kind: str, code: str) -> Message | str:
    """Of a state that a kind of thing was or is in; a code without a word stays as it is."""
    return KNOWN.get(kind, {}).get(code, code.replace("_", " "))
