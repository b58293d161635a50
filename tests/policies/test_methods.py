"""Ways to send something back: what each costs, where it is offered, and that verify comes to the same."""

from typing import Any

import pytest

from portal.checks.again import answer
from portal.i18n import Message, Voice
from portal.policies import Resolution, Sending
from portal.policies.concerns import concerns
from portal.policies.differing import words
from portal.policies.promises import terms_of
from portal.policies.writing import read, written
from tests.harness.trading import policy, whole
from tests.policies.facts import ruled

LABEL, QR, OWN = Sending
ALPS = {"id": "alps", "countries": ["CH", "LI"], "amounts": {"EUR": 1290}}
WAY: dict[str, Any] = {
    "by_country": [{"id": "near", "countries": ["AT"], "amounts": {"EUR": 690}}],
    "free_from": {"EUR": 10_000},
    "free_for": ["store_credit"],
    "methods": [
        {"sending": "qr",    "countries": ["DE", "AT", "CH"], "amounts": {"EUR": 390},
                             "by_country": [ALPS], "free_from": {"EUR": 5_000}, "free_for": []},
        {"sending": "label"},
        {"sending": "own"},
    ],
}  # fmt: skip
RULED = ruled(return_shipping={"EUR": 490}, way_back=WAY)
PLAIN = ruled(return_shipping={"EUR": 490})


@pytest.mark.parametrize(
    ("what", "sending", "country", "currency", "value", "cost"),
    [
        ("a label, as the way back is",          LABEL, "DE", "EUR",  9_999,   490),
        ("a label from a country",               LABEL, "AT", "EUR",  9_999,   690),
        ("a label, free from the value",         LABEL, "DE", "EUR", 10_000,     0),
        ("a code has its own cost",              QR,    "DE", "EUR",  4_999,   390),
        ("and not a label's by country",         QR,    "AT", "EUR",  4_999,   390),
        ("but its own",                          QR,    "CH", "EUR",  4_999, 1_290),
        ("free from a value of its own",         QR,    "CH", "EUR",  5_000,     0),
        ("no amount in the currency",            QR,    "CH", "CHF",  4_999,     0),
        ("at one's own cost, nothing is taken",  OWN,   "CH", "EUR",      1,     0),
    ],
)  # fmt: skip
def test_each_way_costs_so_much(
    what: str, sending: Sending, country: str, currency: str, value: int, cost: int
) -> None:
    assert RULED.shipping(country, currency, value, sending) == cost
    about = {"sending": sending.value, "country": country, "currency": currency, "value": value}
    finding = {"rule": "way_back", "answer": "yes", "inputs": {**about, "our_fault": False, "cost": cost}}
    document = RULED.model_dump(mode="json")
    assert answer(document, finding) == "yes"
    assert answer(document, {**finding, "inputs": {**finding["inputs"], "cost": cost + 1}}) is None
    free = {**finding["inputs"], "our_fault": True, "cost": 0}
    assert answer(document, {**finding, "inputs": free}) == "yes"


@pytest.mark.parametrize(
    ("country", "offered"),
    [("DE", [QR, LABEL, OWN]), ("CH", [QR, LABEL, OWN]), ("FR", [LABEL, OWN]), ("", [LABEL, OWN])],
)
def test_what_is_offered_hangs_on_the_country(country: str, offered: list[Sending]) -> None:
    assert list(RULED.way_back.offered(country)) == offered
    assert PLAIN.way_back.offered(country) == (LABEL,)
    assert RULED.shipping(country, "EUR", 1) == RULED.shipping(country, "EUR", 1, offered[0])
    document, about = RULED.model_dump(mode="json"), {"currency": "EUR", "value": 1, "our_fault": False}
    inputs = {**about, "sending": "qr", "country": country, "cost": RULED.shipping(country, "EUR", 1, QR)}
    found = answer(document, {"rule": "way_back", "answer": "yes", "inputs": inputs})
    assert (found == "yes") == (QR in offered)


