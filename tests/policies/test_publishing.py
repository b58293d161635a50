"""A draft's way into force: who may take which step, what it leaves behind, and from when it holds."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.jobs.worker import step
from portal.people.models import User
from portal.people.roles import Role
from portal.policies import drafting, publishing, reviewing
from portal.policies.lifecycle import DRAFT, ENDED, move, moved
from portal.policies.models import WITHDRAWN, DraftState, PolicyDraft, PolicyVersion, Standing
from portal.policies.versions import activate, each_in_force, in_force, version
from portal.tenants import locked_shop
from tests.harness.configuring import active, approved, asked, both, drafted
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import policy, whole

DEARER = policy(credit_bonus=500)
TOMORROW = timedelta(days=1)


def standings(shop: Shop) -> list[tuple[int, str]]:
    with shop.transaction(reading=True):
        rows = sa.select(PolicyVersion.no, PolicyVersion.standing).where(PolicyVersion.tenant_id == shop.id)
        return [(no, standing.value) for no, standing in session.execute(rows.order_by(PolicyVersion.no))]


def refused(what: Refusal) -> str:
    return what.message.id


def test_two_people_put_a_draft_in_force_and_the_trail_tells_each_step(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        draft = asked(one, DEARER)
        with pytest.raises(Refusal, match="Somebody else approves it"):
            reviewing.approve(locked_shop(), draft, one, proven=True)
        with pytest.raises(Conflict):
            publishing.publish(locked_shop(), draft, one)
        reviewing.approve(locked_shop(), draft, other)
        made = publishing.publish(locked_shop(), draft, one)
        assert (made.no, made.policy.credit_bonus, made.alone, made.created_by) == (2, 500, False, one.id)
        rows = session.scalars(sa.select(Trail).where(Trail.subject_id == draft.id).order_by(Trail.no))
        assert [(row.event, row.after, row.actor_id) for row in rows] == [
            (Event.POLICY_DRAFT_STARTED, "draft", one.id),
            (Event.POLICY_REVIEW_ASKED, "in_review", one.id),
            (Event.POLICY_REVIEW_APPROVED, "approved", other.id),
            (Event.POLICY_ACTIVATED, "published", one.id),
        ]
    assert standings(shop) == [(1, "retired"), (2, "active")]
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_is_not_in_the_table_is_refused(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        owner, draft = locked_shop(), drafted(one, DEARER)
        steps = {
            "save": lambda: drafting.save(owner, draft, whole(policy()), one),
            "ask": lambda: reviewing.ask(owner, draft, "why", one),
            "approve": lambda: reviewing.approve(owner, draft, other),
            "send_back": lambda: reviewing.send_back(owner, draft, "No", other),
            "discard": lambda: drafting.discard(owner, draft, one),
            "publish": lambda: publishing.publish(owner, draft, one),
            "withdraw": lambda: publishing.withdraw(owner, draft, one),
        }
        draft.asked_by, draft.asked_at, draft.why = one.id, clock.now(), "why"
        for state in DraftState:
            for name, take in steps.items():
                if (state, name) not in DRAFT:
                    draft.state = state
                    with pytest.raises(Conflict):
                        take()
                    assert draft.state is state
        draft.state = DraftState.DRAFT
        assert {state for state, _ in DRAFT} == set(DraftState) - ENDED


def test_a_scheduled_version_holds_from_its_moment_whenever_the_worker_comes(shop: Shop) -> None:
    one, other = both(shop)
    moment = clock.now() + TOMORROW
    with shop.transaction():
        publishing.publish(locked_shop(), approved(one, other, DEARER), one, since=moment)
    assert standings(shop) == [(1, "active"), (2, "scheduled")]
    step(shop.app)
    with shop.transaction(reading=True):
        assert active().no == 1
        assert in_force(moment + TOMORROW).no == 1  # of an order from the future
    with clock.at(moment), shop.transaction(reading=True):
        before, then = moment - timedelta(microseconds=1), moment
        assert (active().no, in_force(before).no, in_force(then).no) == (2, 1, 2)
        assert {at: held.no for at, held in each_in_force([before, then]).items()} == {before: 1, then: 2}
    assert standings(shop) == [(1, "active"), (2, "scheduled")]
    with clock.at(moment + TOMORROW):
        step(shop.app)
        step(shop.app)
        assert broken(shop.app) == {}
    assert standings(shop) == [(1, "retired"), (2, "active")]
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(PolicyDraft.state)).one() is DraftState.PUBLISHED
        activated = sa.select(Trail.actor_kind).where(Trail.event == Event.POLICY_ACTIVATED.value)
        assert list(session.scalars(activated.where(Trail.actor_kind == "job"))) == ["job", "job"]


def test_what_is_scheduled_bars_others_and_can_be_withdrawn_until_a_minute_before(shop: Shop) -> None:
    one, other = both(shop)
    moment = clock.now() + TOMORROW
    with shop.transaction():
        owner, draft = locked_shop(), approved(one, other, DEARER)
        for since, said in ((clock.now(), "over"), (clock.now() + timedelta(days=800), "two years")):
            with pytest.raises(Refusal, match=said):
                publishing.publish(owner, draft, one, since=since)
        publishing.publish(owner, draft, one, since=moment)
        rival = approved(one, other, policy(credit_bonus=1))
        with pytest.raises(Conflict, match="is scheduled"):
            publishing.publish(owner, rival, one)
        with clock.at(moment - timedelta(seconds=59)), pytest.raises(Conflict, match="within a minute"):
            publishing.withdraw(owner, draft, one)
        publishing.withdraw(owner, draft, other)
        assert draft.state is DraftState.APPROVED
        id = draft.id
    assert standings(shop) == [(1, "active")]
    with clock.at(moment + TOMORROW):
        step(shop.app)  # the job of what was withdrawn
        assert broken(shop.app) == {}
    with shop.transaction():
        again = locked(PolicyDraft, id)
        assert publishing.publish(locked_shop(), again, one, since=moment).no == 2


@pytest.mark.sqlite
def test_a_draft_of_an_older_version_wants_a_yes_to_what_it_replaces(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        owner, draft = locked_shop(), approved(one, other, DEARER)
        activate(owner, whole(policy(hand_in_days=9)), one)
        for over in (None, 1, 3):
            with pytest.raises(Refusal, match="in force by now") as raised:
                publishing.publish(owner, draft, one, over=over)
            assert raised.value.field == "over"
        made = publishing.publish(owner, draft, one, over=2)
        assert (made.no, made.policy.hand_in_days) == (3, 14)
        back = drafting.start(owner, version(2), one)
        assert (back.base_no, back.configuration.policy.hand_in_days) == (2, 9)


@pytest.mark.sqlite
def test_a_draft_of_a_withdrawn_version_is_not_one_of_the_next_version_of_that_number(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        owner, draft = locked_shop(), approved(one, other, DEARER)
        publishing.publish(owner, draft, one, since=clock.now() + TOMORROW)
        late = drafting.start(owner, version(2), one, whole(policy(pay_days=9)))
        assert late.base_no == 2
        publishing.withdraw(owner, draft, one)
        session.refresh(late)
        assert (late.base_no, draft.base_no) == (WITHDRAWN, 1)
        assert publishing.publish(owner, approved(other, one, policy(hand_in_days=9)), one).no == 2
        reviewing.ask(owner, late, "Faster", one)
        reviewing.approve(owner, late, other)
        with pytest.raises(Refusal, match="in force by now"):
            publishing.publish(owner, late, one)
        assert publishing.publish(owner, late, one, over=2).no == 3
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_was_passed_without_a_review_is_not_put_in_force_once_one_is_wanted(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        owner = locked_shop()
        activate(owner, whole(policy(second_review=False)), one)
        early = asked(one, DEARER)
        publishing.publish(owner, early, one, since=clock.now() + TOMORROW)
        publishing.withdraw(owner, early, one)
        publishing.publish(owner, asked(other, policy()), other)  # from now on two
        with pytest.raises(Refusal, match="Nobody has reviewed this draft"):
            publishing.publish(owner, early, one, over=3)
        reviewing.send_back(owner, early, "", one)
        reviewing.ask(owner, early, "why", one)
        reviewing.approve(owner, early, other)
        assert publishing.publish(owner, early, one, over=3).no == 4
        activate(owner, whole(policy(second_review=False)), one)
        id = asked(one, {**DEARER, "pay_days": 3}).id
        activate(owner, whole(policy()), one)
    assert broken(shop.app) == {}
    with shop.transaction():  # past the verb
        early = locked(PolicyDraft, id)
        activate(locked_shop(), early.configuration, one, early, moved(early, move(early, "publish")))
    assert list(broken(shop.app)) == ["I22"]


@pytest.mark.sqlite
def test_one_person_alone_approves_with_a_password_and_is_marked(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        find(User, other.id).active = False  # type: ignore[arg-type]
        draft = asked(one, DEARER)
        with pytest.raises(Refusal) as raised:
            reviewing.approve(locked_shop(), draft, one)
        assert raised.value.field == "password"
        reviewing.approve(locked_shop(), draft, one, proven=True)
        made = publishing.publish(locked_shop(), draft, one)
        assert draft.alone and made.alone
        rows = sa.select(Trail.data).where(Trail.subject_id.in_([draft.id, made.id]))
        assert sum(bool(data.get("alone")) for data in session.scalars(rows)) == 3
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_shop_that_does_without_a_second_person_says_so_in_the_version_in_force(shop: Shop) -> None:
    one, _ = both(shop)
    with shop.transaction():
        activate(locked_shop(), whole(policy(second_review=False)), one)
        draft = asked(one, {**DEARER, "second_review": False})
        assert (draft.state, draft.reviewed_at) == (DraftState.APPROVED, None)
        publishing.publish(locked_shop(), draft, one)
        with pytest.raises(Refusal, match="which is in force"):
            asked(one, {**DEARER, "second_review": False})
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_draft_is_sent_back_with_words_and_no_longer_approved(shop: Shop) -> None:
    one, other = both(shop)
    with shop.transaction():
        owner, draft = locked_shop(), approved(one, other, DEARER)
        with pytest.raises(Refusal, match="Say why"):
            reviewing.send_back(owner, draft, " ", other)
        reviewing.send_back(owner, draft, "Too much", other)
        assert (draft.state, draft.remark) == (DraftState.DRAFT, "Too much")
        assert drafting.save(owner, draft, whole(policy(credit_bonus=100)), one)
        assert not drafting.save(owner, draft, whole(policy(credit_bonus=100)), one)
        reviewing.ask(owner, draft, "Less", one)
        reviewing.send_back(owner, draft, "", one)  # whoever asked takes it back without words
        assert draft.state is DraftState.DRAFT


@pytest.mark.sqlite
def test_the_installation_needs_no_second_person_and_that_is_marked(shop: Shop) -> None:
    with shop.transaction():
        owner, draft = locked_shop(), asked(SYSTEM, DEARER)
        reviewing.overrule(owner, draft, SYSTEM)
        made = publishing.publish(owner, draft, SYSTEM)
        assert made.alone and made.created_by is None and made.standing is Standing.ACTIVE
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_shop_has_at_most_so_many_open_drafts(shop: Shop) -> None:
    one = shop.actor(Role.OWNER)
    with shop.transaction():
        made = [drafted(one, DEARER) for _ in range(drafting.MOST)]
        with pytest.raises(Refusal, match="drafts are open"):
            drafted(one, DEARER)
        drafting.discard(locked_shop(), made[0], one)
        assert drafted(one, DEARER).no == drafting.MOST + 1
