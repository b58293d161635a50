"""Returns: drafting, the lifecycle, receiving and inspecting."""

from portal.returns import carriers as carriers
from portal.returns import deadlines as deadlines
from portal.returns import gifting as gifting
from portal.returns import letters as letters
from portal.returns import tracing as tracing
from portal.returns.cases import letters as case_letters  # noqa: F401 - registers them
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Note, Parcel, Return, ReturnItem, ReturnLine, ReturnMessage, Side
from portal.returns.reductions import deadlines as reduction_deadlines  # noqa: F401 - registers it

__all__ = [
    "ItemState", "Note", "Outcome", "Parcel", "ParcelState", "Return", "ReturnItem", "ReturnLine",
    "ReturnMessage", "ReturnState", "Side", "Stage",
]  # fmt: skip
