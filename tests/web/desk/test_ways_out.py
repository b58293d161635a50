"""What the shopper answers about money that could not be sent: by the mailed link alone, and once. Nothing of
a bank account is seen anywhere but by who pays."""

import logging
import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import Tenanted, find, session
from portal.exports import ExportKind
from portal.notices import Notice, mailbox
from portal.orders.models import Order
from portal.people.roles import Role
from portal.refunds.bank_accounts.keeping import Account, account_of
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import RefundLeg
from portal.refunds.questions.models import Asked, LegQuestion, Said
from portal.returns.links import status_token
from tests.exports.given import made
from tests.harness.client import ShopClient, form_of
from tests.harness.pages import read, sent_by
from tests.harness.sales import Sold, look, today
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import GIRO, Trade
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, heading, main, notes

pytestmark = pytest.mark.sqlite  # what is written is the verbs', which are tried on both
TYPED = "de89 3704-0044 0532 0130 00"
LINK = re.compile(r"http://[^/]+(/acme/(?:credit|bank)/\w+)")


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


@pytest.fixture
def shopper(trade: Trade) -> ShopClient:
    return ShopClient(trade.shop.app)


def stopped(trade: Trade) -> tuple[uuid.UUID, uuid.UUID]:
    """A return of which a part was sent and a part could not be, and the leg that failed."""
    order = trade.order(Sold(5000, unit_cost=900), paid=[2000, 3000], name="Tjorven af Wetterstedt-Grönqvist")
    with trade.shop.transaction(reading=True):
        reference = find(Order, order).payments[1].reference
    trade.bank.close(reference)
    id = trade.go_whole_way(order, {1: 1})
    trade.work()
    (leg,) = [leg.id for leg in look(trade.shop, id).refunds[0].legs if leg.state is LegState.FAILED]
    return id, leg


def asked(trade: Trade, kind: Asked) -> tuple[uuid.UUID, str, str]:
    """The return, its status page, and the link that was mailed."""
    id, leg = stopped(trade)
    trade.ask_about(leg, kind)
    trade.work()
    return id, f"/s/{status_token(id)}", mailed(trade)[-1]


def mailed(trade: Trade) -> list[str]:
    with trade.shop.transaction(reading=True):
        mails = sorted(mailbox(), key=lambda mail: mail.at)
        return [link for mail in mails for link in LINK.findall(mail.text)]


def question(trade: Trade) -> LegQuestion:
    with trade.shop.transaction(reading=True):
        found = session.scalars(sa.select(LegQuestion)).one()
        session.expunge(found)
        return found


def newest(trade: Trade, id: uuid.UUID) -> RefundLeg:
    return look(trade.shop, id).refunds[0].legs[-1]


def test_a_part_that_failed_is_told_as_it_is_and_the_question_is_not_answered_there(
    trade: Trade, shopper: ShopClient
) -> None:
    id, status, link = asked(trade, Asked.STORE_CREDIT)
    page = shopper.get(status)
    assert heading(page) == "Sent in part" and "could not be sent" in main(page).text
    assert "Refunded" not in heading(page) and "Will store credit do for" in main(page).text
    assert link not in page.text and "as store credit" not in main(page).text
    for _ in range(2):
        assert shopper.get(link).status_code == 200
    assert question(trade).answer is None and newest(trade, id).state is LegState.FAILED


@pytest.mark.parametrize("htmx", [False, True])
def test_yes_is_kept_with_its_words_and_a_double_click_is_one_yes(
    trade: Trade, shopper: ShopClient, htmx: bool
) -> None:
    id, status, link = asked(trade, Asked.STORE_CREDIT)
    form = shopper.get(link)
    words = read(form.text).one(id="words").text
    assert "as store credit" in words and "nils" not in words
    unsaid = shopper.send(form, link, htmx=htmx)
    assert unsaid.status_code == 422 and question(trade).answer is None
    other_words = shopper.send(form, link, htmx=htmx, answer="yes", shown="0" * 64)
    assert other_words.status_code == 422 and question(trade).answer is None
    answers = [shopper.send(form, link, htmx=htmx, answer="yes") for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, f"/acme{status}")] * 2
    kept = question(trade)
    assert (kept.answer, kept.words, kept.language) == (Said.YES, words, "en")
    trade.work()
    assert newest(trade, id).destination is Destination.STORE_CREDIT
    assert "You said yes" in main(shopper.get(link)).text
    late = shopper.send(form, link, htmx=htmx, answer="no")
    assert late.status_code == 409 and "You said yes" in late.text
    assert broken(trade.shop.app, gateway=True) == {}


