"""The music grows softer before it falls silent, and is as loud as it was when it goes on. Pure."""

from __future__ import annotations

_TURNED = 3
"""A volume that lies so far from the one that was set last was set by somebody: outputs round to steps of their own."""


class Softening:
    """Fed with the softness, the share of its volume that the music is to keep; returns volumes to be set, 0..100."""

    def __init__(self) -> None:
        self._from: int | None = None
        self._set: int | None = None
        self._given_up = False

    def step(self, softness: float, volume: int | None) -> int | None:
        """The volume to set now, None if it stays: `volume` is the present one, None where the output has none."""
        if softness >= 1.0:
            self._given_up = False
            return self.restore()
        if volume is None or self._given_up:
            return None
        if self._from is None:
            self._from = self._set = volume
        target = round(self._from * softness)
        if target == self._set:
            return None
        self._set = target
        return target

    def heard(self, volume: int | None) -> None:
        """The output's volume is this now: if it is not one that was set here, someone wants it so."""
        if self._from is None or self._set is None or volume is None:
            return
        if not self._set - _TURNED <= volume <= self._from + _TURNED:
            self.turned()

    def turned(self) -> None:
        """Someone has turned the volume: it is left alone until the next time."""
        self._given_up, self._from, self._set = self._from is not None, None, None

    def restore(self) -> int | None:
        """The volume from before, if it was changed here."""
        before, changed = self._from, self._set != self._from
        self._from = self._set = None
        return before if changed else None
