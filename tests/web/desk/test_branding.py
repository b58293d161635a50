"""The branding's page: typed or picked, checked for contrast, drawn before it is saved, held by a draft."""

import pytest
import sqlalchemy as sa

from portal.db import session
from portal.people.roles import Role
from portal.policies.drafting import save
from portal.policies.models import PolicyDraft
from portal.tenants import locked_shop, this_shop
from portal.tenants.dress import COLOURS
from portal.tenants.logos import put_in
from portal.tenants.pictures import remade
from tests.harness.client import ShopClient, form_of
from tests.harness.drawing import logo
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, main, notes, spent

pytestmark = pytest.mark.sqlite
PAGE = "/desk/branding"


def shown(shop: Shop) -> tuple[str, str]:
    with shop.transaction(reading=True):
        return this_shop().name, this_shop().main


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_colour_is_changed_in_a_draft_that_somebody_else_approves(
    shop: Shop, staff: Staff, htmx: bool
) -> None:
    owner, manager, before = staff(Role.OWNER), staff(Role.MANAGER), shown(shop)
    page = owner.get(PAGE, htmx=htmx)
    typed = {"name": "Nordlicht & <b>", "main": "#8A1020", "return_address": "Nord\nGasse 1"}
    draft = follow(owner, owner.send(page, PAGE, htmx=htmx, **typed), htmx=htmx)
    said = main(draft).text
    assert "Main colour: " in said and "→ #8a1020" in said and "Nordlicht & <b>" in said
    assert shown(shop) == before
    again = main(owner.get(PAGE))
    assert again.one(id="colour-main").get("value") == "#8a1020" and "It does not hold yet." in again.text
    page = follow(owner, owner.send(draft, "/review", why="New look"))
    page = follow(manager, manager.send(manager.get(page.request.path), "/approval"))
    page = follow(manager, manager.send(page, "/publication"))
    assert notes(page)[0] == "Version 2 is in force." and shown(shop) == ("Nordlicht & <b>", "#8a1020")
    assert "8a1020" in owner.get("/find").text


def test_what_is_picked_counts_unless_something_was_typed(owner: ShopClient) -> None:
    page = owner.get(PAGE)
    picked = {"main-picked": "#0b6b3a", "accent": "#a02030", "accent-picked": "#111111"}
    assert owner.send(page, PAGE, **picked).status_code == 303
    again = main(owner.get(PAGE))
    assert (again.one(id="colour-main").get("value"), again.one(id="colour-accent").get("value")) == (
        "#0b6b3a",
        "#a02030",
    )


@pytest.fixture
def owner(staff: Staff) -> ShopClient:
    return staff(Role.OWNER)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (
            "main",
            "#ffcc00",
            "Its contrast is 1.2 : 1, and 4.5 : 1 is needed. The nearest that has it: #846800",
        ),
        ("accent", "#ffcc00", "and 3.0 : 1 is needed. The nearest that has it: #"),
        ("ground", "yellow", "A colour is written like #0b5566."),
        ("main", "\0#00000", "control character"),
        ("name", "x" * 121, "at most 120 letters"),
        ("contact", "nobody", "An e-mail address is written like"),
        ("return_address", "a\n" * 8, "an address of 1 to 7 lines"),
        ("roundness", "201", "Choose from 0 to 200."),
        ("roundness", "", "Type a whole number."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_drafted(
    owner: ShopClient, shop: Shop, field: str, typed: str, said: str
) -> None:
    answer = owner.send(owner.get(PAGE), PAGE, **{field: typed})
    place = f"colour-{field}" if field in COLOURS else field
    assert answer.status_code == 422 and said in main(answer).one(id=f"{place}-error").text
    assert "It does not hold yet." not in owner.get(PAGE).text


def test_what_was_typed_is_drawn_and_not_kept(owner: ShopClient) -> None:
    page = owner.get(PAGE)
    for htmx in (False, True):
        typed = {name: value[0] for name, value in sent_by(form_of(read(page.text), PAGE)).items()}
        drawn = owner.post("/desk/branding/look", data={**typed, "main": "#0b6b3a"}, htmx=htmx)
        assert "look.svg?main=0b6b3a" in drawn.text
    picture = owner.get("/desk/branding/look.svg?main=0b6b3a&accent=zz&ground=ffffff&roundness=9999").text
    assert 'fill="#0b6b3a"' in picture and "zz" not in picture
    assert "It does not hold yet." not in owner.get(PAGE).text


def test_the_page_and_its_form_stay_within_their_statements(shop: Shop, owner: ShopClient) -> None:
    assert spent(shop, owner, lambda: owner.get(PAGE)) <= 15
    page = owner.get(PAGE)
    assert spent(shop, owner, lambda: owner.send(page, PAGE, main="#0b6b3a"), 303) <= 30


def test_a_draft_is_seen_on_real_pages_mails_and_papers_before_it_holds(
    owner: ShopClient, shop: Shop, staff: Staff
) -> None:
    with shop.transaction():
        digest = put_in(remade(logo()), shop.actor()).digest
    draft = owner.send(owner.get(PAGE), PAGE, name="Nordlicht", main="#8a1020", ground="#123456").location
    with shop.transaction():
        held = session.scalars(sa.select(PolicyDraft).where(PolicyDraft.tenant_id == shop.id)).one()
        said = held.configuration
        assert said.branding
        named = said.branding.model_copy(update={"logo": digest})
        later = said.policy.model_copy(update={"hand_in_days": 21})
        save(locked_shop(), held, said.model_copy(update={"branding": named, "policy": later}), shop.actor())
    links = [link.get("href") or "" for link in main(owner.get(draft)).all("a")]
    for what in ("start", "policy"):
        (address,) = [link for link in links if link.endswith(f"/preview/{what}")]
        page = read(owner.get(address).text)
        assert page.one("img", class_="logo").get("alt") == "Nordlicht"
        assert "It does not hold yet." in page.text
    assert "to hand the parcel in 21 days" in " ".join(page.text.lower().split())
    (style,) = [one.get("href") for one in page.all("link") if "brand.css" in (one.get("href") or "")]
    assert (
        style and "--brand:#8a1020" in owner.get(style).text and "--ground:#123456" in owner.get(style).text
    )
    for what in ("slip", "credit-note"):
        paper = owner.get(next(link for link in links if link.endswith(f"/preview/{what}")))
        assert paper.mimetype == "application/pdf" and b"/Subtype /Image" in paper.data
    mail = owner.get(next(link for link in links if link.endswith("/mails/received")))
    assert "Nordlicht" in mail.text and "#123456" in mail.text
    assert owner.get(f"{draft}/preview/nothing").status_code == 404
    assert staff(Role.AGENT).get(f"{draft}/preview/start").status_code == 403
    public = owner.get("/find").text
    assert "Nordlicht" not in public and "8a1020" not in public
