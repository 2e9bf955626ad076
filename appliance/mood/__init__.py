"""Looks → mood → folder: pure functions and small state machines without I/O, clock or threads."""
