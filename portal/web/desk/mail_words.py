"""What the desk says about the mails to shoppers, and the order in which it lists them."""

from collections.abc import Sequence

from portal.i18n import Message, say

GROUPS: Sequence[tuple[Message, tuple[str, ...]]] = (
    (say("The request"), ("requested", "approved", "denied", "message")),
    (
        say("The parcel"),
        (
            "hand_in_soon",
            "hand_in_last",
            "expired",
            "not_arrived",
            "parcel_lost",
            "received",
            "unannounced",
            "kept",
        ),
    ),
    (
        say("What was not announced"),
        ("case_opened", "case_send_back", "case_ask", "case_accept", "case_dispose"),
    ),
    (
        say("A lower refund"),
        ("reduction_proposed", "reduction_upheld", "reduction_changed", "reduction_withdrawn"),
    ),
    (
        say("Money"),
        (
            *("refunded", "refund_failed", "refund_stopped", "credit_offered", "account_asked"),
            *("gift_card", "payment_asked", "payment_lapsed", "payment_waived"),
        ),
    ),
    (say("Exchanges"), ("exchange_shipped", "exchange_waits", "exchange_ended")),
    (say("Mailed links"), ("link", "account", "gift")),
)
PLACES = {
    "name": say("the shopper’s name"),
    "shop": say("the name of the shop"),
    "number": say("the number of the return"),
    "order": say("the number of the order"),
    "day": say("the day that the mail is about"),
    "amount": say("the amount that the mail is about"),
}
