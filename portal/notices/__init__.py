"""Mail to shoppers and staff: ordered with the event's transaction, written and sent by a job.

A verb calls `notify(return_id, event)`. What the mail says is not stored with it: when the job runs it asks
the loader that the domain registered for the event (`@letter("denied")`), which reads the rows as they are.
So the outbox and the notice hold ids alone, there is one copy of a shopper's data to correct or erase, and
a mail that was held up says what is true when it leaves. Each event has its templates in
`templates/notices`, a text and an HTML one; `Letter` says what they are given.
"""

from portal.notices.inviting import invite, invite_again
from portal.notices.letters import Letter, Line, letter
from portal.notices.mailbox import mail, mailbox
from portal.notices.models import Notice, SentMail
from portal.notices.ordering import notify
from portal.notices.repeating import send_again
from portal.notices.resetting import ask_password
from portal.notices.sending import send

__all__ = [
    "Letter", "Line", "Notice", "SentMail", "ask_password", "invite", "invite_again", "letter", "mail",
    "mailbox", "notify", "send", "send_again",
]  # fmt: skip
