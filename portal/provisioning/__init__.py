"""A new shop that works at once, the demo shop, and what is tidied away every day."""

from portal.provisioning.tidying import tidy

__all__ = ["tidy"]
