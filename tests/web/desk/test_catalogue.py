"""The catalogue at the desk: the list with its search and filters, and a product with its levels."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal import clock
from portal.inventory import Place
from portal.people.roles import Role
from portal.tenants import Tenant
from tests.catalogue.given import moment, moved, product, run, stored, variant
from tests.harness.client import ShopClient
from tests.harness.shops import Shop
from tests.web.desk.working import main

Staff = Callable[[Role], ShopClient]
PLACE = "/desk/stock/catalogue"


def skus(agent: ShopClient, asked: str = "") -> list[str]:
    return [cell.text for cell in main(agent.get(PLACE + asked)).all("span", class_="code")]


@pytest.mark.sqlite
def test_articles_stand_by_sku_page_by_page(shop: Shop, agent: ShopClient) -> None:
    assert "No article is here yet" in main(agent.get(PLACE)).text
    run(shop, product("many", *(variant(f"S-{n:03}") for n in range(120))))
    page = main(agent.get(PLACE))
    seen = [cell.text for cell in page.all("span", class_="code")]
    assert seen == [f"S-{n:03}" for n in range(50)]
    (following,) = [a["href"] for a in page.all("a") if a.get("rel") == "next"]
    assert skus(agent, following.partition("catalogue")[2]) == [f"S-{n:03}" for n in range(50, 100)]
    whole = f"{PLACE}/{stored(shop, 'many').id}"
    assert len(main(agent.get(whole)).all("tr")) == 101
    assert "Show all 120 variants" in main(agent.get(whole)).text
    assert len(main(agent.get(whole + "?variants=all")).all("tr")) == 121


def test_articles_are_found_and_filtered(shop: Shop, agent: ShopClient) -> None:
    """On both databases, which compare texts each in its way."""
    file = [
        product("hat", variant("HAT-S", on_hand=3), variant("HAT-M", on_hand=0), title="Wollmütze „Ärmel“"),
        product("mug", variant("MUG_1"), variant("MUG-2", on_hand=-1, active=False), title="Mug"),
        product("old", variant("OLD", on_hand=0), title="Old mug", active=False),
    ]
    run(shop, file)
    moved(shop, Place.DOCK, Place.SELLABLE, "HAT-M")
    moved(shop, Place.SELLABLE, Place.DOCK, "HAT-S", 3)
    assert sorted(skus(agent)) == ["HAT-M", "HAT-S", "MUG-2", "MUG_1", "OLD"]
    assert skus(agent, "?kind=out") == ["HAT-S"]
    assert agent.get(PLACE + "?kind=untracked&q=mug").status_code == 303  # there is only one
    assert sorted(skus(agent, "?kind=inactive")) == ["MUG-2", "OLD"]
    assert sorted(skus(agent, "?q=mug")) == ["MUG-2", "MUG_1", "OLD"]
    assert sorted(skus(agent, "?q=hat")) == ["HAT-M", "HAT-S"]
    assert sorted(skus(agent, "?q=%C3%A4rmel")) == ["HAT-M", "HAT-S"]
    assert sorted(skus(agent, "?kind=nonsense&q=%00")) == sorted(skus(agent))
    assert "No article is so" in main(agent.get(PLACE + "?q=sock")).text
    answer = agent.get(PLACE + "?q=mug_")  # no wild card
    assert (answer.status_code, answer.location) == (303, f"/acme{PLACE}/{stored(shop, 'mug').id}")


@pytest.mark.sqlite
def test_a_product_tells_its_variants_and_what_their_levels_are_made_of(shop: Shop, staff: Staff) -> None:
    with clock.at(moment("2026-05-01T09:58:00+02:00")):
        small = variant(
            "HAT-S", attributes=[{"name": "Size", "value": "<b>S</b>"}], unit_cost="7.50", on_hand=12
        )
        run(shop, product("hat", small, variant("HAT-M"), vendor="Wolle & Sohn", tags=["wool"]))
    run(
        shop,
        product("hat", small, vendor="Wolle & Sohn", tags=["wool"]),
        levels_at=moment("2026-04-01T09:58:00+02:00"),
    )
    moved(shop, Place.DOCK, Place.SELLABLE, n=2)
    place = f"{PLACE}/{stored(shop).id}"
    text = main(staff(Role.MANAGER).get(place)).text
    for told in (
        "Wolle & Sohn",
        "<b>S</b>",
        "€19.00",
        "€7.50",
        "14",
        "12 as of",
        "+2 moved since",
        "not tracked",
    ):
        assert told in text
    assert "no longer listed" in text
    assert "€7.50" not in main(staff(Role.AGENT).get(place)).text  # what things cost is for the books
    assert staff(Role.WAREHOUSE).get(place).status_code == 403


@pytest.mark.sqlite
def test_a_picture_is_shown_from_the_shops_hosts_alone(shop: Shop, staff: Staff) -> None:
    hosts = ("cdn.shop.example", "img.shop.example.evil.example", "a.pictures.example")
    made = [variant(f"S-{n}", image=f"https://{host}/a.jpg") for n, host in enumerate(hosts)]
    run(shop, product("hat", *made))
    with shop.transaction() as session:
        known = ["cdn.shop.example", "*.pictures.example"]
        session.execute(sa.update(Tenant).where(Tenant.id == shop.id).values(image_hosts=known))
    shown = [picture["src"] for picture in main(staff(Role.AGENT).get(PLACE)).all("img")]
    assert shown == ["https://cdn.shop.example/a.jpg", "https://a.pictures.example/a.jpg"]
