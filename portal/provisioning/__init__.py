"""A new shop that works at once, and the demo shop."""
