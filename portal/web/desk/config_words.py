"""What the desk calls the states of a configuration's drafts and versions, each with its tone."""

from portal.i18n import Message, say
from portal.policies.models import DraftState, Standing

DRAFTS: dict[DraftState, tuple[Message, str]] = {
    DraftState.DRAFT: (say("Draft"), ""),
    DraftState.IN_REVIEW: (say("In review"), "warn"),
    DraftState.APPROVED: (say("Approved"), "good"),
    DraftState.SCHEDULED: (say("Scheduled"), "brand"),
    DraftState.PUBLISHED: (say("Published"), ""),
    DraftState.DISCARDED: (say("Thrown away"), ""),
}
STANDINGS: dict[Standing, tuple[Message, str]] = {
    Standing.SCHEDULED: (say("Scheduled"), "brand"),
    Standing.ACTIVE: (say("In force"), "good"),
    Standing.RETIRED: (say("Retired"), ""),
}
