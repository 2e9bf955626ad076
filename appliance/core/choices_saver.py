"""Saves the owner's choices in the background: the newest, at most once a second."""

from __future__ import annotations

import asyncio

from appliance.core.saved_choices import SavedChoices, SavedChoicesFile
from appliance.lib.newest_writer import NewestWriter

PAUSE = 1.0
"""Seconds from one write to the next, at least."""
LAST = 5.0
"""Seconds that the last write may take when the box stops."""


class ChoicesSaver:
    """`save` at any time; `run` in the background until the box stops."""

    def __init__(self, file: SavedChoicesFile) -> None:
        self._writer = NewestWriter("saved choices", file.save, PAUSE)

    def save(self, saved: SavedChoices) -> None:
        """Have this outlast a restart or a power cut, from a moment on."""
        self._writer.put(saved)

    async def run(self) -> None:
        """Wait to be cancelled, then for the last write."""
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.to_thread(self._writer.settle, LAST)
