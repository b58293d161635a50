"""Trying a draft of the configuration on an order that is made up in a form. Nothing of it is kept."""

import uuid
from datetime import timedelta
from typing import Any

from flask import g, request, url_for
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal import clock
from portal.i18n import Message, say
from portal.i18n.characters import UNFIT
from portal.money import BadAmount, plain
from portal.people import Permission
from portal.policies import Policy, Resolution
from portal.policies.choosing import Choice
from portal.policies.promises import WAY_BACK, otherwise
from portal.policies.versions import active_or_none
from portal.views import policies as reading
from portal.views.made_up import MadeUp, article, made_up, made_up_costs, some_articles
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.choices import currencies, with_now
from portal.web.desk.forms import typed
from portal.web.desk.sections.fields import NEEDED, Countries, Day, Percent, Whole
from portal.web.forms import Plain, no_amount
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

NOT_SAID = say("not said")
LONG = Length(max=300, message=say("At most {n} characters.", n=300))
MOST = 1_000


class MadeUpForm(Plain):
    """Sent by GET, and changes nothing. What is left out of an article is taken from the catalogue."""

    sku = StringField(say("SKU"), [LONG])
    title = StringField(say("Article"), [LONG])
    category = StringField(say("Category"), [LONG])
    tags = StringField(say("Tags"), [LONG])
    price = StringField(say("Price of one"), [InputRequired(NEEDED), LONG])
    currency = SelectField(say("Currency"), validate_choice=False)
    tax = Percent(say("Tax in it, per cent"))
    quantity = Whole(say("How many"), least=1, most=MOST)
    country = Countries(say("Sent to"))
    placed = Day(say("Ordered on"), [InputRequired(NEEDED)])
    shipped = Day(say("Sent on"))
    delivered = Day(say("Delivered on"))
    gift = BooleanField(say("Whoever got it as a gift sends it back"))
    reason = SelectField(say("Reason"), validate_choice=False)
    wanted = SelectField(say("Wants"), validate_choice=False)

    def validate_price(self, field: StringField) -> None:
        if self.minor is None:
            field.errors.append(no_amount(field.data, self.currency.data))

    @property
    def minor(self) -> int | None:
        try:
            minor = typed(self.price.data or "", self.currency.data)
        except BadAmount:
            return None
        return minor if minor >= 0 else None

    @property
    def order(self) -> MadeUp:
        return MadeUp(
            title=(self.title.data or self.sku.data or "").strip(),
            sku=(self.sku.data or "").strip(),
            tags=frozenset(tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()),
            category=(self.category.data or "").strip(),
            price=self.minor or 0,
            tax=self.tax.plain or 0,
            currency=self.currency.data,
            quantity=self.quantity.plain or 1,
            country=next(iter(self.country.plain), ""),
            placed=self.placed.data,
            shipped=self.shipped.data,
            delivered=self.delivered.data,
            gift=bool(self.gift.data),
        )

    @property
    def choice(self) -> Choice:
        word = self.wanted.data or ""
        return Choice(self.reason.data or "", Resolution(word) if word in set(Resolution) else None)


@desk.get("/policy/drafts/<uuid:id>/try/made-up")
@permitted(*READING, Permission.READ_POLICIES)
def try_made_up(id: uuid.UUID) -> Any:
    """What becomes of an order that nobody placed."""
    draft, held = reading.draft_of(id), active_or_none()
    assert held
    then, form = draft.configuration.policy, _form(draft.configuration.policy)
    asked = "price" in request.args or "sku" in request.args
    right = asked and bool(form.validate())
    drawn = page(
        "desk/try_made_up.html",
        draft=draft,
        holds=held,
        here=url_for("desk.try_made_up", id=id),
        form=form,
        known=some_articles(),
        ways=wording.RESOLUTIONS,
        sendings=WAY_BACK,
        otherwise=otherwise,
        w=wording,
        **(_tried(form, held.policy, then) if right else {"rows": []}),
    )
    return drawn, 200 if right or not asked else 422


def _form(policy: Policy) -> MadeUpForm:
    face, today = this_face(), clock.now().date()
    given = {"placed": today - timedelta(days=9), "delivered": today - timedelta(days=5), "quantity": 1}
    start = {**given, "currency": face.currency, "country": [face.country]}
    asked = request.args if request.args else None
    form = MadeUpForm(_from_catalogue(asked), data=start, meta={"csrf": False})
    form.currency.choices = with_now(currencies(g.voice.locale), form.currency.data or face.currency)
    if form.currency.data not in {choice.value for choice in currencies(g.voice.locale)}:
        form.currency.data = face.currency
    reasons = [SelectChoice(one.code, Message(one.label)) for one in policy.reasons]
    ways = [SelectChoice(way.value, word) for way, word in wording.RESOLUTIONS.items()]
    form.reason.choices = [SelectChoice("", NOT_SAID), *reasons]
    form.wanted.choices = [SelectChoice("", NOT_SAID), *ways]
    return form


def _from_catalogue(asked: Any) -> Any:
    """What was typed, and where an article of the catalogue is named, the rest about it."""
    named = asked.get("sku", "").strip()[:120] if asked else ""
    found = None if UNFIT.search(named) else article(named)
    if asked is None or found is None:
        return asked
    product, rates = found.product, found.tax_rates or []
    known = {
        "title": product.title,
        "category": product.category,
        "tags": ", ".join(map(str, product.tags)),
        "price": plain(found.price, product.currency),
        "tax": str(rates[0]) if len(rates) == 1 and product.prices_include_tax else "",
    }
    filled, afresh = asked.copy(), "take" in asked
    if afresh or not asked.get("price", "").strip():
        filled["currency"] = product.currency
    for name, text in known.items():
        if afresh or not filled.get(name, "").strip():
            filled[name] = text
    return filled


def _tried(form: MadeUpForm, now: Policy, then: Policy) -> dict[str, Any]:
    order, choice = form.order, form.choice
    facts = order.facts(clock.now(), this_face().zone)
    row = made_up(order, facts, choice, now=now, then=then)
    return {
        "rows": [row],
        "order": order,
        "sides": [
            (say("In force"), made_up_costs(order, now, choice)),
            (say("Draft"), made_up_costs(order, then, choice)),
        ],
    }
