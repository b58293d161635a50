"""The mails to shoppers in a draft: own words are written, looked at, and sent from their version on."""

import pytest
from werkzeug.test import TestResponse

from portal.notices import letters, mailbox
from portal.notices.naming import MAILS
from portal.notices.wording import PLACES
from portal.people.roles import Role
from portal.web.desk import mail_words
from tests.harness.apps import counted
from tests.harness.client import ShopClient, form_of
from tests.harness.pages import Element, read, sent_by
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, main, notes

pytestmark = pytest.mark.sqlite
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
MOIN = {
    "subject-en": "Here: {number}",
    "opening-en": "Ahoy {name},\n\nit has come to us.",
    "closing-en": "Your crew at {shop}",
    "shown": "en",
}


def started(client: ShopClient) -> str:
    page = client.send(client.get("/desk/policy/versions"), "/policy/drafts")
    return follow(client, page).request.path


def drawn(page: TestResponse) -> list[Element]:
    """What is drawn in frames."""
    return [read(frame["srcdoc"]) for frame in read(page.text).all("iframe")]


def look(client: ShopClient, page: TestResponse, htmx: bool = False, **typed: str) -> TestResponse:
    form = form_of(read(page.text), "/received")
    button = form.one("button", class_="button")
    return client.post(button["formaction"], data={**sent_by(form), **typed}, htmx=htmx)


def value(page: TestResponse, name: str) -> str:
    return sent_by(form_of(read(page.text), "/received"))[name][0].lstrip("\r\n")


def test_every_mail_that_is_sent_to_shoppers_is_on_the_list() -> None:
    of_staff = {"invitation", "new_password", "daily", "second_due", "review_due", "review_answered"}
    assert set(letters._loaders) - of_staff == set(MAILS) and of_staff <= set(letters._loaders)
    assert sorted(event for _, events in mail_words.GROUPS for event in events) == sorted(MAILS)
    assert {place for places in PLACES.values() for place in places} == set(mail_words.PLACES)


@BOTH
def test_own_words_are_looked_at_saved_and_sent_from_their_version_on(
    shop: Shop, staff: Staff, htmx: bool
) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    address = started(owner)
    assert "Parcel received our words" in main(owner.get(f"{address}/mails", htmx=htmx)).text
    page = owner.get(f"{address}/mails/received")
    [ours] = drawn(page)
    assert "Hello Mira Sandström, These have arrived" in ours.text
    seen = look(owner, page, htmx, **MOIN)
    assert seen.status_code == 200
    then, now = drawn(seen)
    assert now.text == ours.text and "style" not in seen.text.partition("<iframe")[2].partition(">")[0]
    assert "Here: RMA-7K2M-Q9XD-K" in then.text and "Your crew at Fjell & Faden" in then.text
    assert "Ahoy Mira Sandström, it has come to us. These have arrived, and we check them next:" in then.text
    assert then.one("a", href="http://127.0.0.1:8000/acme/s/example")
    saved = follow(owner, owner.send(page, "/received", **MOIN, send="y", htmx=htmx), htmx=htmx)
    assert notes(saved)[0] == "The draft is saved." and value(saved, "subject-en") == MOIN["subject-en"]
    told = main(owner.get(address)).text
    assert "Subject of the mail “Parcel received” in English: our words → “Here: {number}”" in told
    assert "Parcel received English" in main(owner.get(f"{address}/mails")).text

    owner.send(owner.get(address), "/review", why="It shall sound like us")
    manager.send(manager.get(address), "/approval")
    trade = Trade(shop)
    assert "Mails to shoppers" not in main(owner.get("/desk/policy")).text
    return_ = trade.ask(trade.order(Sold(10_000, 2)), {1: 1})
    trade.receive(return_)
    manager.send(manager.get(address), "/publication")  # it is written when it leaves, so the words hold
    assert "Parcel received English Here: {number} Ahoy {name}," in main(owner.get("/desk/policy")).text
    trade.work()
    with shop.transaction(reading=True):
        mail = next(mail for mail in mailbox() if mail.subject.startswith("Here: RMA-"))
        assert "it has come to us.\n\nThese have arrived" in mail.text and "/acme/s/" in mail.text


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(shop: Shop, staff: Staff) -> None:
    owner = staff(Role.OWNER)
    page = owner.get(f"{started(owner)}/mails/received")
    for name, typed, said in (
        ("opening-de", "Moin {nmae}", "{nmae} is no place of this mail. It has {name}, {shop}, {number}"),
        ("closing-en", "a } b", "A brace stands alone. One that is meant as such is doubled: }}."),
        ("subject-he", "x" * 151, "At most 150 characters."),
        ("closing-he", "a\x07", "There is a control character in it"),
        ("opening-en", "a\u2028b", "There is a control character in it"),
        ("subject-en", "Sum: {amount}", "{amount} is no place of this mail."),
    ):
        wrong = owner.send(page, "/received", **{name: typed})
        assert wrong.status_code == 422 and said in main(wrong).text, main(wrong).text[:900]
        assert value(wrong, name) == typed.replace("\x07", "\x07")
        live = look(owner, page, htmx=True, **{name: typed})
        assert live.status_code == 200 and "One text is not right, and is shown in our words." in live.text
    same = follow(owner, owner.send(page, "/received"))
    assert notes(same)[0] == "Nothing was different."


