"""Tells player and conductor which songs the catalogue knows, and where the household takes them to lie."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from appliance.catalogue.catalogue import Catalogue
from appliance.domain.events import Event, SongsKnown
from appliance.journey.plane import Plane

LOOK = 2.0
"""Seconds between two looks at whether the catalogue has changed."""


class SongMap:
    """`know` takes the plane that songs are chosen from; `emit` hears how many of them have been heard."""

    def __init__(self, catalogue: Catalogue, know: Callable[[Plane], None], emit: Callable[[Event], None]) -> None:
        self._catalogue = catalogue
        self._know = know
        self._emit = emit

    async def run(self) -> None:
        """Follow the catalogue, until cancelled."""
        seen = -1
        while True:
            if self._catalogue.changes != seen:
                seen = self._catalogue.changes
                index = self._catalogue.index()
                plane = await asyncio.to_thread(Plane.of, index)
                self._know(plane)
                self._emit(SongsKnown(plane.known))
            await asyncio.sleep(LOOK)
