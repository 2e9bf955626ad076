"""An MPD that refuses single commands."""

from __future__ import annotations

import pytest

from appliance.emotion import Emotion
from appliance.music import player
from tests.music.meddler import Meddler
from tests.music.stage import Stage


async def test_songs_that_may_not_be_queued_are_not_taken_for_broken(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "REFUSED_REST", 0.2)
    for name in "abc":
        stage.song(f"happy/{name}.flac", seconds=10)
    meddler = Meddler(stage)
    meddler.refuse("addid", 4, 'you don\'t have permission for "addid"')
    async with meddler, stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: meddler.meddled > 4, 30)
        (warning,) = stage.warnings
        assert warning.endswith('for "addid"; its password goes into music.mpd, as PASSWORD@HOST')
        assert stage.player.unplayable == {}
        meddler.answers.clear()
        await stage.until_from("happy", 30)


async def test_an_override_is_obeyed_also_where_the_volume_cannot_be_set(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=30)
    stage.song("sad/b.flac", seconds=30)
    meddler = Meddler(stage)
    async with meddler, stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_from("happy", 30)
        meddler.refuse("setvol", 52, "problems setting volume")
        await stage.player.play(Emotion.SAD, "you chose sad", at_once=True)
        await stage.until_from("sad", 20)
        assert meddler.meddled > 0
        assert stage.warnings == []
