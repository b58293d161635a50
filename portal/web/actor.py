"""Who sends this request: a person of the staff, a shopper with an order, or nobody known."""

from flask import g, has_request_context

from portal.audit import Actor


def acts(actor: Actor) -> None:
    """Note who it is, as soon as a view or the sign-in knows."""
    g.actor = actor


def actor() -> Actor:
    """Who it is; RuntimeError in a view that let anybody in without noting who."""
    found = g.get("actor")
    if not isinstance(found, Actor):
        raise RuntimeError("nobody is known to act here")
    return found


def actor_word() -> str | None:
    """For the log: the kind and the id, which name nobody to a stranger."""
    found = g.get("actor") if has_request_context() else None
    return f"{found.kind}:{found.id}" if found else None
