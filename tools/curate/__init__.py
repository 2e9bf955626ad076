"""Sorts a collection of music by what Moodbox hears in it, and reports how that was done."""
