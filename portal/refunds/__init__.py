"""Refunds: planning, approving, sending, gateways and store credit."""

from portal.refunds import letters as letters
from portal.refunds import rerouting as rerouting
from portal.refunds import sending as sending
