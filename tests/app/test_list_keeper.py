"""Lists of the library's songs follow what the box makes of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.app import list_keeper
from appliance.app.list_keeper import ListKeeper
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.journey.plane import Plane
from appliance.songs.library_lists import NAME
from appliance.songs.survey import ensure_folders
from appliance.sound.index import SoundIndex


def plane_of(**emotions: Emotion) -> Plane:
    """Songs of the library with the emotions that the owner gave them."""
    index = SoundIndex.unheard([f"library/{name}.flac" for name in emotions])
    given = np.array([EMOTIONS.index(emotions[file[8:-5]]) for file in index.files], np.int8)
    return Plane.of(replace(index, given=given))


async def until(file: Path, there: bool = True) -> None:
    async with asyncio.timeout(60):
        while file.exists() is not there:  # noqa: ASYNC240
            await asyncio.sleep(0.01)


async def test_lists_follow_the_plane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_keeper, "LOOK", 0.01)
    ensure_folders(tmp_path)
    planes = [plane_of(a=Emotion.HAPPY, b=Emotion.SAD)]
    keeper = asyncio.create_task(ListKeeper(tmp_path, lambda: planes[-1], lambda: 0).run())
    await until(tmp_path / "sad" / NAME)
    assert (tmp_path / "sad" / NAME).read_text().endswith("\n../library/b.flac\n")
    planes.append(plane_of(a=Emotion.HAPPY, b=Emotion.HAPPY))
    await until(tmp_path / "sad" / NAME, there=False)
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    await ListKeeper(tmp_path, lambda: planes[-1], lambda: 0, wanted=False).run()
    assert not (tmp_path / "happy" / NAME).exists()
