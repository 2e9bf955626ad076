"""The composer as a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from appliance.composer.process import Composer
from appliance.domain.emotions import EMOTIONS, Emotion


@pytest.mark.timeout(400)
async def test_the_mood_in_sight_has_three_pieces_before_others_have_one(tmp_path: Path) -> None:
    made: list[Emotion] = []
    wanted = Emotion.FEAR
    composer = Composer(tmp_path, lambda: wanted, made.append)
    task = asyncio.create_task(composer.run())
    try:
        async with asyncio.timeout(300):
            while len(made) < 4:
                assert composer.working or not made
                await asyncio.sleep(0.02)
            wanted = Emotion.SAD
            while made.count(Emotion.SAD) < 3:
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert not composer.working
    # The first may have been begun before it was heard what is wanted, as may one when that changes.
    assert made[:4].count(Emotion.FEAR) == 3
    assert len(made) <= 4 + 3 + 3
    assert len(list((tmp_path / "sad" / "house").glob("*.ogg"))) >= 3


async def test_where_nothing_is_missing_nothing_is_composed(tmp_path: Path) -> None:
    for emotion in EMOTIONS:
        (tmp_path / emotion).mkdir()
        (tmp_path / emotion / "mine.flac").write_bytes(b"music")
    worked: list[bool] = []
    composer = Composer(tmp_path, lambda: Emotion.HAPPY)
    task = asyncio.create_task(composer.run())
    while not task.done():
        worked.append(composer.working)
        await asyncio.sleep(0.02)
    assert not any(worked)
