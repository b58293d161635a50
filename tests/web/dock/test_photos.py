"""The dock compares with the shopper's photos, and shows what it found; the shopper sees that."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.audit import Trail
from portal.returns.links import status_token
from portal.returns.photos import Photo
from tests.harness.client import ShopClient
from tests.harness.drawing import logo
from tests.harness.pages import Element, read
from tests.harness.sales import SOCKS, received, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.web.dock.working import answered, main, scan

pytestmark = pytest.mark.sqlite


def shots(page: TestResponse) -> list[Element]:
    return read(page.text).all("a", class_="shot")


def press(clerk: ShopClient, page: TestResponse, end: str, **kw: Any) -> TestResponse:
    """Press a button that has an address of its own, with the form around it."""
    button = next(b for b in read(page.text).all("button") if b.get("formaction").endswith(end))
    form = read(page.text).one("form", id="check")
    hidden = {e["name"]: e["value"] for e in form.all("input", type="hidden")}
    htmx = kw.pop("htmx", False)
    return clerk.post(button["formaction"], data={**hidden, **kw}, htmx=htmx)


def photo(size: int = 300) -> tuple[io.BytesIO, str]:
    return io.BytesIO(logo(size, 200, "JPEG")), "found.jpg"


def test_what_is_found_is_shown_beside_what_the_shopper_shows(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, SOCKS))
    Trade(shop).show(id)
    page = scan(clerk, "1001")
    assert len(shots(page)) == 1 and "What the shopper shows" in main(page).text
    assert clerk.get(shots(page)[0]["href"]).mimetype == "image/jpeg"
    field = read(page.text).one("input", type="file")["name"]
    bad = press(clerk, page, "/photos", htmx=True, **{field: (io.BytesIO(b"no"), "a.jpg")})
    assert bad.status_code == 422 and "a.jpg: This is no picture" in bad.text
    region = press(clerk, page, "/photos", htmx=True, **{field: [photo(), photo(301)]})
    assert (region.status_code, len(shots(region))) == (200, 2)
    plain = press(clerk, page, "/photos", grade="C", **{field: photo(302)})
    assert len(shots(plain)) == 4 and read(plain.text).one("input", name="grade", checked="")["value"] == "C"
    gone = press(clerk, plain, "/removal", htmx=True)
    assert (gone.status_code, len(shots(gone))) == (200, 2)
    said = {"less": "20", "ground": "condition", "found": "A hole in the heel", **answered(page, "C")}
    done = clerk.send(page, page.request.path, **said, **{field: photo(303)})  # with the step itself
    assert done.status_code == 303
    status = clerk.get(f"/s/{status_token(id)}")
    asked = next(s for s in read(status.text).all("section") if "lower refund" in s.text)
    assert len(asked.all("a", class_="shot")) == 3 and "What we found at the check" in status.text
    again = scan(clerk, "1001")  # the next unit of the line: its evidence stays
    kept = press(clerk, again, "/removal")
    assert kept.status_code == 409 and "so it stays" in kept.text
    with shop.transaction(reading=True) as session:
        rows = session.scalars(sa.select(Trail.actor_kind).where(Trail.event == "photo.added"))
        assert list(rows).count("person") == 4
        assert session.scalar(sa.select(sa.func.count(Photo.id))) == 4
    assert broken(shop.app) == {}


def test_a_photo_of_another_return_is_not_there(shop: Shop, clerk: ShopClient) -> None:
    mine, other = (received(shop, sell(shop, SOCKS, number=n), units=[1]) for n in ("1001", "1002"))
    (theirs,) = Trade(shop).show(other)
    assert mine != other
    page = scan(clerk, "1001")
    address = page.request.path + f"/photos/{theirs}"
    assert clerk.get(f"{address}/large.jpg").status_code == 404
    token = read(page.text).all("input", name="csrf_token")[0]["value"]
    assert clerk.post(f"{address}/removal", data={"csrf_token": token}).status_code == 404
