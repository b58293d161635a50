"""The policy for everybody to read, in the words and figures that the wizard and the desk go by."""

import json
import re
from typing import Any

import pytest

from portal.notices import mailbox
from tests.harness.client import ShopClient
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
TRICKY = "</script><script>alert(1)</script>"


def facts(client: ShopClient, address: str) -> dict[str, Any]:
    """What machines read; there is one block of it."""
    (found,) = DATA.findall(client.get(address).text)
    read: dict[str, Any] = json.loads(found)
    return read


@pytest.mark.sqlite
def test_everybody_reads_what_holds_and_what_held(shop: Shop, client: ShopClient) -> None:
    barred = {"id": "b", "match": {"tags": ["hidden-tag"]}, "ground": TRICKY, "instead": "Write."}
    amounts = {"automatic_up_to": {"EUR": 77_700}, "days": 3}
    rules = policy(window={"days": 45, "transit_days": 3}, pay_days=9, barred=[barred], authorization=amounts)
    Trade(shop).rule({**rules, "return_shipping": {}, "hand_in_days": 21})
    text = client.get("/acme/policy").text
    for told in (
        "Version 2",
        "45 days from delivery",
        "At most 9 days after your parcel has arrived",
        "21 days",
    ):
        assert told in text, told
    assert TRICKY not in text and "777" not in text and "hidden-tag" not in text
    assert "some articles only" in text
    assert "no longer in force" not in text
    old = client.get("/acme/policy/1").text
    assert "no longer in force" in old and "30 days from delivery" in old and "€4.90" in old
    assert [client.get(f"/acme/policy/{no}").status_code for no in ("3", "0", "x", "9" * 30)] == [404] * 4


@pytest.mark.sqlite
def test_machines_read_the_same(shop: Shop, client: ShopClient) -> None:
    told = facts(client, "/acme/policy")
    assert told["@type"] == "MerchantReturnPolicy" and told["merchantReturnDays"] == 30
    assert told["url"].endswith("/acme/policy/1") and "/acme/acme/" not in told["url"]
    assert told["returnShippingFeesAmount"] == {"@type": "MonetaryAmount", "value": "4.90", "currency": "EUR"}
    assert told["refundType"] == [
        f"https://schema.org/{kind}" for kind in ("ExchangeRefund", "FullRefund", "StoreCreditRefund")
    ]
    Trade(shop).rule(policy(window={"days": 0, "transit_days": 0}, return_shipping={}))
    told = facts(client, "/acme/policy")
    assert told["returnFees"].endswith("FreeReturn") and "merchantReturnDays" not in told
    assert told["returnPolicyCategory"].endswith("NotPermitted")
    shoes = {"id": "shoes", "match": {"categories": ["Shoes"]}, "label": "Shoes", "days": 30}
    Trade(shop).rule(policy(window={"days": 0, "transit_days": 0}, windows=[shoes]))
    assert facts(client, "/acme/policy")["returnPolicyCategory"].endswith("Unspecified")


@pytest.mark.sqlite
def test_nothing_is_promised_that_is_not_there(shop: Shop, client: ShopClient) -> None:
    trade, cost = Trade(shop), "itemDefectReturnFees"
    assert facts(client, "/acme/policy")[cost].endswith("FreeReturn")
    trade.rule(policy(way_back={"methods": [{"sending": "own"}]}))
    assert facts(client, "/acme/policy")[cost].endswith("ReturnFeesCustomerResponsibility")
    text = client.get("/acme/policy").text
    assert "Where the fault is ours, no fee is kept." in text and "free when the fault is ours" not in text
    trade.rule(policy(way_back={"methods": [{"sending": "own"}, {"sending": "qr"}]}))
    assert "free when the fault is ours" in client.get("/acme/policy").text


@pytest.mark.sqlite
def test_another_time_to_send_back_is_told_to_people_and_machines(shop: Shop, client: ShopClient) -> None:
    season = {"id": "xmas", "match": {}, "label": "Christmas", "days": 60, "until": "2027-01-31"}
    season["placed"] = {"first": "2026-11-15", "last": "2026-12-24"}
    shoes = {"id": "shoes", "match": {"categories": ["Shoes"]}, "label": "Shoes", "days": 100}
    Trade(shop).rule(policy(windows=[season, shoes], extend={"weekends": ["sunday"]}))
    text = client.get("/acme/policy").text
    for told in ("Christmas", "60 days from delivery", "in any case until", "Sunday"):
        assert told in text, told
    (override,) = facts(client, "/acme/policy")["returnPolicySeasonalOverride"]
    assert (override["startDate"], override["merchantReturnDays"]) == ("2026-11-15", 60)
    assert "Allow: /policy" in client.get("/acme/robots.txt").text


@pytest.mark.sqlite
def test_a_mail_and_a_page_of_a_return_name_the_version_that_it_is_judged_by(
    shop: Shop, client: ShopClient
) -> None:
    trade = Trade(shop)
    order = trade.order(Sold(10_000, 1))
    trade.ask(order, {1: 1})
    trade.rule(policy(pay_days=3))
    trade.work()
    with shop.transaction(reading=True):
        (mail,) = mailbox()
        text, html = mail.text, mail.html
    assert "/acme/policy/1" in text and "/acme/policy/1" in html
    status = re.search(r"/acme/s/\S+", text)
    assert status and 'href="/acme/policy/1"' in client.get(status[0]).text
