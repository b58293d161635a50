"""What people may do alone: the second document of a configuration. Amounts are minor units by currency."""

from pydantic import Field

from portal.policies.kinds import Amounts, Part, Points


class OffQuote(Part):
    """How far a refund may be from what was quoted for its units, up or down: above either two people approve
    it. `points`: basis points of the quote."""

    points: Points | None = None
    amounts: Amounts = Field(default={})


class Limits(Part):
    """`agent_limit`: what an agent may approve. `second_person_above`: a refund of more than that is approved
    by two people; by one in other currencies. `alone_per_day`: what one person approves alone in a day at the
    shop's place. `goodwill_budget`: what one person may grant as goodwill in a month there; nothing in other
    currencies. `second_review`: a change of this configuration is approved by another than who asks for it.
    """

    agent_limit: Amounts = Field(default={})
    second_person_above: Amounts = Field(default={})
    alone_per_day: Amounts = Field(default={})
    off_quote: OffQuote = OffQuote()
    goodwill_budget: Amounts = Field(default={})
    second_review: bool = True
