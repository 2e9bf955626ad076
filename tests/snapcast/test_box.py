"""The music of a whole player in another room: MPD, what keeps its outputs, and a real Snapcast."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from appliance.app import output_keeper
from appliance.app.output_keeper import OutputKeeper
from appliance.core.output_choice import OutputChoice
from appliance.core.volume import Volume
from appliance.domain.emotions import Emotion
from appliance.domain.outputs import SoundOutput
from appliance.domain.reasons import InWords
from appliance.domain.speakers import SpeakerChange
from appliance.settings.settings import parse_settings
from tests.music.running_player import RunningPlayer
from tests.outputs.following import follows_nobody
from tests.outputs.spectrum import strength
from tests.ports import free_port
from tests.snapcast.speaker_room import FRAME, NEEDS, RATE, Loudspeaker

pytestmark = [pytest.mark.needs("mpd", *NEEDS), pytest.mark.timeout(300)]

SONG = 440.0


def hears(loudspeaker: Loudspeaker, since: int = 0) -> bool:
    """Whether its last second, played after frame `since`, is the song."""
    if loudspeaker.frames < since + RATE:
        return False
    samples = np.frombuffer(loudspeaker.file.read_bytes()[: loudspeaker.frames * FRAME], "<i2").reshape(-1, 2)
    return strength(samples[-RATE:, 0] / 32768, RATE, SONG) > 0.01


async def test_a_room_hears_the_song_until_the_music_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output_keeper, "LOOK", 0.2)
    settings = parse_settings(
        f'[music]\noutput = "snapcast"\n[paths]\nstate = "{tmp_path}/s"\n'
        f"[snapcast]\nport = {free_port()}\ncontrol_port = {free_port()}"
    )
    running = RunningPlayer(tmp_path, output="snapcast")
    running.song("happy/a.flac", SONG, seconds=120)
    choice = OutputChoice("snapcast", None, Volume(0, 100, 5))
    keeper = OutputKeeper(settings, False, choice, running.server, lambda _: None, follows_nobody())
    async with running:
        keeping = asyncio.create_task(keeper.run(running.player))
        kitchen = Loudspeaker(tmp_path, "kitchen", settings.snapcast.port)
        try:
            running.player.play(Emotion.HAPPY, InWords(text="you smile"))
            await running.until(lambda: hears(kitchen))
            assert [each.id for each in keeper.speakers or ()] == ["kitchen"]
            assert "snapcast" in {each.device for each in keeper.desk.offered()}
            keeper.change_speaker("kitchen", SpeakerChange(volume=20))
            await running.until(lambda: keeper.speakers and keeper.speakers[0].volume == 20)
            keeper.choose(SoundOutput("null"))
            await running.until(lambda: keeper.speakers is None)
            assert "snapcast" in {each.device for each in keeper.desk.offered()}
            keeper.choose(SoundOutput("snapcast"))
            since = kitchen.frames
            await running.until(lambda: keeper.speakers and keeper.speakers[0].connected)
            keeper.change_speaker("kitchen", SpeakerChange(volume=100))
            await running.until(lambda: hears(kitchen, since))
            assert keeper.problems == ()
            assert running.started == ["happy/a.flac"]
        finally:
            kitchen.end()
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