def test_no_leaves_the_money_in_the_queue_and_is_not_asked_again(
    trade: Trade, shopper: ShopClient, manager: ShopClient
) -> None:
    id, _, link = asked(trade, Asked.STORE_CREDIT)
    told = follow(shopper, shopper.send(shopper.get(link), link, answer="no"))
    assert "no store credit" in notes(told)[0] and heading(told) == "Sent in part"
    leg = newest(trade, id)
    page = main(manager.get(f"/desk/stopped/{leg.id}"))
    assert "The shopper said no" in page.text
    assert "credit" not in [e["value"] for e in page.all("input", name="way")]
    assert "Shopper said no to store credit" in main(manager.get("/desk/stopped")).text
    assert "Shopper said no" in main(manager.get(f"/desk/returns/{id}")).text
    assert broken(trade.shop.app, gateway=True) == {}


def test_when_the_desk_was_faster_the_link_says_so(trade: Trade, shopper: ShopClient) -> None:
    id, _, link = asked(trade, Asked.STORE_CREDIT)
    form = shopper.get(link)
    trade.replace(newest(trade, id).id)
    late = shopper.send(form, link, answer="yes")
    assert late.status_code == 409 and "not needed any more" in late.text
    assert question(trade).answer is None


def test_links_that_are_over_or_made_up_get_one_answer_and_another_is_mailed(
    trade: Trade, shopper: ShopClient, staff: Staff
) -> None:
    id, status, link = asked(trade, Asked.BANK_ACCOUNT)
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        manager = staff(Role.MANAGER)
        answers = [shopper.get(to) for to in (link, "/bank/hwonce_0", link.replace("/bank/", "/credit/"))]
        assert {(a.status_code, a.location) for a in answers} == {(303, "/acme/find")}
        again = follow(shopper, shopper.send(shopper.get(status), "/questions/" + str(question(trade).id)))
        assert "A new link is on its way" in notes(again)[0]
        trade.work()
        assert mailed(trade)[-1] != link and shopper.get(mailed(trade)[-1]).status_code == 200
        with trade.shop.transaction(reading=True):
            old = session.scalars(sa.select(Notice.id).where(Notice.event == "account_asked")).first()
        told = follow(manager, manager.send(manager.get(f"/desk/returns/{id}"), f"/notices/{old}/again"))
        assert "A new link is on its way" in notes(told)[0]
        trade.work()
        assert len(set(mailed(trade))) == 3


@pytest.mark.parametrize("htmx", [False, True])
def test_a_wrong_account_stands_in_its_field_and_nothing_is_lost(
    trade: Trade, shopper: ShopClient, htmx: bool
) -> None:
    _, _, link = asked(trade, Asked.BANK_ACCOUNT)
    form = shopper.get(link)
    assert read(form.text).one("input", name="holder").get("value") == "Tjorven af Wetterstedt-Grönqvist"
    for typed, field, said in (
        ({"iban": "DE89 3704 0044 0532 0130 01"}, "iban", "is wrong"),
        ({"iban": "DE89 3704 0044 0532 0130"}, "iban", "has 22 characters"),
        ({"iban": ""}, "iban", "Type the IBAN"),
        ({"iban": "TR33 0006 1005 1978 6457 8413 26"}, "bic", "BIC is needed"),
        ({"iban": TYPED, "bic": "what"}, "bic", "8 or 11"),
        ({"iban": TYPED, "holder": "  "}, "holder", "Type the name"),
        ({"iban": TYPED, "holder": "x" * 71}, "holder", "At most 70"),
        ({"iban": TYPED, "holder": "Ek\x00"}, "holder", "control character"),
    ):
        answer = shopper.send(form, link, htmx=htmx, **typed)
        fields = read(answer.text)
        wrong = [e["name"] for e in fields.all("input") if e.get("aria-invalid") == "true"]
        assert (answer.status_code, wrong) == (422, [field]) and said in fields.text, typed
        for name, text in typed.items():
            assert fields.one("input", name=name).get("value") == text
    assert question(trade).answer is None
    assert shopper.send(form, link, htmx=htmx, iban=TYPED).status_code == 303


