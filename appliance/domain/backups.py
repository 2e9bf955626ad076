"""What is told of a backup."""

from __future__ import annotations

from msgspec import Struct


class BackupSummary(Struct, frozen=True, kw_only=True):
    """What a backup is and what it holds, for its owner."""

    release: str
    """The Moodbox that made it."""
    made: str
    """UTC, as 2026-01-31T12:00:00Z."""
    machine: str
    """The name of the machine."""
    device: str
    """The box's identity to Home Assistant."""
    parts: list[str]
    """What it holds."""
    left_out: list[str]
    """What was damaged when it was made: where it is put back, that stays as it is."""
    songs: int
    missing: list[str]
    """Songs that were there and are not here; music is not part of a backup."""
