"""What a unit must be like is asked before it is sent; a no is no bar, and the dock looks for itself."""

import uuid

import pytest
import sqlalchemy as sa

from portal.db import session
from portal.people.roles import Role
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, Sold, look, sell, take_in
from tests.harness.shops import Shop
from tests.web.desk.working import sign_in
from tests.web.shopper.walking import main, on, radios, to_reasons

pytestmark = pytest.mark.sqlite
CREAM = Sold(900, 1, "CR-1", "Handcreme", tags=("hygiene",))
COSTS = "Otherwise it is up to €85.05 less."


def returned(shop: Shop) -> uuid.UUID:
    with shop.transaction(reading=True):
        return session.scalars(sa.select(Return.id)).one()


def test_a_no_is_kept_told_at_the_end_and_seen_by_dock_and_desk(
    app: Portal, shop: Shop, client: ShopClient
) -> None:
    sell(shop, BOOTS)
    page = to_reasons(client)
    reason, box = radios(page)
    assert box.endswith("-box_there") and "In its box, and soles clean?" in main(page).text
    assert "Then the refund is 50 % less." in main(page).text
    page = on(client, client.send(page, "/reasons", **{reason: "changed_mind", box: "no"}))
    page = on(client, client.send(page, "/resolution", resolution="original"))
    assert f"{COSTS} You say it is not so." in main(page).text
    back = client.get(page.request.path.replace("/review", "/reasons"))
    assert read(back.text).one("input", name=box, value="no").get("checked", "not") == ""
    on(client, client.send(page, "/review"))
    take_in(shop, id := returned(shop))
    seen = look(shop, id)
    assert [line.met for line in seen.return_.lines] == [{"box_there": False}]
    staff = sign_in(ShopClient(app), Role.OWNER)
    assert "The shopper says no." in staff.get(f"/dock/items/{seen.items[0].id}").text
    assert "Not so, they say: In its box, worn indoors only" in staff.get(f"/desk/returns/{id}").text


def test_nobody_has_to_answer_and_only_what_was_asked_is_kept(shop: Shop, client: ShopClient) -> None:
    sell(shop, BOOTS, SOCKS, CREAM)
    page = to_reasons(client, units=(1, 1, 1))
    boots, box, socks, cream, seal = radios(page)
    given = dict.fromkeys((boots, socks, cream), "changed_mind")
    strange = {box: "perhaps", seal: "yes", f"met-{socks}-box_there": "no"}
    page = on(client, client.send(page, "/reasons", **given, **strange))
    page = on(client, client.send(page, "/resolution", resolution="original"))
    assert COSTS in main(page).text and "You say" not in main(page).text


def test_what_was_answered_stays_where_something_else_is_missing(shop: Shop, client: ShopClient) -> None:
    sell(shop, CREAM)
    page = to_reasons(client)
    _, seal = radios(page)
    page = client.send(page, "/reasons", **{seal: "no"})
    assert page.status_code == 422 and "Then it comes back to you, unpaid." in main(page).text
    assert "checked" in read(page.text).one("input", name=seal, value="no").attributes
