"""Every section of the editor: what stands in its fields is what the document says, neither more nor less."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from wtforms import Form

from portal.people.roles import Role
from portal.policies import Policy
from portal.policies.kinds import Part
from portal.policies.limits import Limits
from portal.web.desk.sections import SECTIONS
from portal.web.desk.sections.base import way_of
from portal.web.desk.sections.many import Sheet
from portal.web.desk.sections.shaping import id_of, laid, tried
from tests.harness.client import ShopClient, form_of
from tests.harness.configuring import drafted
from tests.harness.pages import Element, read, sent_by
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy, whole
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, main, notes

SHOES = {"categories": ["Shoes", "Home, Garden"], "tags": ["new"], "skus": ["A-1", "B 2"]}
MANY = (
    "AED AUD BGN BRL CAD CHF CNY CZK DKK HKD HUF IDR ILS INR ISK JPY KRW KWD "
    "MXN MYR NOK NZD PHP PLN QAR RON SAR SEK SGD THB TRY TWD USD VND ZAR"
)
FULL: dict[str, Any] = {
    "window": {"days": 45, "transit_days": 3},
    "windows": [
        {"id": "xmas", "label": "Christmas", "placed": {"first": "2026-11-01", "last": "2026-12-24"},
         "until": "2027-01-31", "countries": ["DE", "AT"]},
        {"id": "gifts", "label": "Gifts", "gift": True, "days": 60, "transit_days": 9, "match": SHOES},
    ],
    "extend": {
        "weekends": ["saturday", "sunday"],
        "public_holidays": [{"country": "DE", "subdivision": "BY"}, {"country": "AT"}],
        "shoppers_holidays": True,
        "holidays": {"DE": ["2026-12-24", "2026-12-31"], "AT": ["2026-12-08"]},
        "open_days": ["2026-12-27"],
    },
    "reason_groups": [{"code": "fit", "label": "It does not fit"}, {"code": "broken", "label": "Broken"}],
    "reasons": [
        {"code": "small", "label": "Too small", "fault": "shopper", "under": "fit", "match": SHOES},
        {"code": "broken", "label": "Broken", "fault": "shop", "comment": "required", "review": True,
         "under": "broken", "question": "What is broken?", "resolutions": ["exchange", "original"]},
        {"code": "other", "label": "Another", "fault": "shopper"},
    ],
    "barred": [{"id": "socks", "match": {"tags": ["socks"]}, "ground": "Worn.", "instead": "Keep them."}],
    "fees": [
        {"id": "opened", "label": "Opened", "match": SHOES, "points": 1250,
         "minimum": {"EUR": 490, "JPY": 500}, "maximum": {"EUR": 2000},
         "grades": ["C"], "reasons": ["small"], "resolutions": ["original"]},
        {"id": "bulky", "label": "Bulky", "fixed": {"EUR": 1500, "KWD": 1234}},
        {"id": "none", "label": "None", "match": {"skus": ["X"]}, "free": True},
    ],
    "conditions": [
        {"id": "tag", "promise": "With tag", "question": "Tag on?", "unmet": "reduced", "points": 2500},
        {"id": "seal", "promise": "Sealed", "question": "Sealed?", "unmet": "refused", "match": SHOES},
    ],
    "return_shipping": {"EUR": 490, "GBP": 450} | dict.fromkeys(MANY.split(), 500),
    "way_back": {
        "by_country": [{"id": "swiss", "countries": ["CH", "LI"], "amounts": {"EUR": 1290, "CHF": 1200}}],
        "free_from": {"EUR": 10000}, "free_for": ["store_credit"],
        "methods": [
            {"sending": "qr", "amounts": {"EUR": 300}, "free_from": {"EUR": 5000},
             "by_country": [{"id": "alps", "countries": ["AT"], "amounts": {"EUR": 500}}]},
            {"sending": "label", "free_from": {}, "free_for": ["exchange", "original"]},
            {"sending": "own", "countries": ["CH"]},
        ],
    },
    "resolutions": ["store_credit", "original", "exchange"],
    "exchange": {"ship": "at_once", "free_way_back": False, "at_price_paid": False,
                 "held_days": 9, "pay_days": 4},
    "valid_months": {"store_credit": 24},
    "credit_bonus": 500, "gift_card_bonus": 250, "tender_order": "pro_rata",
    "authorization": {"automatic_up_to": {"EUR": 9900}, "days": 4, "history": {"returns": 5, "days": 90}},
    "returnless": [{"id": "cheap", "label": "Cheap", "up_to": {"EUR": 900}, "reasons": ["broken"],
                    "match": SHOES}],
    "hand_in_days": 20, "pay_days": 10,
    "deadlines": {"remind_days": [6, 2], "receive_days": 1, "inspect_days": 4},
    "reductions": {"answer_days": 8, "decide_days": 2},
    "placings": [{"id": "toys", "match": {"categories": ["Toys"]}, "grades": ["B"], "disposition": "donate"}],
    "worths": [{"id": "toys", "match": {"categories": ["Toys"]}, "dispositions": ["donate"], "points": 50}],
    "agent_limit": {"EUR": 20000}, "second_person_above": {"EUR": 50000}, "alone_per_day": {"EUR": 90000},
    "off_quote": {"points": 1000, "amounts": {"EUR": 2500}}, "goodwill_budget": {"EUR": 7700},
    "second_review": False,
}  # fmt: skip


def addresses(main: Element, part: str) -> list[str]:
    return [a["href"] for a in main.all("a") if part in a.get("href") and "/new-rule" not in a["href"]]


@pytest.mark.sqlite
def test_what_is_opened_and_saved_as_it_is_says_the_same(shop: Shop, staff: Staff) -> None:
    trade, owner = Trade(shop), staff(Role.OWNER)
    with shop.transaction():
        address = f"/desk/policy/drafts/{drafted(trade.clerk, policy(**FULL)).id}"
    seen = 0
    for section in addresses(main(owner.get(f"{address}/sections")), "/sections/"):
        page = owner.get(section)
        rules = addresses(main(page), "/rules/")
        for opened in [*([section] if main(page).all(id="part") else []), *rules]:
            said = owner.send(owner.get(opened), opened)
            assert said.status_code == 303, f"{opened}: {notes(said)}"
            assert notes(follow(owner, said))[0] == "Nothing was different.", opened
            seen += 1
    lists = sum(len(said) for said in FULL.values() if isinstance(said, list) and isinstance(said[0], dict))
    assert seen == lists + 4 + sum(section.form is not None for section in SECTIONS)


@pytest.mark.sqlite
def test_what_is_typed_in_each_section_is_what_the_draft_then_says(shop: Shop, staff: Staff) -> None:
    trade, owner = Trade(shop), staff(Role.OWNER)
    with shop.transaction():
        address = f"/desk/policy/drafts/{drafted(trade.clerk, policy()).id}"
    for where, typed, said in TYPED:
        answer = owner.send(owner.get(f"{address}/{where}"), where, **typed)
        assert answer.status_code == 303, (where, notes(answer))
        text = " ".join(yaml_of(owner, address).split())
        assert said in text, (where, text)
    for where, typed, field, said in WRONG:
        answer = owner.send(owner.get(f"{address}/{where}"), where, **typed)
        assert answer.status_code == 422, where
        told = main(answer).one(id=f"{field}-error").text if field else notes(answer)[0]
        assert said in told, (where, told)


@pytest.mark.sqlite
def test_a_limit_that_leaves_out_a_currency_of_the_orders_is_told_while_it_is_typed(
    shop: Shop, staff: Staff
) -> None:
    trade, owner = Trade(shop), staff(Role.OWNER)
    trade.order(Sold(5_000), currency="SEK")
    trade.order(Sold(5_000), currency="XTS")
    with shop.transaction():
        address = f"/desk/policy/drafts/{drafted(trade.clerk, policy()).id}"
    form = owner.get(f"{address}/sections/people")
    assert "however large" not in main(form).text
    typed = {f"second_person_above-{name}": "500" for name in ("EUR", "GBP", "USD")}
    fields = {**sent_by(form_of(read(form.text), "/people")), **typed}
    told = owner.post(f"{address}/sections/people/check", data=fields, htmx=True)
    assert "In SEK one person alone may approve any refund" in told.text and "In XTS" not in told.text
    follow(owner, owner.send(form, "/people", **typed))
    assert "In SEK one person alone" in main(owner.get(address)).text
    assert "1 thing to look at" in main(owner.get(f"{address}/sections")).text


TYPED: list[tuple[str, dict[str, Any], str]] = [
    ("sections/window", {"window__days": "60", "extend__weekends": ["sunday"]}, "days: 60 transit_days: 5"),
    ("sections/window", {"extend__public_holidays": "de-BY, AT"}, "DE subdivision: BY - country: AT"),
    ("sections/window", {"extend__holidays": "AT: 2026-12-08\nde 2026-12-24"}, "DE: - '2026-12-24'"),
    ("rules/windows/new-rule", {"label": "Advent", "days": "40", "countries": "de at"}, "id: advent"),
    ("rules/barred/new-rule", {"ground": "Cut.", "instead": "Ask us.", "match__tags": "cut"}, "id: cut"),
    ("rules/conditions/new-rule", {"promise": "Clean", "question": "Clean?", "points": "30"}, "points: 3000"),
    ("rules/reason_groups/new-rule", {"label": "Size"}, "code: size label: Size"),
    ("rules/reasons/too_small", {"under": "size", "photo": "required", "resolutions-1": "exchange"},
     "under: size photo: required resolutions:"),
    ("sections/offers", {"resolutions-1": "exchange", "resolutions-2": "original"}, "- exchange - original"),
    ("sections/offers", {"valid_months__gift_card": "12", "credit_bonus": "7,5"}, "credit_bonus: 750"),
    ("sections/way-back", {"return_shipping-EUR": "3,90", "way_back__free_from-EUR": "99"}, "EUR: 390"),
    ("rules/by_country/new-rule", {"countries": "ch", "amounts-EUR": "9.90"}, "id: ch countries: - CH"),
    ("rules/methods/new-rule", {"sending": "label"}, "methods: - sending: label"),
    ("rules/methods/new-rule", {"sending": "qr", "costs": "own", "amounts-EUR": "2"}, "qr amounts: EUR: 200"),
    ("rules/methods/qr", {"costs": "usual"}, "- sending: label - sending: qr resolutions:"),
    ("sections/authorization", {"authorization__history__returns": "4", "authorization__history__days": "60"},
     "history: returns: 4 days: 60"),
    ("rules/returnless/new-rule", {"label": "Cheap", "up_to-EUR": "8"}, "label: Cheap up_to: EUR: 800"),
    ("sections/after-check", {"dispositions__D": "donate", "values__donate": "1.5"}, "donate: 150"),
    ("rules/placings/new-rule", {"match__categories": "Toys", "disposition": "recycle"}, "id: toys"),
    ("rules/worths/new-rule", {"match__categories": "Toys", "points": "5"}, "- Toys points: 500"),
    ("sections/deadlines", {"deadlines__remind_days": "2 6"}, "remind_days: - 6 - 2"),
    ("sections/people", {"agent_limit-EUR": "250", "off_quote__points": "10"}, "off_quote: points: 1000"),
]  # fmt: skip
WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("sections/window", {"extend__public_holidays": "DE-XX"}, "extend__public_holidays", "is no part of DE"),
    ("sections/window", {"window__days": "9999"}, "window__days", "Choose from 0 to 3650."),
    ("sections/window", {"extend__open_days": "tomorrow"}, "extend__open_days", "such as 2026-12-24"),
    ("rules/windows/new-rule", {"label": "Nothing"}, "days", "Give days, or a last day."),
    ("rules/windows/new-rule", {"label": "A", "days": "3", "placed__first": "2026-01-01"},
     "placed__last", "season"),
    ("rules/windows/advent", {"countries": "Germany"}, "countries", "two letters"),
    ("sections/offers", {"resolutions-1": "original", "resolutions-2": "original"}, "resolutions", "twice"),
    ("sections/offers", {f"resolutions-{n}": "" for n in range(1, 5)}, "resolutions", "one at least"),
    ("sections/offers", {f"resolutions-{n}": "gift_card" if n == 1 else "" for n in range(1, 5)},
     "resolutions", "nothing would be left"),
    ("rules/reasons/too_small", {"resolutions-1": "nonsense"}, "resolutions", "from the list"),
    ("rules/by_country/new-rule", {"countries": "CH", "amounts-EUR": "1"}, "countries", "another rule"),
    ("sections/way-back", {"return_shipping-EUR": "-4"}, "return_shipping", "such as 4.90"),
    ("sections/way-back", {"return_shipping-code": "XXL", "return_shipping-more": "4"},
     "return_shipping", "EUR"),
    ("rules/methods/new-rule", {"sending": "qr"}, "sending", "there already"),
    ("sections/authorization", {"authorization__history__days": ""}, "authorization__history__days", "both"),
    ("sections/deadlines", {"deadlines__remind_days": "1, 2, 3"}, "deadlines__remind_days", "at most two"),
    ("sections/people", {"off_quote__points": "NaN"}, "off_quote__points", "from 0 to 100"),
    ("rules/returnless/cheap", {"up_to-EUR": ""}, "up_to", "Type an amount."),
]  # fmt: skip


def yaml_of(owner: ShopClient, address: str) -> str:
    return sent_by(form_of(read(owner.get(f"{address}/text").text), "/text"))["text"][0]


def test_rules_are_taken_out_and_moved_and_what_hangs_on_them_stays(shop: Shop, staff: Staff) -> None:
    trade, owner = Trade(shop), staff(Role.OWNER)
    with shop.transaction():
        address = f"/desk/policy/drafts/{drafted(trade.clerk, policy(**FULL)).id}"
    for where, why in (
        ("rules/reason_groups/fit", "Reasons stand under this group."),
        ("rules/reasons/small", "A rule is about this reason alone."),
    ):
        refused = owner.send(owner.get(f"{address}/{where}"), f"{where}/removal")
        assert refused.status_code == 422 and why in notes(refused)[0], where
    assert owner.send(owner.get(f"{address}/rules/worths/toys"), "worths/toys/removal").status_code == 303
    assert "worths" not in yaml_of(owner, address)
    page = owner.get(f"{address}/sections/reasons")
    down = next(f for f in main(page).all("form") if f.get("action").endswith("/reasons/small/move"))
    assert owner.post(down["action"], data={**sent_by(down), "way": "down"}).status_code == 303
    text = yaml_of(owner, address)
    assert text.index("code: broken\n    label: Broken\n    fault") < text.index("code: small")
    late = owner.post(down["action"], data={**sent_by(down), "way": "up"})  # of a page that is over
    assert late.status_code == 409
    assert owner.post(down["action"], data={**sent_by(down), "way": "sideways"}).status_code == 422


def test_every_part_of_the_documents_has_its_section() -> None:
    """A part that nobody can edit in a form would be forgotten."""
    parts = {way for section in SECTIONS for way in section.parts}
    assert parts == {("policy", name) for name in Policy.model_fields} | {("limits",)}
    people = next(section for section in SECTIONS if section.name == "people")
    fields = {
        name.split("__")[0] for _, names in (people.form.groups if people.form else ()) for name in names
    }
    assert fields == set(Limits.model_fields)


def leaves(model: type[Part], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """What a model says that is no list of rules."""
    for name, field in model.model_fields.items():
        kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        inner = next((kind for kind in kinds if issubclass(kind, Part)), None)
        if inner is None:
            yield (*above, name)
        elif get_origin(field.annotation) is not tuple:
            yield from leaves(inner, (*above, name))


def test_every_value_of_a_model_has_its_field() -> None:
    """What a model gains and no form has would stay as it is, and nobody could see it."""
    names = [name for s in SECTIONS if s.form for _, fields in s.form.groups for name in fields]
    ways = {way_of(name) for name in names}
    for leaf in [*leaves(Policy), *leaves(Limits)]:
        assert any(way[: len(leaf)] == leaf for way in ways), f"{leaf} has no field"
    for section in SECTIONS:
        for rows in section.rows:
            holder: Any = Policy
            for name in rows.way[:-1]:
                holder = holder.model_fields[name].annotation
            rule = next(
                k for k in _kinds(holder.model_fields[rows.way[-1]].annotation) if issubclass(k, Part)
            )
            fields = {way_of(name) for _, some in rows.form.groups for name in some}
            for leaf in leaves(rule):
                known = any(way[: len(leaf)] == leaf for way in fields) or leaf == (rows.key,)
                assert known, f"{leaf} of {rows.name} has no field"


def _kinds(annotation: Any) -> list[type]:
    """All types that an annotation is made of."""
    inner = [kind for part in get_args(annotation) for kind in _kinds(part)]
    return [*([annotation] if isinstance(annotation, type) and not get_args(annotation) else []), *inner]


def test_every_field_of_a_form_is_drawn_and_known_to_the_model() -> None:
    for section in SECTIONS:
        for form in [section.form, *(rows.form for rows in section.rows)]:
            if form is not None:
                drawn = [name for _, names in form.groups for name in names]
                known = {n for n in dir(form) if hasattr(getattr(form, n), "field_class")} - {"seen", "nonce"}
                assert set(drawn) == known - {"csrf_token"} and len(drawn) == len(known)


def test_a_field_of_several_inputs_has_to_say_what_it_keeps_of_them() -> None:
    class Odd(Form):  # type: ignore[misc]
        forgetful = Sheet("Forgetful")

    with pytest.raises(TypeError, match="take"):
        Odd()


@pytest.mark.parametrize(
    ("label", "taken", "id"),
    [
        ("Opened boots",     [],                              "opened_boots"),
        ("Größe & Weiß",     [],                              "grosse_weiss"),
        ("24 hours",         [],                              "r_24_hours"),
        ("החזרה",            [],                              "rule"),
        ("",                 ["rule", "rule_2"],              "rule_3"),
        ("Boots",            ["boots"],                       "boots_2"),
        ("x" * 99,           [],                              "x" * 36),
    ],
)  # fmt: skip
def test_an_id_is_made_of_a_label(label: str, taken: list[str], id: str) -> None:
    assert id_of(label, taken) == id


def test_what_no_field_says_stays_where_it_is() -> None:
    before = {"id": "a", "match": {"tags": ["x"], "later": 1}, "new": [1], "placed": {"first": 1, "last": 2}}
    said = {("match", "tags"): ["y"], ("placed", "first"): None, ("placed", "last"): None, ("deep", "er"): 3}
    after = {"id": "a", "match": {"tags": ["y"], "later": 1}, "new": [1], "deep": {"er": 3}}
    assert laid(before, said) == after and before["placed"]


def test_all_that_a_text_would_be_refused_for_is_found() -> None:
    documents = whole(policy()).documents
    documents["policy"]["extend"]["public_holidays"] = [{"country": "DE", "subdivision": "QQ"}]
    found = tried(documents)
    assert isinstance(found, list) and found[0].way[:3] == ("policy", "extend", "public_holidays")
