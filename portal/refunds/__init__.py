"""Refunds: planning, approving, sending, gateways, store credit and what shoppers owe."""

from portal.refunds import calling as calling
from portal.refunds import demands as demands
from portal.refunds import exchanges as exchanges
from portal.refunds import letters as letters
from portal.refunds import reduced as reduced
from portal.refunds import sending as sending
from portal.refunds.questions import asking as asking
