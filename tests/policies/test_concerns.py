"""What a policy may say and hardly means."""

from typing import Any

import pytest

from portal.i18n import Voice
from portal.policies.concerns import concerns
from tests.policies.facts import DOCUMENT, ruled

TEN: dict[str, Any] = {"points": 1000, "label": "Ten"}
MINE, OURS = DOCUMENT["reasons"][0], DOCUMENT["reasons"][3]


def fee(**more: Any) -> dict[str, Any]:
    return {"fees": [{"id": "ten", **TEN, **more}]}


def window(**more: Any) -> dict[str, Any]:
    return {"windows": [{"id": "other", "label": "Other", **more}]}


def method(**more: Any) -> dict[str, Any]:
    return {"way_back": {"methods": [{"sending": "qr", **more}, {"sending": "label"}]}, "resolutions": WAYS}


ROW = {"id": "near", "countries": ["AT"], "amounts": {"GBP": 7}}
WINTER = {"first": "2026-11-01", "last": "2026-12-24"}
GROUP = {"code": "odd", "label": "Odd"}
WAYS = ["original", "store_credit"]


@pytest.mark.parametrize(
    ("said", "place", "words"),
    [
        (fee(match={"tags": ["final-sale"]}),               "fees.1", "what it is about cannot go back"),
        (fee(match={"tags": ["final-sale", "shoes"]}),      None, ""),
        (fee(match={"categories": ["final-sale"]}),         None, ""),
        (fee(),                                             None, ""),
        (window(days=60, match={"tags": ["final-sale"]}),   "windows.1", "what it is about cannot go back"),
        ({**fee(resolutions=["gift_card"]), "resolutions": WAYS}, "fees.1", "nothing that it is for"),
        (fee(reasons=["damaged"]),                          "fees.1", "where the fault is the shop’s"),
        (fee(reasons=["damaged", "too_small"]),             None, ""),
        ({"credit_bonus": 500, "resolutions": ["original"]}, "credit_bonus", "store_credit, which is not"),
        ({"gift_card_bonus": 500, "resolutions": WAYS},     "gift_card_bonus", "gift_card, which is not"),
        ({"valid_months": {"gift_card": 12}, "resolutions": WAYS}, "valid_months", "gift_card, which is not"),
        ({"way_back": {"free_for": ["exchange"]}, "resolutions": WAYS}, "way_back.free_for", "exchange"),
        (method(free_for=["exchange"]),                     "way_back.methods.1", "exchange, which is not"),
        (method(amounts={"GBP": 5}, by_country=[ROW]),      None, ""),
        (method(amounts={"GBP": 5}, by_country=[ROW], countries=["DE"]), "way_back.methods.1", "From AT it costs"),
        ({"reason_groups": [GROUP]},                        "reason_groups.1", "No reason stands under “odd”"),
        ({"return_shipping": {"CHF": 500}, "fees": []},      "authorization.automatic_up_to", "In CHF no return"),
        ({"fees": [{"id": "box", "label": "Box", "fixed": {"EUR": 1, "USD": 1}}]}, "fees.1", "nothing in GBP"),
        ({"hand_in_days": 5},                               "deadlines.remind_days", "A reminder 5 days"),
        ({"hand_in_days": 6},                               None, ""),
        (window(until="2026-10-31", placed=WINTER),         "windows.1", "it ends before its season begins"),
        (window(until="2026-11-01", placed=WINTER),         None, ""),
        ({"reasons": [{**MINE, "review": True}]},           "reasons", "no return is approved at once"),
        ({"resolutions": ["store_credit"]},                 "resolutions", "cannot have their money back"),
        ({"resolutions": ["store_credit", "original"]},     "resolutions", "Credit stands before money back"),
        ({"resolutions": ["exchange", "original"]},         None, ""),
        ({"reasons": [MINE, {**OURS, "resolutions": ["exchange"]}]}, "reasons.2", "the shop’s fault, but"),
        ({"reasons": [{**MINE, "resolutions": ["exchange"]}]}, None, ""),
        ({"reasons": [MINE, {**OURS, "photo": "required"}]}, "reasons.2", "gets on without a photo"),
        ({"reasons": [{**MINE, "photo": "required"}, OURS]}, None, ""),
        (fee(resolutions=["original"]),                     "fees.1", "for money back and not for credit"),
        (fee(resolutions=WAYS),                             None, ""),
        ({"window": {"days": 13, "transit_days": 5}},       "window.days", "13 days are fewer"),
        ({"window": {"days": 14, "transit_days": 5}},       None, ""),
        (window(days=7, match={"tags": ["sale"]}),          "windows.1", "7 days are fewer"),
        ({"pay_days": 15},                                  "pay_days", "Money goes out later"),
        ({"pay_days": 14},                                  None, ""),
    ],
)  # fmt: skip
def test_it_is_told_with_its_place(said: dict[str, Any], place: str | None, words: str) -> None:
    found = concerns(ruled(**said))
    assert [concern.place for concern in found] == ([place] if place else [])
    assert all(words in Voice("en").text(concern.text) for concern in found)
    assert all(Voice("en").text(concern.mend).endswith(".") for concern in found)


def test_a_new_shop_starts_without_any() -> None:
    assert concerns(ruled()) == []
