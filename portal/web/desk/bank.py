"""The simulated bank behind TEST MODE: how it treats the shop, and its own books."""

import uuid
from typing import Any

from flask import request, url_for
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from portal import config
from portal.errors import Conflict, NotFound
from portal.i18n import Message, say
from portal.people import Permission
from portal.refunds.gateways.bank import LAST, LONGEST, Bank, Mode, Switch
from portal.refunds.gateways.bank.file import moment
from portal.refunds.hearing import heard
from portal.tenants import Tenant, locked_shop, note_change, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Number
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

MODES = {
    Mode.NORMAL: (say("Works"), say("Refunds succeed at once.")),
    Mode.PENDING: (say("Takes its time"), say("Accepts a refund, and settles it later.")),
    Mode.FAIL_LATER: (say("Fails later"), say("Says yes, and the money comes back later.")),
    Mode.DECLINE: (say("Declines"), say("Says no to every refund.")),
    Mode.LOSE_ANSWER: (say("Loses the answer"), say("Makes the refund, and the answer is lost.")),
    Mode.LOSE_REQUEST: (say("Loses the request"), say("Never hears of the refund.")),
    Mode.DOWN: (say("Not reached"), say("Nothing is answered at all.")),
}
STATES = {
    "pending": (say("not settled yet"), "warn"),
    "succeeded": (say("succeeded"), "good"),
    "failed": (say("failed"), "bad"),
}
# What a person may make of a refund, and how the button is called.
TURNS: dict[str, list[tuple[str, Message]]] = {
    "pending": [("succeeded", say("Settle")), ("failed", say("Let it fail"))],
    "succeeded": [("failed", say("Send it back"))],
    "failed": [],
}
TURNED = {"succeeded": say("The refund is settled."), "failed": say("The refund came back.")}
MOST, FEW = 25, 8
WEEK = 7 * 24 * 3600


class SwitchForm(OneOff):
    """`times` and `later` may be left empty: for ever, and by hand."""

    mode = RadioField(
        say("How it treats requests for refunds"),
        [InputRequired(say("Choose how the bank behaves."))],
        choices=[SelectChoice(mode.value, words[0]) for mode, words in MODES.items()],
    )
    slow = Number(
        say("Seconds for each request"),
        [NumberRange(0, LONGEST, say("Choose from 0 to {most}.", most=LONGEST))],
        render_kw={"inputmode": "numeric", "maxlength": 2},
    )
    later = Number(
        say("Seconds until what comes later"),
        [Optional(), NumberRange(0, WEEK, say("Choose from 0 to {most}.", most=WEEK))],
        render_kw={"inputmode": "numeric", "maxlength": 6},
    )
    times = Number(
        say("For so many requests"),
        [Optional(), NumberRange(1, 1000, say("Choose from 1 to {most}.", most=1000))],
        render_kw={"inputmode": "numeric", "maxlength": 4},
    )


class TurnForm(OneOff):
    to = HiddenField(validators=[AnyOf(("succeeded", "failed"), say("Load the page again."))])


def _bank(shop: Tenant) -> Bank:
    """The shop's bank; a shop with real money has none."""
    if not this_face().test_mode:
        raise NotFound("Bank")
    return Bank(config.current().bank_file, str(shop.id))


def _form(shop: Tenant, switch: Switch) -> SwitchForm:
    now = {"mode": switch.mode.value, "slow": switch.slow, "later": switch.later, "times": switch.times}
    return SwitchForm(thing=shop, action="bank", data=now)


@desk.get("/bank")
@permitted(Permission.MANAGE_GATEWAYS)
def bank() -> str:
    """The switch, the newest refunds and the last notes."""
    return _page(this_shop())


def _page(shop: Tenant, form: SwitchForm | None = None) -> str:
    line, before = _bank(shop), request.args.get("before", "")[:80]
    refunds = line.statement(MOST + 1, before)
    return page(
        "desk/bank.html",
        switch=line.switch,
        form=form or _form(shop, line.switch),
        modes=MODES,
        states=STATES,
        turns=TURNS,
        refunds=[{**refund, "at": moment(refund["created_at"])} for refund in refunds[:MOST]],
        pages=_pages("desk.bank", before, refunds[MOST - 1]["reference"] if refunds[MOST:] else None),
        journal=line.journal(FEW),
        turning=lambda reference: TurnForm(thing=shop, action=f"turn/{reference}"),
    )


def _pages(endpoint: str, begun: Any, older: Any) -> tuple[str | None, str | None]:
    """The address of the first page, and of the next one."""
    return url_for(endpoint) if begun else None, url_for(endpoint, before=older) if older else None


