"""A year of a real shop's trade, as its invoices tell it."""
