"""What the mails to shoppers are called, in the order of a return."""

from collections.abc import Mapping

from portal.i18n import Message, say

MAILS: Mapping[str, Message] = {
    "requested": say("Request received"),
    "approved": say("Return approved, with its label"),
    "kept": say("It need not come back"),
    "hand_in_soon": say("Reminder to hand in"),
    "hand_in_last": say("Last reminder to hand in"),
    "expired": say("Return ended, since nothing was handed in"),
    "not_arrived": say("Question where a parcel is"),
    "parcel_lost": say("Return ended, since the parcel never came"),
    "denied": say("Return not accepted"),
    "received": say("Parcel received"),
    "refunded": say("Refund sent"),
    "refund_failed": say("Refund did not arrive"),
    "refund_stopped": say("Refund not sent yet"),
    "unannounced": say("Parcel came unannounced"),
    "case_opened": say("Something else was in the parcel"),
    "case_send_back": say("Something else goes back to the shopper"),
    "case_ask": say("The right article is asked for"),
    "case_accept": say("One more article is taken back"),
    "case_dispose": say("Something else is disposed of"),
    "reduction_proposed": say("Question whether a lower refund is accepted"),
    "reduction_upheld": say("Lower refund upheld"),
    "reduction_changed": say("Lower refund changed"),
    "reduction_withdrawn": say("Lower refund taken back"),
    "message": say("Message from the shop"),
    "credit_offered": say("Question whether store credit will do"),
    "payment_asked": say("Payment asked for"),
    "payment_lapsed": say("Not paid in time"),
    "payment_waived": say("What was owed let go"),
    "exchange_shipped": say("Another article sent"),
    "exchange_waits": say("Another article sold out"),
    "exchange_ended": say("Exchange given up"),
    "account_asked": say("Question for a bank account"),
    "gift_card": say("Link to a gift card"),
    "link": say("Link to the order"),
    "account": say("Link to all orders of the address"),
    "gift": say("Link that proves a gift’s address"),
}
