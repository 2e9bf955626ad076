"""Keeps the lists of which songs of the library play for each emotion in step with what the box makes of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.journey.plane import Plane
from appliance.songs.library_lists import LibraryLists

LOOK = 5.0
"""Seconds between two looks at whether the plane has changed."""
RARELY = 600.0
"""Seconds between two writings while songs are still being listened to: each would change every list a little."""


class ListKeeper:
    """`plane` gives the songs as they are chosen from, `left` how many have not been listened to yet."""

    def __init__(
        self, songs: Path, plane: Callable[[], Plane | None], left: Callable[[], int], wanted: bool = True
    ) -> None:
        """Unless they are `wanted`, lists of before are removed."""
        self._lists = LibraryLists(songs)
        self._plane = plane
        self._left = left
        self._wanted = wanted

    async def run(self) -> None:
        """Write the lists whenever they are out of date, until cancelled."""
        written: Plane | None = None
        written_at = float("-inf")
        if not self._wanted:
            await asyncio.to_thread(self._lists.write, {})
            return
        while True:
            plane = self._plane()
            late = time.monotonic() - written_at >= RARELY
            if plane is not None and plane is not written and (late or not self._left()):
                written, written_at = plane, time.monotonic()
                await asyncio.to_thread(self._write, plane)
            await asyncio.sleep(LOOK)

    def _write(self, plane: Plane) -> None:
        self._lists.write(files_by_emotion(plane))


def files_by_emotion(plane: Plane) -> dict[Emotion, list[str]]:
    """The files that play for each emotion, in the order of their names."""
    files = plane.index.files
    return {
        emotion: [files[row] for row in np.flatnonzero(plane.emotions == number)]
        for number, emotion in enumerate(EMOTIONS)
    }
