"""The catalogue in a running program: its index follows what is told and heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from appliance.catalogue import catalogue as module
from appliance.catalogue.catalogue import Catalogue
from appliance.catalogue.songs import Counts, SongTags
from appliance.domain.emotions import EMOTIONS, Emotion
from tests.catalogue.songs import NOW, song, sound


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Catalogue]:
    catalogue = Catalogue(folder, lambda: NOW)
    task = asyncio.create_task(catalogue.run())
    try:
        yield catalogue
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        catalogue.close()


async def told(catalogue: Catalogue, *songs: SongTags) -> None:
    await catalogue.begin_scan()
    await catalogue.take_page(songs)
    await catalogue.end_scan()


async def until(catalogue: Catalogue, changes: int) -> None:
    async with asyncio.timeout(60):
        while catalogue.changes < changes:
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOON", 0.01)


async def test_the_index_holds_what_mpd_has_and_what_was_heard(tmp_path: Path) -> None:
    async with running(tmp_path) as catalogue:
        await until(catalogue, 1)
        assert len(catalogue.index()) == 0
        await told(
            catalogue,
            song("happy/z.flac", artist="Who", album="One"),
            song("library/b.flac", artist="WHO", album="One"),
            song("library/a.flac", artist="Other", album="One"),
        )
        await until(catalogue, 2)
        assert catalogue.counts == Counts(songs=3)
        for number, each in enumerate(await catalogue.unheard(9)):
            await catalogue.write_heard(each.number, sound(number))
        assert catalogue.counts == Counts(songs=3, heard=3)
        await until(catalogue, 3)
        while not catalogue.index().heard().all():
            await until(catalogue, catalogue.changes + 1)
    index = catalogue.index()
    assert index.files == ("happy/z.flac", "library/a.flac", "library/b.flac")
    assert list(index.given) == [EMOTIONS.index(Emotion.HAPPY), -1, -1]
    assert index.artists[0] == index.artists[2] != index.artists[1]
    assert index.albums[0] == index.albums[2] != index.albums[1]
    assert np.abs(index.places).max() <= 1


async def test_the_index_is_the_same_object_until_something_changes(tmp_path: Path) -> None:
    async with running(tmp_path) as catalogue:
        await until(catalogue, 1)
        before = catalogue.index()
        await told(catalogue)
        await asyncio.sleep(0.1)
        assert catalogue.index() is before


async def test_names_that_sort_differently_by_bytes_are_in_order(tmp_path: Path) -> None:
    async with running(tmp_path) as catalogue:
        await told(catalogue, *(song(f"library/{name}") for name in ("\ue000", "\U0001f600", "a", "ä", "A")))
        await until(catalogue, 2)
        assert list(catalogue.index().files) == sorted(catalogue.index().files)
        assert len(catalogue.index()) == 5


async def test_below_a_folder_are_only_its_songs(tmp_path: Path) -> None:
    async with running(tmp_path) as catalogue:
        await told(catalogue, song("library/a.flac"), song("happy/b.flac"))
        assert [each.file for each in await catalogue.unheard(9, "library/")] == ["library/a.flac"]