def test_an_account_is_seen_whole_by_who_pays_and_stands_nowhere_else(
    trade: Trade, shopper: ShopClient, manager: ShopClient, staff: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    """From the mail to the money, with an eye on every place that keeps or shows something."""
    caplog.set_level(logging.DEBUG)
    id, status, link = asked(trade, Asked.BANK_ACCOUNT)
    form = shopper.get(link)
    done = [shopper.send(form, link, iban=TYPED) for _ in range(2)]
    assert {(a.status_code, a.location) for a in done} == {(303, f"/acme{status}")}
    shown = follow(shopper, done[0])
    assert (
        "to your account …3000" in notes(shown)[0] and "We have your account" in main(shopper.get(link)).text
    )
    trade.work()
    leg = newest(trade, id)
    page = f"/desk/transfers/{leg.id}"
    agent = staff(Role.AGENT)
    others = [agent.get(page), manager.get(page), manager.get("/desk/transfers"), shown, shopper.get(link)]
    others += [manager.get(f"/desk/returns/{id}"), manager.get(f"/desk/stopped/{leg.id}")]
    assert "DE …3000" in main(others[0]).text and "DE …3000" in main(others[1]).text
    assert agent.get(f"{page}/account").status_code == 403
    ask = manager.get(f"{page}/account")
    whole = manager.send(ask, "/account")
    seen = read(whole.text)
    assert "DE89 3704 0044 0532 0130 00" in seen.text and "Tjorven af" in main(whole).text
    assert "3704" not in seen.one("title").text and "3704" not in whole.request.url
    day = today().isoformat()
    refused = manager.send(whole, "/done", reference=GIRO.iban, day=day)
    assert refused.status_code == 422 and newest(trade, id).state is LegState.APPROVED
    paid = follow(manager, manager.send(whole, "/done", reference="SEPA-1", day=day))
    assert "Confirmed" in notes(paid)[0] and heading(shopper.get(status)) == "Refunded"
    others += [ask, paid, manager.get(f"/desk/returns/{id}"), manager.get("/desk/trail")]
    assert main(others[-2]).text.count("Bank account looked at") == 1
    leaks = [one.request.path for one in others if _tells(one.text)]
    assert leaks == [] and not _tells(caplog.text)
    assert _rows_that_tell(trade) == []
    for kind in ExportKind:
        assert not _tells(made(trade.shop, kind).read_text("utf-8"))
    assert broken(trade.shop.app, gateway=True) == {}


def _tells(text: str) -> bool:
    return "0044053201" in re.sub(r"[\s-]", "", text)


def _rows_that_tell(trade: Trade) -> list[str]:
    """Every row of every table that has the account in it."""
    with trade.shop.transaction(reading=True):
        kinds = [kind for kind in Tenanted.__subclasses__() if hasattr(kind, "__table__")]
        rows = ((kind, row) for kind in kinds for row in session.execute(sa.select(kind.__table__)))  # type: ignore[attr-defined]
        return [kind.__name__ for kind, row in rows if _tells(str(row))]


@pytest.mark.parametrize("htmx", [False, True])
def test_an_account_stays_shown_to_who_looked_while_their_form_has_faults(
    trade: Trade, manager: ShopClient, staff: Staff, htmx: bool
) -> None:
    """By the form and by the command alike, and as the one look that it was."""
    id, leg = stopped(trade)
    trade.name_account(trade.ask_about(leg, Asked.BANK_ACCOUNT))
    trade.work()
    by_hand = newest(trade, id).id
    shown = manager.send(manager.get(f"/desk/transfers/{by_hand}/account"), "/account", htmx=htmx)
    later = (today() + timedelta(days=3)).isoformat()
    for day, reference in (("yesterday", "T-1"), ("", "T-1"), (later, "T-1"), (today().isoformat(), "Grüße")):
        shown = manager.send(shown, "/done", htmx=htmx, reference=reference, day=day)
        assert shown.status_code == 422 and _tells(shown.text), day
        drawn = read(shown.text)
        assert drawn.one("input", name="reference").get("value") == reference
        assert [e for e in drawn.all("input") if e.get("aria-invalid") == "true"], day
    owner, place = staff(Role.OWNER), f"/desk/transfers/{by_hand}"
    fields = sent_by(form_of(read(owner.get(place).text), "/done"))
    hurried = owner.post(f"{place}/account/done", data={**fields, "day": ""}, htmx=htmx)
    assert hurried.status_code == 422 and not _tells(hurried.text), "they have not looked"
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert not _tells(manager.send(shown, "/done", reference="T-1", day="").text)
    assert newest(trade, id).state is LegState.APPROVED
    assert main(manager.get(f"/desk/returns/{id}")).text.count("Bank account looked at") == 1
    done = manager.send(shown, "/done", htmx=htmx, reference="T-1", day=today().isoformat())
    assert "Confirmed" in notes(follow(manager, done, htmx=htmx))[0]
    late = manager.send(shown, "/done", reference="T-2", day=today().isoformat())
    assert late.status_code == 409 and newest(trade, id).reference == "T-1"
    assert broken(trade.shop.app, gateway=True) == {}


def test_another_account_is_no_longer_the_one_that_was_looked_at(trade: Trade, manager: ShopClient) -> None:
    id, leg = stopped(trade)
    trade.name_account(trade.ask_about(leg, Asked.BANK_ACCOUNT))
    trade.work()
    by_hand = newest(trade, id).id
    shown = manager.send(manager.get(f"/desk/transfers/{by_hand}/account"), "/account")
    with clock.at(clock.now() + timedelta(minutes=1)):
        trade.name_account(trade.ask_about(by_hand, Asked.BANK_ACCOUNT), Account("NL91ABNA0417164300", "N"))
        wrong = manager.send(shown, "/done", reference="T-1", day="")
    assert wrong.status_code == 422 and "0417" not in wrong.text


def test_an_account_that_is_gone_is_shown_to_nobody(trade: Trade, manager: ShopClient) -> None:
    id, leg = stopped(trade)
    trade.name_account(trade.ask_about(leg, Asked.BANK_ACCOUNT))
    trade.work()
    by_hand = newest(trade, id).id
    late = manager.get(f"/desk/transfers/{by_hand}/account")
    follow(manager, manager.send(manager.get(f"/desk/transfers/{by_hand}"), "/not", why="bank_refused"))
    answer = manager.send(late, "/account")
    assert answer.status_code == 409 and GIRO.iban[-4:] not in main(answer).text
    assert manager.get(f"/desk/transfers/{by_hand}/account").location == f"/acme/desk/transfers/{by_hand}"
    with trade.shop.transaction(reading=True):
        assert account_of(find(RefundLeg, by_hand)) is None


def test_a_transfer_that_waits_asks_for_its_account(
    trade: Trade, manager: ShopClient, shopper: ShopClient
) -> None:
    order = trade.order(Sold(5000))
    trade.pay_by(order, "manual")
    id = trade.go_whole_way(order, {1: 1})
    page = f"/desk/transfers/{newest(trade, id).id}"
    form = manager.get(page)
    answers = [manager.send(form, "/ask") for _ in range(2)]
    assert {a.location for a in answers} == {f"/acme{page}"}
    waiting = manager.get(page)
    assert "was asked for a bank account" in main(waiting).text
    again = follow(manager, manager.send(waiting, "/again"))
    assert "A new link is on its way" in notes(again)[0]
    trade.work()
    first, second = mailed(trade)
    assert shopper.send(shopper.get(second), second, iban=TYPED).status_code == 303
    assert shopper.get(first).location == "/acme/find", "the other link is worth nothing any more"
    assert "…3000" in main(manager.get(page)).text and "not right" in main(manager.get(page)).text
    assert broken(trade.shop.app) == {}