def test_hostile_words_stay_words(shop: Shop, staff: Staff) -> None:
    owner = staff(Role.OWNER)
    page = owner.get(f"{started(owner)}/mails/received")
    evil = '"></iframe><script>alert(1)</script> <b style="x"> {{{name}}}'
    saved = follow(owner, owner.send(page, "/received", **{"opening-en": evil, "shown": "en"}))
    assert value(saved, "opening-en") == evil
    then, _ = drawn(saved)
    assert evil.replace("{{{name}}}", "{Mira Sandström}") in then.text
    assert not then.all("script") and not main(saved).all("script")
    told = main(owner.get(saved.request.path.partition("/mails")[0]))
    assert "<script>alert(1)</script>" in told.text and not told.all("script")


def test_a_mail_without_which_nothing_is_lost_can_be_switched_off(shop: Shop, staff: Staff) -> None:
    owner = staff(Role.OWNER)
    address = started(owner)
    page = owner.get(f"{address}/mails/received")
    off = follow(owner, owner.send(page, "/received", send=None))
    assert "This mail is not sent." in main(off).text
    assert "The mail “Parcel received” is no longer sent" in main(owner.get(address)).text
    page = owner.get(f"{address}/mails/approved")
    assert "This mail is always sent" in main(page).text
    assert follow(owner, owner.send(page, "/approved", send=None)).status_code == 200
    assert "The mail “Return approved" not in main(owner.get(address)).text
    assert owner.get(f"{address}/mails/invitation").status_code == 404


def test_two_who_write_at_once_lose_nothing_silently(shop: Shop, staff: Staff) -> None:
    owner, manager = staff(Role.OWNER), staff(Role.MANAGER)
    address = f"{started(owner)}/mails/received"
    mine, theirs = owner.get(address), manager.get(address)
    first = {"subject-en": "Theirs", "closing-en": "Theirs too"}
    assert manager.send(theirs, "/received", **first).status_code == 303
    late = owner.send(mine, "/received", **{"subject-en": "Mine"})
    assert late.status_code == 409
    said = main(late).text
    assert "Somebody else saved this draft meanwhile" in said and value(late, "subject-en") == "Mine"
    assert "Saved by somebody else meanwhile: Theirs" in said
    assert "Saved by somebody else meanwhile: Theirs too" in said
    assert owner.send(late, "/received").status_code == 303  # having seen it
    others = manager.get(address.replace("received", "denied"))
    mine = owner.get(address)
    assert manager.send(others, "/denied", **{"subject-en": "Sorry"}).status_code == 303
    assert owner.send(mine, "/received", **{"closing-he": "שלום"}).status_code == 303  # that is no conflict
    assert "Sorry" in manager.get(address.replace("received", "denied")).text
    again = owner.get(address)
    assert (value(again, "subject-en"), value(again, "closing-en")) == ("Mine", "")


def test_who_only_reads_sees_mails_and_changes_nothing(shop: Shop, staff: Staff) -> None:
    owner, agent = staff(Role.OWNER), staff(Role.AGENT)
    address = f"{started(owner)}/mails/received"
    page = agent.get(address)
    assert page.status_code == 200 and not main(page).all("button")
    assert owner.send(owner.get(address), "/received").status_code == 303
    assert agent.post(address, data={}).status_code in {400, 403}
    with counted(shop.app) as statements:
        owner.get(address)
    assert len(statements) <= 15
