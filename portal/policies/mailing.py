"""What a shop lays down about its mails, for who writes them: the version in force at that moment."""

from portal.notices.wording import Own, own_words
from portal.policies.versions import active_or_none


@own_words
def own(event: str) -> Own:
    """Of the version in force when the mail is written; a mail is no part of a return's pinned version."""
    held = active_or_none(whole=True)
    return held.notices.own(event) if held else Own()
