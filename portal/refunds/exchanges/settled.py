"""What a payment link means to an exchange."""

from portal.jobs import Lease, handler


@handler("exchange.settled")
def settled(lease: Lease) -> None:
    """What the shopper owed for an exchange was paid, or the time for it is over.

    Nothing is done yet: exchanges will go on from here, or take their way out, by what `settled` says of
    each demand of the payload's return.
    """
