"""Who is mailed about a change of the configuration: who may review it, and who asked, each once."""

import pytest
import sqlalchemy as sa

from portal.db import find, locked, session
from portal.notices.models import SentMail
from portal.people.models import User
from portal.people.roles import Role
from portal.policies import reviewing
from portal.policies.models import PolicyDraft
from portal.tenants import locked_shop
from tests.harness.configuring import asked, both
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

pytestmark = pytest.mark.sqlite
DEARER = policy(credit_bonus=500)


def mails(shop: Shop) -> list[tuple[str, str, str]]:
    """To whom, the subject and the text of those about drafts, the oldest first."""
    Trade(shop).work()
    with shop.transaction(reading=True):
        sent = session.scalars(sa.select(SentMail).order_by(SentMail.at, SentMail.id)).all()
        names = dict(session.execute(sa.select(User.email, User.id)).all())
        found = [(names.get(mail.recipient), mail.subject, mail.text) for mail in sent]
    return [(str(to), subject, text) for to, subject, text in found if "raft" in subject]


def test_who_may_review_is_mailed_once_for_each_asking_and_who_asked_of_the_answer(shop: Shop) -> None:
    one, other = both(shop)
    shop.actor(Role.AGENT), shop.actor(Role.AUDITOR)
    with shop.transaction():
        id = asked(one, DEARER).id
    (due,) = mails(shop)
    assert due[0] == str(other.id) and due[1].endswith("waits for a second person: draft 1")
    with shop.transaction(reading=True):
        draft = find(PolicyDraft, id)
        assert draft.why in due[2] and f"/desk/policy/drafts/{id}" in due[2]

    with shop.transaction():
        reviewing.send_back(locked_shop(), locked(PolicyDraft, id), "Too\nmuch <b>", other)
    (back,) = mails(shop)[1:]
    assert back[0] == str(one.id) and "was sent back" in back[1] and "much <b>" in back[2]

    with shop.transaction():
        reviewing.ask(locked_shop(), locked(PolicyDraft, id), "Still", one)
    again = mails(shop)[2:]
    assert [(to, "Still" in text) for to, _, text in again] == [(str(other.id), True)]
    with shop.transaction():
        reviewing.approve(locked_shop(), locked(PolicyDraft, id), other)
    (approved,) = mails(shop)[3:]
    assert approved[0] == str(one.id) and "is approved" in approved[1]
    assert mails(shop)[4:] == [] and broken(shop.app) == {}


def test_who_would_be_late_or_answers_themselves_is_not_mailed(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        draft = asked(one, DEARER)
        id = draft.id
        reviewing.send_back(locked_shop(), draft, "", one)
    assert mails(shop) == [] and other
    with shop.transaction():
        reviewing.ask(locked_shop(), locked(PolicyDraft, id), "Still", one)
        session.execute(sa.update(User).where(User.id == other.id).values(active=False))
    assert mails(shop) == []
