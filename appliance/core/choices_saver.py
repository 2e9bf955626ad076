"""Saves the owner's choices in the background: the newest, at most once a second."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Future

from appliance.core.saved_choices import SavedChoices, SavedChoicesFile
from appliance.lib.background_thread import BackgroundThread

PAUSE = 1.0
"""Seconds from one write to the next, at least; a memory card wears with each."""
LAST = 5.0
"""Seconds that the last write may take when the box stops."""


class ChoicesSaver:
    """`save` at any time in the loop's thread; `run` in the background."""

    def __init__(self, file: SavedChoicesFile) -> None:
        self._file = file
        self._thread = BackgroundThread("saved choices")
        self._wanted: SavedChoices | None = None
        self._news = asyncio.Event()

    def save(self, saved: SavedChoices) -> None:
        """Have this outlast a restart or a power cut, from a moment on."""
        self._wanted = saved
        self._news.set()

    async def run(self) -> None:
        """Write what is wanted until cancelled, then the last of it."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await asyncio.shield(asyncio.wrap_future(self._write()))
                await asyncio.sleep(PAUSE)
        finally:
            if self._wanted:
                self._write()
            with contextlib.suppress(RuntimeError):
                await asyncio.to_thread(self._thread.close, LAST)

    def _write(self) -> Future[None]:
        wanted = self._wanted
        assert wanted
        return self._thread.submit(lambda: self._file.save(wanted))
