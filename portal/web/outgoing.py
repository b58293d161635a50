"""What goes out for what came back, at the desk and at the dock: its words, and the form that it was sent."""

from collections.abc import Mapping

from wtforms import StringField

from portal.audit import Actor
from portal.errors import Conflict
from portal.i18n import Message, say
from portal.refunds.exchanges.shipping import ship
from portal.returns.exchanges.lifecycle import OVER, ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.lifecycle import ItemState
from portal.returns.models import Return
from portal.web.forms import Form

STATES: Mapping[ExchangeState, Message] = {
    ExchangeState.WANTED: say("Waits for what comes back"),
    ExchangeState.TO_PAY: say("Waits for a payment"),
    ExchangeState.TO_SHIP: say("To be sent"),
    ExchangeState.WAITING: say("Sold out, the shopper waits"),
    ExchangeState.SHIPPED: say("Sent"),
    ExchangeState.ENDED: say("Given up"),
}
CAME = say("It came: waits for the check")
CHECKED = say("It is checked: waits for the refund’s approval")
INSTEAD = {"original": say("Money back"), "store_credit": say("Store credit"), "wait": say("Waits for it")}
AWAITED = frozenset({ItemState.CLAIMED, ItemState.AUTHORIZED})
HERE = frozenset({ItemState.RECEIVED, ItemState.INSPECTED})
NOTED = say("Noted. The shopper is told, and gets what they chose for that.")


def stands(exchange: Exchange, return_: Return) -> Message:
    """Its state; of one that waits for what comes back, for what of it: nothing is said to be awaited once
    it is here."""
    states = {item.state for item in return_.items}
    if exchange.state is not ExchangeState.WANTED or states & AWAITED or not states & HERE:
        return STATES[exchange.state]
    return CAME if ItemState.RECEIVED in states else CHECKED


class Ship(Form):
    carrier = StringField(say("Carrier"), render_kw={"maxlength": 60, "autocomplete": "off"})
    tracking = StringField(
        say("Tracking number"), render_kw={"maxlength": 60, "autocomplete": "off", "spellcheck": "false"}
    )

    def ship(self, exchange: Exchange, by: Actor) -> Message:
        """Mark it as sent with what was typed. Raises what the verb does, and Conflict where it is over."""
        must_be_open(exchange)
        ship(exchange, self.carrier.data or "", self.tracking.data or "", by)
        return say("Sent, and posted to the books. The shopper is told.")


def must_be_open(exchange: Exchange) -> None:
    """Raises Conflict when there is nothing left to do with it."""
    if exchange.state in OVER:
        raise Conflict(say("It was sent already, or given up."))
