"""Moodbox: a box that plays music by the mood on the faces in the room."""

__version__ = "0.1.0"
