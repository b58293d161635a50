"""Exchanges: another article instead of money."""
