"""The simulated bank behind the `test` gateway. TEST MODE: no real money.

A world of its own: its own file, outside the application's database and its transactions. It keeps its word
as a real gateway does; what it does not do reliably is answer, as a shop's switch says.
"""

from portal.refunds.gateways.bank.books import KEY_LIVES, LAST, Ask, Line, Paid, Refused
from portal.refunds.gateways.bank.front import Bank
from portal.refunds.gateways.bank.links import Wish
from portal.refunds.gateways.bank.switch import LONGEST, Mode, Switch

__all__ = ["KEY_LIVES", "LAST", "LONGEST", "Ask", "Bank", "Line", "Mode", "Paid", "Refused", "Switch", "Wish"]
