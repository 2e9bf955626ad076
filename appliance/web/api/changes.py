"""What the page's stream sends of the status: only what has changed, as a JSON merge patch (RFC 7396), and the faces.

Values that change by the mere passing of time are left out; the time played comes along whenever the player changes.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from appliance.domain.looks import Look
from appliance.web.api.status import PageStatus

_PASSING = (("uptime",), ("at",), ("machine",), ("player", "elapsed"), ("vision", "faces"),
            ("vision", "looks_per_second"), ("vision", "look_milliseconds"))  # fmt: skip
_JUMP = 1.5  # seconds by which the time played must differ from what a page reckons itself


class SeenFace(Struct, frozen=True):
    """A face as the mirror draws it: its middle and its height as shares of the frame, and its probabilities.

    `p` has them in the canonical (alphabetical) order of the emotions.
    """

    x: float
    y: float
    size: float
    p: tuple[float, ...]


def seen_faces(look: Look | None) -> tuple[SeenFace, ...]:
    """The faces of a look, rounded to what a drawing can show."""
    if look is None or 0 in look.size:
        return ()
    width, height = look.size
    return tuple(
        SeenFace(
            round((x + wide / 2) / width, 2),
            round((y + high / 2) / height, 2),
            round(high / height, 2),
            tuple(round(p, 2) for p in face.reading.probabilities),
        )
        for face in look.faces
        for x, y, wide, high in (face.box,)
    )


class View:
    """The status as a page keeps it, and from when on its track plays."""

    def __init__(self, status: PageStatus, now: float) -> None:
        """`now` in CLOCK_MONOTONIC seconds."""
        self._kept: dict[str, Any] = msgspec.to_builtins(status)
        self._elapsed = status.player.elapsed
        playing = status.player.state == "play"
        self._began = now - self._elapsed if playing else -self._elapsed
        for *above, last in _PASSING:
            part = self._kept
            for key in above:
                part = part[key]
            part.pop(last, None)

    def since(self, before: View) -> dict[str, Any]:
        """The merge patch that makes this of what was `before`; empty if nothing has changed."""
        patch = merge_patch(before._kept, self._kept)
        if "player" in patch or abs(self._began - before._began) > _JUMP:
            patch.setdefault("player", {})["elapsed"] = self._elapsed
        return patch


def merge_patch(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The JSON merge patch from one object to another; a member that is null counts as one that is not there."""
    patch: dict[str, Any] = {key: None for key in before if after.get(key) is None and before[key] is not None}
    for key, value in after.items():
        was = before.get(key)
        if isinstance(value, dict) and isinstance(was, dict):
            if inner := merge_patch(was, value):
                patch[key] = inner
        elif value is not None and value != was:
            patch[key] = value
    return patch
