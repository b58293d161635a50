"""A gateway says that something became of a refund. What that is, is asked of it, never believed."""

import uuid

from portal.jobs import enqueue, hasten


def heard(leg: uuid.UUID, news: str) -> None:
    """Ask the gateway about a leg now. `news` is its word for what happened: the same word counts once."""
    hasten(f"send/{leg}/1")
    enqueue("refund.watch", {"leg": leg}, f"heard/{leg}/{news}")
