"""Having the house music composed by a process of its own, beside the running box."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib.child_process import DIE_WITH_PARENT

log = logging.getLogger(__name__)

_PATIENCE = 3.0  # seconds for the composer to end in


_ASK_EVERY = 1.0  # seconds between two looks at which emotion is wanted


class Composer:
    """Has the house music composed by a process of its own, at low priority, while the box already plays.

    `wanted` says for which emotion music is wanted now: its first pieces come first. `made` hears of each piece.
    """

    def __init__(
        self,
        songs: Path,
        wanted: Callable[[], Emotion | None],
        made: Callable[[Emotion], None] = lambda _: None,
    ) -> None:
        self._songs = songs
        self._wanted = wanted
        self._made = made
        self.working = False
        """A piece is being made."""

    async def run(self) -> None:
        """Make what is missing."""
        # What the box begins with and what a smile asks for come first.
        first = (Emotion.NEUTRAL, Emotion.HAPPY)
        emotions = (*first, *(emotion for emotion in EMOTIONS if emotion not in first))
        process = await asyncio.create_subprocess_exec(
            *DIE_WITH_PARENT,
            sys.executable,
            "-m",
            "appliance.composer",
            "--for-a-box",
            str(self._songs),
            *emotions,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin
        assert process.stdout
        assert process.stderr
        telling = asyncio.create_task(self._tell(process.stdin))
        hearing = asyncio.create_task(process.stderr.read())
        try:
            while line := await process.stdout.readline():
                self.working = True
                folder = Path(os.fsdecode(line)).parent.parent.name
                if folder in set(EMOTIONS):
                    self._made(Emotion(folder))
            self.working = False
            await process.wait()
            said = await hearing
        finally:
            self.working = False
            telling.cancel()
            hearing.cancel()
            if process.returncode is None:
                process.terminate()
                with contextlib.suppress(TimeoutError):  # it may wait for a disk that is gone
                    await asyncio.wait_for(process.wait(), _PATIENCE)
        if process.returncode:
            log.warning("The house music could not be composed: %s", said.decode(errors="replace").strip())

    async def _tell(self, to_composer: asyncio.StreamWriter) -> None:
        told: Emotion | None = None
        while not to_composer.is_closing():
            wanted = self._wanted()
            if wanted and wanted is not told:
                told = wanted
                to_composer.write(f"{wanted}\n".encode())
            await asyncio.sleep(_ASK_EVERY)
