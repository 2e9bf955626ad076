"""An MPD that refuses single commands."""

from __future__ import annotations

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.music import player
from tests.music.mpd_proxy import MpdProxy
from tests.music.running_player import RunningPlayer


async def test_songs_that_may_not_be_queued_are_not_taken_for_broken(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "REFUSED_REST", 0.2)
    for name in "abc":
        running.song(f"happy/{name}.flac", seconds=10)
    proxy = MpdProxy(running)
    proxy.refuse("addid", 4, 'you don\'t have permission for "addid"')
    async with proxy, running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: proxy.interfered > 4, 30)
        (warning,) = running.warnings
        assert warning.endswith('for "addid"; its password goes into music.mpd, as PASSWORD@HOST')
        assert running.player.unplayable == {}
        proxy.answers.clear()
        await running.until_from("happy", 30)


async def test_an_override_is_obeyed_also_where_the_volume_cannot_be_set(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    proxy = MpdProxy(running)
    async with proxy, running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_from("happy", 30)
        proxy.refuse("setvol", 52, "problems setting volume")
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_from("sad", 20)
        assert proxy.interfered > 0
        assert running.warnings == []
