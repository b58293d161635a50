"""A shopper shows what is wrong: photos with the reason, kept on the way, seen by whoever decides."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal import clock
from portal.audit import Trail
from portal.people.roles import Role
from portal.returns.photos import Photo
from portal.returns.photos.models import PhotoFile
from tests.harness.client import ShopClient
from tests.harness.drawing import logo
from tests.harness.pages import Element, read
from tests.harness.sales import SOCKS, Sold, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy
from tests.web.desk.working import sign_in
from tests.web.shopper.walking import alert, find, heading, main, on, radios, status_link, to_reasons

pytestmark = pytest.mark.sqlite
REASONS: list[dict[str, Any]] = [
    {"code": "mind", "label": "Changed my mind", "fault": "shopper"},
    {"code": "damaged", "label": "Damaged", "fault": "shop", "photo": "optional"},
    {"code": "broken", "label": "Broken", "fault": "shop", "photo": "required", "comment": "required"},
]
LAMP = Sold(9800, 1, "SL-LTW", "Lamp", taxes={"19": 1565})


@pytest.fixture
def asking(shop: Shop, at: Callable[..., None]) -> Shop:
    """A shop whose reasons ask for photos."""
    Trade(shop).rule(policy(reasons=REASONS))
    at(clock.now() + timedelta(days=10))
    sell(shop, SOCKS, LAMP, days_ago=5)
    return shop


def file(data: bytes | None = None, name: str = "crack.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data or logo(kind="JPEG")), name


def press(client: ShopClient, page: TestResponse, end: str, *, n: int = 0, **kw: Any) -> TestResponse:
    """Press a button that has an address of its own, with what the form around it holds."""
    buttons = [b for b in read(page.text).all("button") if b.get("formaction").endswith(end)]
    typed = {"csrf_token": token(page), "op": op(page), **{k: v for k, v in kw.items() if k != "htmx"}}
    return client.post(buttons[n]["formaction"], data=typed, htmx=kw.get("htmx", False))


def token(page: TestResponse) -> str:
    return read(page.text).all("input", name="csrf_token")[0]["value"]


def op(page: TestResponse) -> str:
    return read(page.text).all("input", name="op")[0]["value"]


def shots(page: TestResponse) -> list[Element]:
    return read(page.text).all("a", class_="shot")


def kept(shop: Shop) -> tuple[int, int]:
    with shop.transaction(reading=True) as session:
        counts = [session.scalar(sa.select(sa.func.count(kind.id))) or 0 for kind in (Photo, PhotoFile)]
    return counts[0], counts[1]


def told(shop: Shop) -> list[tuple[str, str]]:
    with shop.transaction(reading=True) as session:
        query = sa.select(Trail.event, Trail.actor_kind).where(Trail.event.like("photo.%"))
        return [(row.event, row.actor_kind) for row in session.execute(query.order_by(Trail.no))]


def test_with_htmx_each_is_shown_at_once_and_taken_away_again(asking: Shop, client: ShopClient) -> None:
    page = to_reasons(client, (1, 1))
    socks, lamp = radios(page)
    sent = {f"photos-{socks}": [file(), file(logo(300, 300), "front.png")], "htmx": True}
    region = press(client, page, "/photos", **sent)
    assert region.status_code == 200 and [len(shots(region)), kept(asking)] == [2, (2, 2)]
    assert f'id="shots-{lamp}" hx-swap-oob' in region.text  # the other article's, which the form sent too
    again = press(client, page, "/photos", **{f"photos-{socks}": [file()], "htmx": True})
    assert len(shots(again)) == 2  # the same picture is there once
    gone = press(client, client.get(page.request.path), "/removal", htmx=True)
    assert (len(shots(gone)), kept(asking)) == (1, (1, 1)) and "Photo removed" in gone.text
    answer = client.send(page, "/reasons", **{socks: "damaged", lamp: "mind"})  # the form stayed good
    assert answer.status_code == 303
    assert told(asking) == [("photo.added", "shopper")] * 2 + [("photo.removed", "shopper")]
    assert broken(asking.app) == {}


def test_without_script_photos_go_with_the_step_and_nothing_typed_is_lost(
    asking: Shop, client: ShopClient
) -> None:
    page = to_reasons(client)
    (socks,) = radios(page)
    said = {socks: "broken", f"comment-{socks}": "A hole in the heel"}
    bare = client.send(page, "/reasons", **said)
    assert bare.status_code == 422 and "one is needed" in alert(bare)
    silent = client.send(page, "/reasons", **{socks: "broken", f"photos-{socks}": file()})
    assert "few words" in alert(silent) and len(shots(silent)) == 1  # the photo is kept all the same
    drawn = press(client, silent, "/photos", **said, **{f"photos-{socks}": file(logo(90, 90), "b.png")})
    assert len(shots(drawn)) == 2 and "A hole in the heel" in main(drawn).text
    drawn = press(client, drawn, "/removal", **said)
    assert len(shots(drawn)) == 1 and "A hole in the heel" in main(drawn).text
    offers = on(client, client.send(drawn, "/reasons", **said))
    assert heading(offers) != heading(page)
    assert len(shots(client.get(page.request.path))) == 1  # back again, it is still there


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([(b"no picture at all", "a.heic")], "a.heic: This is no picture"),
        ([(logo(8, 8), "dot.png")], "smaller"),
        ([(logo(100 + n, 90), f"{n}.png") for n in range(5)], "fewer photos at once"),
        ([(b"\xff\xd8" + bytes(10 * 1024**2), "big.jpg")], "At most 10 MB"),
        ([(b"<svg>", "x<b>\x01.png")], "x<b>.png: This is no picture"),
    ],
)
def test_what_is_wrong_with_a_photo_stands_at_its_field(
    asking: Shop, client: ShopClient, files: list[tuple[bytes, str]], why: str
) -> None:
    page = to_reasons(client)
    (socks,) = radios(page)
    sent = {f"photos-{socks}": [file(*one) for one in files]}
    region = press(client, page, "/photos", **sent, htmx=True)
    assert region.status_code == 422 and why in read(region.text).one(id=f"at-photos-{socks}-error").text
    sent = {f"photos-{socks}": [file(*one) for one in files]}
    whole = press(client, page, "/photos", **{socks: "damaged"}, **sent)
    assert whole.status_code == 422 and why in alert(whole) and kept(asking) == (0, 0)
    field = read(whole.text).one("input", type="file")
    assert field["aria-invalid"] == "true" and f"at-photos-{socks}-error" in field["aria-describedby"]


def test_an_article_has_four_at_most(asking: Shop, client: ShopClient) -> None:
    page = to_reasons(client)
    (socks,) = radios(page)
    four = [file(logo(100 + n, 90), f"{n}.png") for n in range(4)]
    region = press(client, page, "/photos", **{f"photos-{socks}": four}, htmx=True)
    assert len(shots(region)) == 4 and not read(region.text).all("input", type="file")
    more = press(client, page, "/photos", **{f"photos-{socks}": file(logo(200, 90), "5.png")}, htmx=True)
    assert more.status_code == 422 and "At most 4" in more.text and kept(asking) == (4, 4)


def test_photos_go_with_the_article_and_with_a_reason_that_takes_none(
    asking: Shop, client: ShopClient
) -> None:
    page = to_reasons(client, (1, 1))
    socks, lamp = radios(page)
    for name in (socks, lamp):
        press(client, page, "/photos", **{f"photos-{name}": file()})
    assert kept(asking) == (2, 2)
    said = {socks: "mind", lamp: "damaged"}
    offers = on(client, client.send(client.get(page.request.path), "/reasons", **said))
    assert kept(asking) == (1, 1)
    items = client.get(offers.request.path.replace("/resolution", "/items"))
    ids = [e["value"] for e in read(items.text).all("input", name="items")]
    client.send(items, "/items", items=[ids[0]])
    assert kept(asking) == (0, 0) and broken(asking.app) == {}


def test_nobody_comes_past_a_reason_that_needs_a_photo(asking: Shop, client: ShopClient) -> None:
    page = to_reasons(client)
    (socks,) = radios(page)
    said = {socks: "broken", f"comment-{socks}": "A hole", f"photos-{socks}": file()}
    offers = on(client, client.send(page, "/reasons", **said))
    review = on(client, client.send(offers, "/resolution", resolution="original"))
    press(client, client.get(page.request.path), "/removal", htmx=True)  # in another tab
    refused = client.send(review, "/review")
    assert refused.status_code in {303, 422} and not Trade(asking).work()
    assert client.get(review.request.path).location.endswith("/reasons")


def shown(client: ShopClient) -> TestResponse:
    """A requested return with a photo; the page that says so."""
    page = to_reasons(client)
    (socks,) = radios(page)
    said = {socks: "broken", f"comment-{socks}": "A hole", f"photos-{socks}": file()}
    offers = on(client, client.send(page, "/reasons", **said))
    review = on(client, client.send(offers, "/resolution", resolution="original"))
    assert len(shots(review)) == 1
    return on(client, client.send(review, "/review"))


def test_it_is_seen_by_its_shopper_and_the_staff_and_by_nobody_else(
    asking: Shop, client: ShopClient, other_shop: Shop
) -> None:
    status = client.get(status_link(shown(client)))
    (link,) = shots(status)
    seen = client.get(link["href"])
    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert seen.headers["Cache-Control"] == "private, no-cache"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert seen.headers["Content-Disposition"].startswith('inline; filename="photo-')
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(link["href"], headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304
    small = client.get(read(status.text).one("a", class_="shot").one("img")["src"])
    assert small.status_code == 200 and len(small.data) < len(seen.data)
    photo = link["href"].split("/")[-2]
    sell(asking, SOCKS, number="1002", days_ago=5)
    stranger = ShopClient(asking.app)
    find(stranger, "1002")
    mine = on(stranger, find(stranger, "1002")).request.path.replace("/items", f"/photos/{photo}/large.jpg")
    assert stranger.get(mine).status_code == 404
    with asking.transaction(reading=True) as session:
        id = session.scalars(sa.select(Photo.return_id)).one()
    for role, code in ((Role.AGENT, 200), (Role.AUDITOR, 200), (Role.WAREHOUSE, 403)):
        member = ShopClient(asking.app)
        sign_in(member, role)
        assert member.get(f"/desk/returns/{id}/photos/{photo}/small.jpg").status_code == code
        if code == 200:
            record = member.get(f"/desk/returns/{id}")
            assert len(shots(record)) == 1 and "Photos added" in record.text
        assert member.get(f"/desk/returns/{photo}/photos/{photo}/small.jpg").status_code in {403, 404}
    assert stranger.get(f"/desk/returns/{id}/photos/{photo}/large.jpg").status_code != 200


def test_more_can_be_shown_while_somebody_may_still_decide(asking: Shop, client: ShopClient) -> None:
    address = status_link(shown(client))
    page = client.get(address)
    field = read(page.text).one("input", type="file")["name"]
    form = next(f for f in read(page.text).all("form") if f.all("input", name=field))
    hidden = {e["name"]: e["value"] for e in form.all("input", type="hidden")}
    region = client.post(form["action"], data={**hidden, field: file(logo(90, 90), "b.png")}, htmx=True)
    assert (region.status_code, len(shots(region))) == (200, 2) and "We look at it" in region.text
    assert not [b for b in read(region.text).all("button") if b.get("formaction").endswith("/removal")]
    plain = client.post(form["action"], data={**hidden, field: file(logo(91, 90), "c.png")})
    assert len(shots(on(client, plain))) == 3
    bad = client.post(form["action"], data={**hidden, field: file(b"no", "d.png")})
    assert bad.status_code == 422 and "d.png: This is no picture" in bad.text
    with asking.transaction(reading=True) as session:
        id = session.scalars(sa.select(Photo.return_id).limit(1)).one()
    Trade(asking).cancel(id)
    late = client.post(form["action"], data={**hidden, field: file(logo(92, 90), "e.png")})
    assert late.status_code == 409 and "cannot be added any more" in late.text and kept(asking) == (3, 3)
    assert not read(client.get(address).text).all("input", type="file")


def test_no_photo_is_asked_for_once_all_is_checked_and_nothing_is_disputed(
    asking: Shop, client: ShopClient
) -> None:
    trade, address = Trade(asking), status_link(shown(client))
    with asking.transaction(reading=True) as session:
        id = session.scalars(sa.select(Photo.return_id)).one()
    trade.work()
    trade.receive(id)
    field = read(client.get(address).text).one("input", type="file")["name"]
    before = client.get(address)
    trade.inspect(id)
    page = client.get(address)
    assert not read(page.text).all("input", type="file") and len(shots(page)) == 1
    form = next(f for f in read(before.text).all("form") if f.all("input", name=field))
    hidden = {e["name"]: e["value"] for e in form.all("input", type="hidden")}
    late = client.post(form["action"], data={**hidden, field: file(logo(91, 90), "b.png")})
    assert late.status_code == 409 and kept(asking) == (1, 1)
    trade.reduce(id)  # less is to be refunded: a photo may answer that
    assert read(client.get(address).text).all("input", type="file")


def test_a_photo_that_should_not_be_there_is_deleted_by_who_may(asking: Shop, client: ShopClient) -> None:
    status = status_link(shown(client))
    with asking.transaction(reading=True) as session:
        id = session.scalars(sa.select(Photo.return_id)).one()
    agent, manager = ShopClient(asking.app), ShopClient(asking.app)
    sign_in(agent, Role.AGENT)
    sign_in(manager, Role.MANAGER)
    seen = agent.get(f"/desk/returns/{id}/photos")
    assert len(shots(seen)) == 1 and "Delete" not in main(seen).text
    page = manager.get(f"/desk/returns/{id}/photos")
    (link,) = shots(page)
    form = next(f for f in read(page.text).all("form") if f.get("action").endswith("/removal"))
    hidden = {e["name"]: e["value"] for e in form.all("input")}
    theirs = {**hidden, "csrf_token": token(agent.get(f"/desk/returns/{id}"))}
    assert agent.post(form["action"], data=theirs).status_code == 403
    strange = form["action"].replace(str(id), link["href"].split("/")[-2])
    assert manager.post(strange, data=hidden).status_code == 404
    for _ in range(2):  # a double click
        assert on(manager, manager.post(form["action"], data=hidden)).status_code == 200
    assert (kept(asking), manager.get(link["href"]).status_code) == ((0, 0), 404)
    assert not shots(client.get(status)) and told(asking)[-1] == ("photo.removed", "person")
    assert broken(asking.app) == {}
