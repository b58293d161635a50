"""What the trail keeps as codes is told in words."""

from enum import StrEnum

import pytest

from portal.exports import ExportState
from portal.orders.files.models import FileState
from portal.people import Role
from portal.policies.overrides import OverrideKind
from portal.refunds.lifecycle import CardState, LegState
from portal.returns import ItemState, ParcelState, ReturnState
from portal.returns.cases import CaseState
from portal.returns.reductions import ReductionState
from portal.returns.strays import StrayState
from portal.web.desk.states import KNOWN, word_for

KINDS: dict[str, type[StrEnum]] = {
    **{"return": ReturnState, "return_item": ItemState, "parcel": ParcelState, "refund_leg": LegState},
    **{
        "gift_card": CardState,
        "parcel_case": CaseState,
        "reduction": ReductionState,
        "stray_parcel": StrayState,
        "export": ExportState,
    },
    **{"import_file": FileState, "override": OverrideKind, "staff_user": Role},
}


@pytest.mark.parametrize("thing", KINDS)
def test_every_state_of_a_thing_has_a_word(thing: str) -> None:
    assert [state for state in KINDS[thing] if state.value not in KNOWN[thing]] == []


def test_a_code_that_nobody_knows_stays_readable() -> None:
    assert word_for("return", "sent_to_the_moon") == "sent to the moon"
