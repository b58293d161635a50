"""A shopper's bank account, kept for one transfer and then forgotten."""
