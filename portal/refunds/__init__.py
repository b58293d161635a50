"""Refunds: planning, approving, sending, gateways and store credit."""
