"""The map of songs: follows the catalogue, and learns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.app import song_map as module
from appliance.app.song_map import SongMap
from appliance.catalogue import catalogue as catalogue_module
from appliance.catalogue.catalogue import Catalogue
from appliance.domain.actions import DeleteLesson, DeleteLessons, DeleteLessonsAgainst, TeachSong
from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.domain.events import Event, SongsKnown
from appliance.domain.lessons import LessonKind
from appliance.journey.plane import Plane
from tests.catalogue.songs import NOW, song, sound

FILES = [f"library/{number:02}.ogg" for number in range(12)]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.02)
    monkeypatch.setattr(catalogue_module, "SOON", 0.01)


class Mapped:
    """A catalogue of a dozen songs that have been heard, with its map."""

    def __init__(self, folder: Path) -> None:
        self.catalogue = Catalogue(folder, lambda: NOW)
        self.planes: list[Plane] = []
        self.events: list[Event] = []
        self.map = SongMap(self.catalogue, self.planes.append, self.events.append, lambda: NOW)

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(90):
            while not what():
                await asyncio.sleep(0.01)

    def place(self, row: int) -> list[float]:
        assert self.map.plane
        return [float(value) for value in self.map.plane.places[row]]


@asynccontextmanager
async def mapped(folder: Path) -> AsyncIterator[Mapped]:
    all_ = Mapped(folder)
    catalogue = all_.catalogue
    tasks = [asyncio.create_task(catalogue.run()), asyncio.create_task(all_.map.run())]
    try:
        await catalogue.begin_scan()
        await catalogue.take_page([song(file) for file in FILES])
        await catalogue.end_scan()
        for number, each in enumerate(await catalogue.unheard(99)):
            await catalogue.write_heard(each.number, sound(number))
        await all_.until(lambda: SongsKnown(len(FILES)) in all_.events)
        yield all_
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        catalogue.close()


async def test_the_box_hears_how_many_songs_are_known_and_gets_their_plane(tmp_path: Path) -> None:
    async with mapped(tmp_path) as all_:
        assert all_.planes[-1] is all_.map.plane
        assert all_.map.knows(FILES[0])
        assert not all_.map.knows("library/none.ogg")


async def test_a_song_that_is_placed_lies_there_at_once_and_plays_for_it(tmp_path: Path) -> None:
    async with mapped(tmp_path) as all_:
        all_.map.learn(TeachSong(FILES[3], LessonKind.PLACED, Emotion.ANGRY))
        await all_.until(lambda: all_.place(3) == pytest.approx(circumplex(Emotion.ANGRY), abs=1e-3))
        assert all_.map.plane
        assert EMOTIONS[all_.map.plane.emotions[3]] is Emotion.ANGRY
        all_.map.learn(TeachSong(FILES[4], LessonKind.PLACED, None, (0.1, -0.7)))
        await all_.until(lambda: all_.place(4) == pytest.approx((0.1, -0.7), abs=1e-2))


async def test_lessons_outlive_a_restart_and_are_taken_back_one_by_one(tmp_path: Path) -> None:
    async with mapped(tmp_path) as all_:
        before = all_.place(3)
        all_.map.learn(TeachSong(FILES[3], LessonKind.PLACED, None, (0.9, 0.9)))
        await all_.until(lambda: all_.map.lessons)
    async with mapped(tmp_path) as all_:
        await all_.until(lambda: all_.place(3) == pytest.approx((0.9, 0.9), abs=1e-2))
        all_.map.learn(DeleteLesson(all_.map.lessons[0].id))
        await all_.until(lambda: all_.place(3) == before)


async def test_a_song_that_fits_after_all_keeps_what_else_was_taught_of_it(tmp_path: Path) -> None:
    async with mapped(tmp_path) as all_:
        for kind in LessonKind:
            all_.map.learn(TeachSong(FILES[3], kind, Emotion.SAD))
        all_.map.learn(DeleteLessonsAgainst(FILES[3]))
        await all_.until(lambda: {each.kind for each in all_.map.lessons} == {
            LessonKind.PLACED, LessonKind.MOVED, LessonKind.HEARD
        })  # fmt: skip


@pytest.mark.parametrize("how", ["forget", "erase"])
async def test_all_lessons_are_forgotten_at_once(tmp_path: Path, how: str) -> None:
    async with mapped(tmp_path) as all_:
        before = all_.place(3)
        all_.map.learn(TeachSong(FILES[3], LessonKind.PLACED, None, (0.9, 0.9)))
        await all_.until(lambda: all_.place(3) != before)
        if how == "erase":
            await all_.map.erase()
            assert await all_.catalogue.lessons() == []
        else:
            all_.map.learn(DeleteLessons())
        await all_.until(lambda: all_.place(3) == before)
        assert all_.map.lessons == ()


async def test_streams_teach_nothing(tmp_path: Path) -> None:
    async with mapped(tmp_path) as all_:
        all_.map.learn(TeachSong("http://radio.example/live", LessonKind.SKIPPED, Emotion.SAD))
        all_.map.learn(TeachSong(FILES[3], LessonKind.HEARD, Emotion.SAD))
        await all_.until(lambda: all_.map.lessons)
        assert [each.file for each in all_.map.lessons] == [FILES[3]]
