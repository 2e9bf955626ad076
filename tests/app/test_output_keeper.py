"""The music follows the loudspeakers that there are: a real MPD and a real PipeWire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from appliance.app import output_keeper
from appliance.app.output_keeper import OutputKeeper
from appliance.core.output_choice import OutputChoice
from appliance.core.volume import Volume
from appliance.domain.commands import HearOutput
from appliance.domain.emotions import Emotion
from appliance.domain.events import Message, OutputChanged
from appliance.domain.outputs import SoundOutput
from appliance.domain.reasons import InWords
from appliance.music.mpd import client
from appliance.outputs.tone import LEFT, RIGHT
from appliance.settings.settings import parse_settings
from tests.music.running_player import RunningPlayer
from tests.outputs.following import follows_nobody
from tests.outputs.sound_server import NEEDS, RATE, SoundServer
from tests.outputs.spectrum import heard_from, strength

pytestmark = [pytest.mark.needs("mpd", *NEEDS), pytest.mark.timeout(300)]

KITCHEN = SoundOutput("pulse:kitchen")
SONG = 440.0


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A sound server with one loudspeaker that stays, the `bath`."""
    monkeypatch.setattr(output_keeper, "LOOK", 0.2)
    monkeypatch.setattr(client, "PATIENCE", 30.0)
    monkeypatch.setattr(client, "ANSWER_SECONDS", 120.0)
    for name in ("PULSE_SERVER", "PULSE_SINK", "PIPEWIRE_REMOTE"):
        monkeypatch.delenv(name, raising=False)
    with SoundServer(tmp_path) as server:
        for name in ("XDG_RUNTIME_DIR", "HOME"):
            monkeypatch.setenv(name, server.environment[name])
        server.plug_in("bath")
        yield server


class Keeping:
    """A player and what keeps its output; what it tells is in `told`."""

    def __init__(self, folder: Path, wanted: str) -> None:
        self.running = RunningPlayer(folder, output=wanted)
        self.running.song("happy/a.flac", SONG, seconds=120)
        self.told: list[Message] = []
        choice = OutputChoice(wanted, None, Volume(0, 100, 5))
        settings = parse_settings("")
        self.keeper = OutputKeeper(settings, False, choice, self.running.server, self._hear, follows_nobody())

    def _hear(self, message: Message) -> None:
        self.told.append(message)
        if isinstance(message, HearOutput):  # as the conductor and the performer pass it on
            self.keeper.test(message.output, message.reply)

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[RunningPlayer]:
        async with self.running as running:
            task = asyncio.create_task(self.keeper.run(running.player))
            try:
                running.player.play(Emotion.HAPPY, InWords(text="you smile"))
                await running.until(lambda: self.keeper.status)
                yield running
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    @property
    def devices(self) -> list[str]:
        return [message.output.device for message in self.told if isinstance(message, OutputChanged)]


async def test_music_of_an_output_that_is_pulled_out_goes_elsewhere_and_comes_back(
    sound: SoundServer, tmp_path: Path
) -> None:
    plugged = sound.plug_in("kitchen")
    keeping = Keeping(tmp_path, KITCHEN.device)
    async with keeping.playing() as running:
        with sound.listening("kitchen") as kitchen:
            await running.until(lambda: strength(kitchen()[-RATE:, 0], RATE, SONG) > 0.01)
            assert keeping.keeper.problems == ()
        with sound.listening("bath") as bath:
            sound.pull_out(plugged)
            await running.until(lambda: strength(bath()[-RATE:, 0], RATE, SONG) > 0.01)
        await running.until(lambda: keeping.keeper.problems)
        (problem,) = keeping.keeper.problems
        assert problem.startswith("music: pulse:kitchen is not there")
        sound.plug_in("kitchen")
        with sound.listening("kitchen") as kitchen:
            await running.until(lambda: strength(kitchen()[-RATE:, 0], RATE, SONG) > 0.01)
        assert keeping.keeper.problems == ()
        assert keeping.devices == [KITCHEN.device, "pulse", KITCHEN.device]
        assert running.started == ["happy/a.flac"]


async def test_an_output_that_is_plugged_in_later_is_named_chosen_and_tested(
    sound: SoundServer, tmp_path: Path
) -> None:
    keeping = Keeping(tmp_path, "auto")
    async with keeping.playing() as running:
        await running.until_plays("happy/a.flac")
        sound.plug_in("kitchen")
        desk = keeping.keeper.desk
        await running.until(lambda: KITCHEN.device in {each.device for each in desk.offered()})
        with sound.listening("kitchen") as kitchen:
            await desk.test(KITCHEN.device, "page")
            await running.until(lambda: strength(kitchen()[:, 1], RATE, RIGHT) > 0.001)
            left, right = kitchen().T
            assert heard_from(left, RATE, LEFT) < heard_from(right, RATE, RIGHT)
            assert strength(left, RATE, LEFT) > 5 * strength(left, RATE, RIGHT)
            assert strength(right, RATE, RIGHT) > 5 * strength(right, RATE, LEFT)
            keeping.keeper.choose(desk.named(KITCHEN.device))
            await running.until(lambda: strength(kitchen()[-RATE:, 0], RATE, SONG) > 0.01)
        status = keeping.keeper.status
        assert status
        assert (status.device, status.wanted) == (KITCHEN.device, KITCHEN.device)
        assert running.started == ["happy/a.flac"]


async def test_while_an_output_makes_no_sound_the_music_goes_elsewhere(sound: SoundServer, tmp_path: Path) -> None:
    keeping = Keeping(tmp_path, "attic")  # a name that ALSA does not know
    with sound.listening("bath") as bath:
        async with keeping.playing() as running:
            await running.until(lambda: strength(bath()[-RATE:, 0], RATE, SONG) > 0.01)
            (problem,) = keeping.keeper.problems
            assert problem.startswith("music: no sound can be made at attic; until it can the music goes to: ")
            assert keeping.devices == ["attic", "pulse"]
            keeping.keeper.choose(SoundOutput("auto"))
            await running.until(lambda: keeping.keeper.problems == ())
            assert running.started == ["happy/a.flac"]


async def test_an_mpd_of_the_owners_own_is_left_alone(tmp_path: Path) -> None:
    settings = parse_settings('[music]\nmpd = "radio:6600"\n')
    running = RunningPlayer(tmp_path)
    told: list[Message] = []
    choice = OutputChoice("auto", None, Volume(0, 100, 5))
    keeper = OutputKeeper(settings, False, choice, running.server, told.append, follows_nobody())
    task = asyncio.create_task(keeper.run(running.player))
    await asyncio.sleep(0)
    assert (keeper.status, keeper.problems, told) == (None, (), [])
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
