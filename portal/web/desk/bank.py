"""The simulated bank behind TEST MODE: how it treats the shop, and its own books."""

from datetime import datetime
from typing import Any

from flask import url_for
from wtforms import HiddenField, RadioField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from portal import config
from portal.errors import Conflict, NotFound
from portal.i18n import say
from portal.people import Permission
from portal.refunds.gateways.bank import LONGEST, Bank, Mode, Switch
from portal.tenants import Tenant, locked_shop, note_change, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Number
from portal.web.desk.settings import OfShop
from portal.web.errors import redrawn
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

MODES = {
    Mode.NORMAL: (say("Works"), say("Refunds succeed at once.")),
    Mode.PENDING: (say("Takes its time"), say("Accepts a refund, and settles it later.")),
    Mode.FAIL_LATER: (say("Fails later"), say("Says yes, and sends the money back later.")),
    Mode.DECLINE: (say("Declines"), say("Says no to every refund.")),
    Mode.LOSE_ANSWER: (say("Loses the answer"), say("Does the refund, and the answer is lost.")),
    Mode.LOSE_REQUEST: (say("Loses the request"), say("Never hears of the refund.")),
    Mode.DOWN: (say("Not reached"), say("Nothing is answered at all.")),
}
STATES = {
    "pending": (say("not settled yet"), ""),
    "succeeded": (say("succeeded"), "good"),
    "failed": (say("failed"), "bad"),
}
TURNS = frozenset({("pending", "succeeded"), ("pending", "failed"), ("succeeded", "failed")})
TURNED = {"succeeded": say("The refund is settled."), "failed": say("The refund came back.")}
WEEK = 7 * 24 * 3600


class SwitchForm(OfShop):
    """`times` and `later` may be left empty: for ever, and by hand."""

    mode = RadioField(
        say("How the bank behaves"),
        [InputRequired(say("Choose how the bank behaves."))],
        choices=[(mode.value, words[0]) for mode, words in MODES.items()],
    )
    slow = Number(
        say("Seconds for each request"),
        [NumberRange(0, LONGEST, say("Choose from 0 to {most}.", most=LONGEST))],
    )
    later = Number(
        say("Seconds until what comes later"),
        [Optional(), NumberRange(0, WEEK, say("Choose from 0 to {most}.", most=WEEK))],
    )
    times = Number(
        say("For so many requests"),
        [Optional(), NumberRange(1, 1000, say("Choose from 1 to {most}.", most=1000))],
    )


class TurnForm(OfShop):
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
    shop = this_shop()
    return _page(shop)


def _page(shop: Tenant, form: SwitchForm | None = None) -> str:
    line = _bank(shop)
    return page(
        "desk/bank.html",
        switch=line.switch,
        form=form or _form(shop, line.switch),
        modes=MODES,
        states=STATES,
        refunds=line.statement(),
        journal=line.journal(),
        when=datetime.fromisoformat,
        turning=lambda reference: TurnForm(thing=shop, action=f"turn/{reference}"),
    )


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
    return Answer(url_for("desk.bank"), say("The bank: {mode}.", mode=MODES[mode][0]))


@desk.post("/bank/refunds/<reference>")
@permitted(Permission.MANAGE_GATEWAYS)
@redrawn(by=lambda reference: bank())
def turn(reference: str) -> Any:
    """Settle a refund, or take it back, as a bank does days later."""
    shop = locked_shop()
    line = _bank(shop)
    form = TurnForm(thing=shop, action=f"turn/{reference}")
    if not form.sent():
        return _page(shop), 422
    return see(once(form, actor(), lambda: _turn(shop, line, reference, form.to.data)))


def _turn(shop: Tenant, line: Bank, reference: str, to: str) -> Answer:
    found = line.read(reference)
    if found is None or (found["state"], to) not in TURNS:
        raise Conflict(say("This refund is settled already."))
    line.turn(reference, to)
    note_change(shop, {"bank": [found["state"], to]}, actor())
    return Answer(url_for("desk.bank"), TURNED[to])