def test_what_makes_it_free_may_differ_by_way() -> None:
    assert RULED.ships_free(Resolution.STORE_CREDIT, LABEL)
    assert not RULED.ships_free(Resolution.STORE_CREDIT, QR)
    assert RULED.ships_free(Resolution.EXCHANGE, QR)  # as the exchange's own terms say


@pytest.mark.parametrize(
    "methods",
    [
        [{"sending": "own", "amounts": {"EUR": 1}}],
        [{"sending": "qr", "by_country": [ALPS]}],
        [{"sending": "qr"}, {"sending": "qr"}],
        [{"sending": "qr", "countries": ["DE"]}],
        [{"sending": "pigeon"}],
    ],
)
def test_what_makes_no_sense_is_refused(methods: Any) -> None:
    with pytest.raises(ValueError):
        ruled(way_back={"methods": methods})


def test_it_is_written_read_and_told_in_words() -> None:
    wanted = whole({**policy(), "way_back": WAY})
    assert read(written(wanted).encode()) == wanted
    voice = Voice("en")
    said = [[str(voice._argument(term)) for term in terms_of(RULED, one)] for one in RULED.way_back.methods]
    assert said == [
        ["for orders to DE, AT, CH", "€3.90", "from CH, LI €12.90", "free from €50.00 on"],
        ["€4.90", "from AT €6.90", "free from €100.00 on"],
        [],
    ]
    free = ruled(
        way_back={
            "methods": [{**WAY["methods"][0], "by_country": [{**ALPS, "amounts": {}}]}, {"sending": "label"}]
        }
    )
    assert "from CH, LI free" in [
        voice.text(t) for t in terms_of(free, free.way_back.methods[0]) if isinstance(t, Message)
    ]
    dearer = {**WAY, "methods": [{**WAY["methods"][0], "amounts": {"EUR": 450}}, WAY["methods"][1]]}
    changes = words(wanted, whole({**policy(), "way_back": dearer}))
    assert [voice.text(change) for change in changes] == [
        "Way back “own” is gone", "Way back “qr”, What it costs: €3.90 → €4.50",
    ]  # fmt: skip


NEAR = {"id": "near", "countries": ["AT"], "amounts": {"EUR": 690}}


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ({}, {"free_from": {"EUR": 5000}}, "Free from a value of: As for every way back → €50.00"),
        ({}, {"free_from": {}},            "Free from a value of: As for every way back → never"),
        ({"free_for": []}, {},             "Free where this is wanted: never → As for every way back"),
        ({}, {"free_for": ["exchange", "original"]},
         "Free where this is wanted: As for every way back → Another article, Money back"),
        ({"amounts": {}}, {"amounts": {}, "by_country": [NEAR, ALPS]},
         "From some countries it costs otherwise: nothing → from AT €6.90, from CH, LI €12.90"),
        ({"amounts": {}, "by_country": [NEAR]}, {"amounts": {}, "by_country": [{**NEAR, "amounts": {}}]},
         "From some countries it costs otherwise: from AT €6.90 → from AT free"),
        ({"amounts": {"EUR": 1, "CHF": 2}}, {"amounts": {}},
         "What it costs: CHF 0.02, €0.01 → free"),
    ],
)  # fmt: skip
def test_each_of_its_terms_is_told_where_it_differs(was: Any, now: Any, said: str) -> None:
    old, new = (
        whole({**policy(), "way_back": {"methods": [{"sending": "qr", **terms}]}}) for terms in (was, now)
    )
    told = [Voice("en").text(change).replace("\xa0", " ") for change in words(old, new)]
    assert told == [f"Way back “qr”, {said}"]


def test_a_way_back_that_shoppers_always_pay_is_odd() -> None:
    odd = ruled(way_back={"methods": [{"sending": "own"}, {"sending": "label", "countries": ["DE"]}]})
    assert [one.place for one in concerns(odd) if "own" not in one.place and "way" in one.place] == [
        "way_back.methods"
    ]
    assert not [one for one in concerns(RULED) if one.place == "way_back.methods"]
