"""The catalogue as the rest of the box uses it: its file in a thread of its own, and the index of it in memory."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from appliance.catalogue import lessons
from appliance.catalogue.database import GENRES, CatalogueDatabase
from appliance.catalogue.library_index import build_library_index
from appliance.catalogue.songs import Counts, SongSound, SongTags, Unheard
from appliance.domain.lessons import Lesson, LessonKind
from appliance.lib.background_thread import BackgroundThread
from appliance.sound.index import SoundIndex

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LAST = 10.0
"""Seconds that what still waits may take when the box stops."""
SOON = 2.0
"""Seconds from a change to the index that has it, at least: changes come in bursts."""
SHARE = 20.0
"""Times as long as building the index took passes until it is built again."""
RARELY = 60.0
"""Seconds from a heard song to the index that has it, at most, or sooner where it makes a difference."""


class Catalogue:
    """For the loop's thread. Nothing raises for the disk's sake: what cannot be read is as if it were not there."""

    def __init__(self, folder: Path, now: Callable[[], datetime], changed: Callable[[], None] = lambda: None) -> None:
        """`changed` is called in the loop's thread whenever there is a new index, or another number of songs heard."""
        self._database = CatalogueDatabase(folder)
        self._thread = BackgroundThread("catalogue")
        self._now = now
        self._changed = changed
        self._index = SoundIndex.unheard(())
        self._due: asyncio.Event = asyncio.Event()
        self._stale_since: float | None = None
        self._heard_since = 0
        self.changes = 0
        """Grows with every new index."""
        self.counts = Counts()

    def index(self) -> SoundIndex:
        """All songs that MPD has, as of a moment ago; the same object until there is a newer one."""
        return self._index

    @property
    def problem(self) -> str:
        """What the owner should know of the file, in words; empty if it is well."""
        return self._database.problem

    async def run(self) -> None:
        """Keep the index up to date, until cancelled."""
        await self._rebuild()
        while True:
            await self._due.wait()
            self._due.clear()
            await asyncio.sleep(SOON)
            began = time.monotonic()
            await self._rebuild()
            await asyncio.sleep(SHARE * (time.monotonic() - began))

    async def _rebuild(self) -> None:
        self._stale_since, self._heard_since = None, 0

        def build() -> tuple[SoundIndex, Counts]:
            return build_library_index(self._database), self._database.counts()

        self._index, self.counts = await self._do(build)
        self.changes += 1
        self._changed()

    def close(self) -> None:
        """Write what waits and close the file; a disk that hangs is given up."""
        self._thread.submit(self._database.close)
        if not self._thread.close(LAST):
            log.warning("the disk hangs: the last of the catalogue may be missing")

    async def _do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.wrap_future(self._thread.submit(work))

    # What MPD has

    async def begin_scan(self) -> None:
        """All that MPD has is going to be told, a page at a time."""
        await self._do(self._database.begin_scan)

    async def take_page(self, songs: Sequence[SongTags]) -> bool:
        """Keep a page of what MPD has. False if it cannot be kept: then the scan is to be given up."""
        return await self._do(lambda: self._database.take_page(songs))

    async def end_scan(self) -> None:
        """All has been told: what was not is gone."""
        now = self._now()
        if await self._do(lambda: self._database.end_scan(now)):
            self._due.set()

    async def song(self, file: str) -> tuple[SongTags | None, str]:
        """What MPD tells of a song, None if it has none of that name; and why it cannot be heard, empty if it can."""
        return await self._do(lambda: self._database.song(file))

    async def genres(self) -> dict[str, str]:
        """The genre of each file that has one."""
        return dict(await self._do(lambda: self._database.rows(GENRES)))

    # What is heard in the songs

    async def unheard(self, limit: int, below: str = "") -> list[Unheard]:
        """Some songs that are still to be heard, of all by chance; `below` is what their names begin with."""
        return await self._do(lambda: self._database.unheard(limit, below))

    async def take_over(self, number: int, content: bytes) -> bool:
        """Whether a song with this content has been heard already; then what was heard is taken over."""
        now = self._now()
        known = await self._do(lambda: self._database.take_over(number, content, now))
        if known:
            self._count(heard=1)
        return known

    async def write_heard(self, number: int, heard: SongSound) -> None:
        """Keep what was heard in a song."""
        now = self._now()
        await self._do(lambda: self._database.write_heard(number, heard, now))
        self._count(heard=1)

    async def write_problem(self, number: int, problem: str) -> None:
        """Keep why a song cannot be heard."""
        await self._do(lambda: self._database.write_problem(number, problem))
        self._count(broken=1)

    async def forget_older(self, version: int) -> None:
        """Have songs heard again that an older program heard."""
        if count := await self._do(lambda: self._database.forget_older(version)):
            log.info("%d songs are heard again: this version hears more in them", count)
            self._due.set()

    # What the household teaches

    async def lessons(self) -> list[Lesson]:
        """All lessons, the oldest first."""
        return await self._do(lambda: lessons.lessons(self._database))

    async def teach(self, lesson: Lesson) -> None:
        """Keep a lesson, in the place of the one of its kind about the same song."""
        await self._do(lambda: lessons.teach(self._database, lesson))
        if lesson.emotion and lesson.kind is LessonKind.PLACED:
            self._due.set()

    async def forget_lesson(self, number: int) -> bool:
        """Delete one lesson; False if there is none of this number."""
        known = await self._do(lambda: lessons.forget_lesson(self._database, number))
        self._due.set()
        return known

    async def forget_lessons(self) -> None:
        """Delete all lessons, so that no byte of them stays in the file."""
        await self._do(lambda: lessons.forget_lessons(self._database))
        self._due.set()

    def _count(self, heard: int = 0, broken: int = 0) -> None:
        counts = self.counts
        self.counts = Counts(counts.songs, counts.heard + heard, counts.broken + broken)
        self._heard_since += heard
        now = time.monotonic()
        self._stale_since = self._stale_since or now
        many = self._heard_since > max(1, self.counts.heard // 50)
        if many or now - self._stale_since > RARELY or self.counts.left == 0:
            self._due.set()
        self._changed()
