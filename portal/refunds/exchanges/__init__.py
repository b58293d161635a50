"""Exchanges once there is money in them: paid for by a refund, settled, sent, or given up."""

from portal.refunds.exchanges import applying as applying
from portal.refunds.exchanges import giving_up as giving_up
from portal.refunds.exchanges import letters as letters
