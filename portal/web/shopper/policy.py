"""The shop's return policy for everybody to read: what holds now, and earlier versions by number."""

from typing import Any

from portal import clock
from portal.errors import NotFound
from portal.money import plain
from portal.policies import Policy, PolicyVersion, Resolution, Sending
from portal.policies.promises import money_goes_out, otherwise
from portal.policies.versions import active_or_none
from portal.policies.versions import version as numbered
from portal.policies.windows import WindowRule
from portal.tenants import Tenant, public_address, this_shop
from portal.web.policy_words import SHARED
from portal.web.rendering import page
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.wording import TITLES, lasting

SCHEMA = "https://schema.org/"
REFUNDS = {
    Resolution.ORIGINAL: "FullRefund",
    Resolution.STORE_CREDIT: "StoreCreditRefund",
    Resolution.GIFT_CARD: "StoreCreditRefund",
    Resolution.EXCHANGE: "ExchangeRefund",
}


@shopper.get("/policy")
def policy() -> str:
    """What holds now."""
    version = active_or_none()
    if version is None:
        raise NotFound("PolicyVersion")
    return written_out(version, version)


@shopper.get("/policy/<int(max=999999999):no>")
def policy_version(no: int) -> str:
    """What held for the orders that were placed under it; nothing that has yet to begin."""
    version = numbered(no)
    if version.active_from > clock.now():
        raise NotFound("PolicyVersion")
    return written_out(version, active_or_none())


def written_out(version: PolicyVersion, holds: PolicyVersion | None) -> str:
    """A version in plain words."""
    shop = this_shop()
    return page(
        "shopper/policy.html",
        version=version,
        policy=version.policy,
        holds=holds is version,
        facts=facts(version, shop),
        money=money_goes_out(version.policy),
        **SHARED,
        otherwise=otherwise,
        lasting=lasting,
        titles=TITLES,
    )


def label(policy: Policy, shop: Tenant) -> int:
    """What the way back costs in the shop's own country and currency, in minor units."""
    return policy.shipping(shop.country, shop.currency, 0)


def facts(version: PolicyVersion, shop: Tenant) -> dict[str, Any]:
    """The same for machines, as schema.org words it."""
    policy, cost = version.policy, label(version.policy, shop)
    told: dict[str, Any] = {
        "@context": SCHEMA.rstrip("/"),
        "@type": "MerchantReturnPolicy",
        "name": shop.name,
        "url": f"{public_address(shop)}/policy/{version.no}",
        "applicableCountry": shop.country,
        "returnPolicyCountry": shop.country,
        **_window(policy),
        "returnMethod": SCHEMA + "ReturnByMail",
        "returnFees": SCHEMA + _fees(policy, shop, cost),
        "itemDefectReturnFees": SCHEMA + _fees(policy, shop, 0),
        "refundType": sorted({SCHEMA + REFUNDS[resolution] for resolution in policy.resolutions}),
    }
    if cost:
        amount = {"value": plain(cost, shop.currency), "currency": shop.currency}
        told["returnShippingFeesAmount"] = {"@type": "MonetaryAmount", **amount}
    return told


def _fees(policy: Policy, shop: Tenant, cost: int) -> str:
    """Of what is offered first."""
    if policy.way_back.offered(shop.country)[0] is Sending.OWN:
        return "ReturnFeesCustomerResponsibility"
    return "ReturnShippingFees" if cost else "FreeReturn"


def _window(policy: Policy) -> dict[str, Any]:
    if policy.window.days == 0:
        some = any(rule.days or rule.until for rule in policy.windows)
        return {"returnPolicyCategory": SCHEMA + f"MerchantReturn{'Unspecified' if some else 'NotPermitted'}"}
    told: dict[str, Any] = {"returnPolicyCategory": SCHEMA + "MerchantReturnFiniteReturnWindow"}
    told["merchantReturnDays"] = policy.window.days
    if seasons := [_season(rule) for rule in policy.windows if _seasonal(rule)]:
        told["returnPolicySeasonalOverride"] = seasons
    return told


def _seasonal(rule: WindowRule) -> bool:
    """Whether it is for all orders of a season, and says days."""
    return bool(rule.placed and rule.days and rule.match.whole and not rule.countries and not rule.gift)


def _season(rule: WindowRule) -> dict[str, Any]:
    assert rule.placed
    return {
        "@type": "MerchantReturnPolicySeasonalOverride",
        "name": rule.label,
        "startDate": rule.placed.first.isoformat(),
        "endDate": rule.placed.last.isoformat(),
        "merchantReturnDays": rule.days,
    }
