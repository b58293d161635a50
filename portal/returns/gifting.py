"""Returns of gifts: their recipient gives an address and proves it, and gets the value as store credit there.

The buyer is not told. So what proves the address is mailed to the address itself, and before it is proven
nothing is claimed, issued or shown.
"""

import uuid

from portal import clock
from portal.audit import Actor, Event, record
from portal.db import find, locked
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import Lease, enqueue, handler
from portal.notices import Letter, letter, notify
from portal.orders.keys import email_key
from portal.orders.links import minutes_left
from portal.people import Purpose
from portal.people.links import issue, secret_of, spend, unspent, withdraw_from
from portal.policies import Resolution
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from portal.tenants.naming import check_email


def name_recipient(draft: Return, email: str, by: Actor) -> None:
    """Whose return it is: the address that its mails and its credit go to. Lock the draft.

    Another address than before must be proven anew. Raises Refusal for what is no address.
    """
    email = email.strip()
    check_email(email, "email")
    draft.resolution = Resolution.STORE_CREDIT
    if email_key(email) == draft.recipient_key and draft.recipient:
        return
    draft.recipient, draft.recipient_key, draft.proven_at = email, email_key(email), None
    withdraw_from(draft.id, Purpose.GIFT)
    record(draft, Event.RECIPIENT_NAMED, by)
    mail_proof(draft)


def mail_proof(draft: Return) -> None:
    """Have the link mailed that proves the draft's address; again, if somebody asks."""
    enqueue("gift.link", {"return": draft.id}, f"gift.link/{uuid7()}")


def must_be_proven(return_: Return) -> None:
    """Raises Refusal for a gift whose recipient has not proven an address."""
    if return_.gift and not (return_.recipient and return_.proven_at):
        raise Refusal(say("Open the link that we mailed to you first."), "email")


@handler("gift.link")
def make_link(lease: Lease) -> None:
    """Make the link and order its mail. With the draft locked: the address cannot change meanwhile."""
    draft = locked(Return, lease.ref("return"))
    if draft.state is ReturnState.DRAFT and draft.recipient and draft.proven_at is None:
        notify(None, "gift", issue(Purpose.GIFT, draft.id, order=draft.order_id).id)


@letter("gift")
def gift_letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when it was over, or withdrawn, before the mail could leave."""
    link = unspent(id)
    if link is None:
        return None
    draft = find(Return, link.subject)
    return Letter(
        to=draft.recipient,
        language=draft.order.language or "",
        link=f"g/{secret_of(link)}",
        values={"order": draft.order.number, "minutes": minutes_left(link)},
    )


def prove(secret: str) -> Return | None:
    """Spend the link: who opened it reads the address's mail. None when it proves nothing, or no longer."""
    id = spend(secret, Purpose.GIFT)
    if id is None:
        return None
    draft = locked(Return, id)
    if draft.state is ReturnState.DRAFT and draft.proven_at is None:
        draft.proven_at = clock.now()
        record(draft, Event.RECIPIENT_PROVEN, Actor("recipient", draft.gift))
    return draft