class CloseForm(OneOff):
    payment = StringField(
        say("The payment’s reference"),
        [InputRequired(say("Type the reference of a payment.")), Length(max=120)],
        render_kw={"maxlength": 120, "autocomplete": "off", "spellcheck": "false"},
    )
    closed = HiddenField(default="yes", validators=[AnyOf(("yes", "no"), say("Load the page again."))])


@desk.get("/bank/payments")
@permitted(Permission.MANAGE_GATEWAYS)
def bank_payments() -> str:
    """What the bank has taken for the shop, what of it went back, and which take nothing back any more."""
    return _payments(this_shop())


def _payments(shop: Tenant, form: CloseForm | None = None) -> str:
    before = _number()
    paid = _bank(shop).payments(MOST + 1, before or LAST)
    older = paid[MOST - 1].no if paid[MOST:] else None
    return page(
        "desk/bank_payments.html",
        rows=paid[:MOST],
        pages=_pages("desk.bank_payments", before, older),
        form=form or CloseForm(thing=shop, action="close"),
        closing=lambda: CloseForm(thing=shop, action="close"),
    )


@desk.post("/bank/payments")
@permitted(Permission.MANAGE_GATEWAYS)
@redrawn(by=bank_payments)
def close_payment() -> Any:
    """Let the bank take no more refunds to a payment, or take them again."""
    shop = locked_shop()
    form = CloseForm(thing=shop, action="close")
    if not form.sent():
        return _payments(shop, form), 422
    return see(
        once(form, actor(), lambda: _close(shop, form.payment.data.strip(), form.closed.data == "yes"))
    )


def _close(shop: Tenant, payment: str, closed: bool) -> Answer:
    _bank(shop).close(payment, closed=closed)
    note_change(shop, {"bank_payment": ["open", "closed"] if closed else ["closed", "open"]}, actor())
    said = say("No refund goes to this payment any more.") if closed else say("Refunds go to it again.")
    return Answer(url_for("desk.bank_payments"), said)


@desk.get("/bank/journal")
@permitted(Permission.MANAGE_GATEWAYS)
def bank_journal() -> str:
    """What the bank noted of the shop's requests."""
    before = _number()
    lines = _bank(this_shop()).journal(MOST + 1, before or LAST)
    older = lines[MOST - 1].no if lines[MOST:] else None
    return page("desk/bank_journal.html", rows=lines[:MOST], pages=_pages("desk.bank_journal", before, older))


def _number() -> int:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


@desk.post("/bank")
@permitted(Permission.MANAGE_GATEWAYS)
@redrawn(by=bank)
def switch() -> Any:
    """Make the bank behave, or misbehave."""
    shop = locked_shop()
    line = _bank(shop)
    form = _form(shop, line.switch)
    if not form.sent():
        return _page(shop, form), 422
    return see(once(form, actor(), lambda: _switch(shop, line, form)))


def _switch(shop: Tenant, line: Bank, form: SwitchForm) -> Answer:
    before, mode = line.switch, Mode(form.mode.data)
    line.switch = Switch(mode, form.slow.data or 0, form.later.data, form.times.data)
    note_change(shop, {"bank": [before.mode.value, mode.value]}, actor())
    text = say("The bank: {mode}. {what}", mode=MODES[mode][0], what=MODES[mode][1])
    return Answer(url_for("desk.bank"), text)


@desk.post("/bank/refunds/<reference>")
@permitted(Permission.MANAGE_GATEWAYS)
@redrawn(by=lambda reference: bank())
def turn(reference: str) -> Any:
    """Settle a refund, or send it back, as a bank does days later. The portal hears of it at once."""
    shop = locked_shop()
    line = _bank(shop)
    form = TurnForm(thing=shop, action=f"turn/{reference}")
    if not form.sent():
        return _page(shop), 422
    return see(once(form, actor(), lambda: _turn(shop, line, reference, form.to.data)))


def _turn(shop: Tenant, line: Bank, reference: str, to: str) -> Answer:
    found = line.find(reference)
    if found is None:
        raise NotFound("Refund")
    if to not in dict(TURNS[found["state"]]):
        raise Conflict(say("This refund is settled already."))
    line.turn(reference, to)
    note_change(shop, {"bank": [found["state"], to]}, actor())
    if leg := found["metadata"].get("leg"):
        heard(uuid.UUID(leg), to)
    return Answer(url_for("desk.bank"), TURNED[to])
