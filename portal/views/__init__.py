"""Reads that cross domains, each in a number of statements that does not grow with the rows."""
