"""Whether the disk has room for what the box keeps."""

from __future__ import annotations

import asyncio
from pathlib import Path

from appliance.lib.system_info import free_megabytes

LITTLE = 20
"""Megabytes (10^6 bytes) free below which the owner is told: choices and history may soon be lost."""
EVERY = 30.0
"""Seconds from look to look."""


class DiskWatch:
    """`run` it in the background; `problem` says what was found last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problem = ""

    async def run(self) -> None:
        """Look now and then, until cancelled. A disk that hangs keeps nobody else waiting."""
        while True:
            try:
                free = await asyncio.to_thread(free_megabytes, self._folder)
            except OSError as error:
                self.problem = f"disk: {self._folder} cannot be used ({error.strerror})"
            else:
                full = f"disk: {self._folder} has {free} MB free; delete something, or choices and history may be lost"
                self.problem = full if free < LITTLE else ""
            await asyncio.sleep(EVERY)
