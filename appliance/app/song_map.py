"""Which songs the catalogue knows, where the household takes them to lie, and what it teaches of that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from appliance.catalogue.catalogue import Catalogue
from appliance.domain.actions import DeleteLesson, DeleteLessons, DeleteLessonsAgainst, LessonAction, TeachSong
from appliance.domain.events import Event, SongsKnown
from appliance.domain.lessons import Lesson, LessonKind
from appliance.journey.learning import BY_WORD, lesson_about, shifts
from appliance.journey.plane import Plane
from appliance.sound.index import SoundIndex

LOOK = 2.0
"""Seconds between two looks at whether the catalogue has changed."""
AGAINST = (LessonKind.MISFIT, LessonKind.SKIPPED)
"""Lessons that say that a song does not fit."""


class SongMap:
    """`know` takes the plane that songs are chosen from; `emit` hears how many of them have been heard."""

    def __init__(
        self,
        catalogue: Catalogue,
        know: Callable[[Plane], None],
        emit: Callable[[Event], None],
        now: Callable[[], datetime],
    ) -> None:
        self._catalogue = catalogue
        self._know = know
        self._emit = emit
        self._now = now
        self._asked: asyncio.Queue[LessonAction] = asyncio.Queue()
        self._forgotten = False
        self.plane: Plane | None = None
        """The songs as they are chosen from; None until the catalogue has been read."""
        self.lessons: tuple[Lesson, ...] = ()
        """What was taught, the oldest first."""

    def knows(self, file: str) -> bool:
        """Whether there is such a song."""
        return self.plane is not None and self.plane.index.row_of(file) is not None

    def learn(self, action: LessonAction) -> None:
        """Have something learnt, or forgotten; returns at once."""
        self._asked.put_nowait(action)

    async def erase(self) -> None:
        """Forget everything that was taught; returns when it is gone."""
        await self._catalogue.forget_lessons()
        self.lessons, self._forgotten = (), True

    async def run(self) -> None:
        """Follow the catalogue and what is taught, until cancelled."""
        self.lessons = tuple(await self._catalogue.lessons())
        seen = -1
        while True:
            taught = await self._next_action()
            if taught:
                await self._carry_out(taught)
                self.lessons = tuple(await self._catalogue.lessons())
            if taught or self._forgotten or self._catalogue.changes != seen:
                seen, self._forgotten = self._catalogue.changes, False
                await self._draw()

    async def _next_action(self) -> LessonAction | None:
        try:
            async with asyncio.timeout(LOOK if self.plane else 0):
                return await self._asked.get()
        except TimeoutError:
            return None

    async def _carry_out(self, action: LessonAction) -> None:
        match action:
            case TeachSong(file, kind, emotion, place):
                index = self._catalogue.index()
                if kind not in BY_WORD and not self.knows(file):  # a stream, or a song that someone else queued
                    return
                await self._catalogue.teach(lesson_about(index, file, kind, self._now(), emotion, place))
            case DeleteLesson(number):
                await self._catalogue.forget_lesson(number)
            case DeleteLessonsAgainst(file):
                for lesson in self.lessons:
                    if lesson.file == file and lesson.kind in AGAINST:
                        await self._catalogue.forget_lesson(lesson.id)
            case DeleteLessons():
                await self._catalogue.forget_lessons()

    async def _draw(self) -> None:
        index, lessons = self._catalogue.index(), self.lessons
        self.plane = await asyncio.to_thread(_drawn, index, lessons)
        self._know(self.plane)
        self._emit(SongsKnown(self.plane.known))


def _drawn(index: SoundIndex, lessons: tuple[Lesson, ...]) -> Plane:
    return Plane.of(index, shifts(index, lessons) if lessons else None)
