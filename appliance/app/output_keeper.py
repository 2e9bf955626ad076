"""Keeps the music at the wanted output: at another while that one is not there, and back when it has returned."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from appliance.core.following import Following
from appliance.core.output_choice import OutputChoice
from appliance.core.output_desk import OutputDesk
from appliance.domain.commands import Reply
from appliance.domain.events import LeaderSeen, Message, OutputChanged
from appliance.domain.outputs import AUTO_OUTPUT, SNAPCAST, SoundOutput
from appliance.domain.speakers import Speaker, SpeakerChange
from appliance.domain.status import FollowStatus, OutputStatus
from appliance.lib.backoff import Backoff
from appliance.lib.supervise import supervise
from appliance.mqtt.identity import identify
from appliance.music.errors import MusicError
from appliance.music.mpd.process import MpdProcess
from appliance.music.player import Player
from appliance.outputs.choosing import FoundOutputs, OutputDecision, automatic_output, decide_output, find_outputs
from appliance.outputs.names import missing_in_words, output_name, silent_in_words
from appliance.settings.settings import Settings
from appliance.snapcast.follower import Follower
from appliance.snapcast.programs import ChildPrograms
from appliance.snapcast.rooms import SnapcastRooms
from appliance.snapcast.units import FOLDER, UnitPrograms
from appliance.systemd.layout import MPD
from appliance.words.speaking import t

LOOK = 3.0
"""Seconds between two looks at which outputs there are."""
REST_FIRST, REST_LAST = 600.0, 3600.0
"""Seconds for which an output that makes no sound is left alone: each attempt interrupts the music."""


class OutputKeeper:
    """`run` in the background. With an MPD of the owner's own it has nothing to do: that MPD's outputs are theirs."""

    def __init__(
        self,
        settings: Settings,
        as_unit: bool,
        choice: OutputChoice,
        mpd: MpdProcess,
        emit: Callable[[Message], None],
        following: Following,
    ) -> None:
        self._ours = not settings.music.mpd or (as_unit and settings.music.mpd == str(settings.run_dir / MPD))
        # a system unit has no desktop's sound server, and may not even look for one in /run/user
        self._environment = {"XDG_RUNTIME_DIR": str(settings.run_dir)} if as_unit else dict(os.environ)
        self._wanted = choice.wanted
        self._mpd = mpd
        self._player: Player | None = None
        self._emit = emit
        self._found = FoundOutputs((), "")
        self._decision: OutputDecision | None = None
        self._asked = asyncio.Event()
        self._silent: dict[str, float] = {}
        """Devices that made no sound, and until when, in time.monotonic() seconds, they are not tried again."""
        self._rests = Backoff(REST_FIRST, REST_LAST)
        name = identify(settings.mqtt, settings.state_dir).id
        here = settings.snapcast.here
        programs = UnitPrograms(settings.run_dir / FOLDER) if as_unit else ChildPrograms()
        self._rooms = SnapcastRooms(
            settings.snapcast,
            mpd.rooms_fifo,
            settings.state_dir,
            self._to_rooms,
            name,
            lambda: automatic_output(self._environment) if here == AUTO_OUTPUT else here,
            programs,
        )
        self._follower = Follower(
            following.leader,
            settings.snapcast,
            name,
            lambda: self._decision.device if self._decision else None,
            lambda: following.silent and following.wanted,
            lambda there: emit(LeaderSeen(there)),
            programs,
        )
        self._offers_rooms = (SoundOutput(SNAPCAST),) if settings.music.output == SNAPCAST else ()
        self.desk = OutputDesk(lambda: (*self._found.outputs, *self._offers_rooms), lambda: self.status, emit)
        """What page and command line ask."""

    @property
    def status(self) -> OutputStatus | None:
        """Where the sound goes; None before the first look, and where that is not known."""
        if self._decision is None:
            return None
        output = self._called(self._decision.device)
        wanted = self._wanted.device
        listed = {each.device: each for each in (SoundOutput(AUTO_OUTPUT), *self._found.outputs, *self._offers_rooms)}
        for device in (wanted, output.device):
            listed.setdefault(device, self._called(device))
        return OutputStatus(
            device=output.device,
            name=output_name(output),
            kind=output.kind,
            wanted=wanted,
            offered=tuple(listed.values()),
        )

    @property
    def follow(self) -> FollowStatus | None:
        """The box whose music this one plays; None if it plays its own."""
        return self._follower.status if self._follower.leader else None

    @property
    def speakers(self) -> tuple[Speaker, ...] | None:
        """The loudspeakers in several rooms; None unless the sound goes there."""
        return self._rooms.speakers

    def _to_rooms(self) -> bool:
        return self._decision is not None and self._decision.device == SNAPCAST

    @property
    def problems(self) -> tuple[str, ...]:
        """That the wanted output is not there, or makes no sound, in words."""
        decision = self._decision
        if decision is None or not (decision.missing or decision.silent):
            return (*self._rooms.problems, *self._follower.problems)
        words = missing_in_words if decision.missing else silent_in_words
        return (words(self._wanted, self._called(decision.device)),)

    def choose(self, output: SoundOutput) -> None:
        """Have the sound go there from now on."""
        self._wanted = output
        self._try_again()
        self._asked.set()

    def change_speaker(self, speaker: str, change: SpeakerChange) -> None:
        """Have a loudspeaker in another room changed."""
        self._rooms.change(speaker, change)

    def test(self, output: SoundOutput, reply: Reply) -> None:
        """Have two notes heard there, and tell whether that went well."""
        if self._player:
            self._player.play_tone(output.device, reply)
        else:
            reply(MusicError(t("no test tone can be played: MPD cannot be reached")))

    async def run(self, player: Player) -> None:
        """Look again and again, until cancelled."""
        async with AsyncExitStack() as running:
            await running.enter_async_context(supervise("rooms", self._rooms.run))
            if self._follower.leader:
                await running.enter_async_context(supervise("follower", self._follower.run))
            await self._run(player)

    async def _run(self, player: Player) -> None:
        self._player = player
        while self._ours:
            self._asked.clear()
            wanted = self._wanted
            before = self._found
            self._found = await asyncio.to_thread(find_outputs, self._environment, (wanted.device,))
            if before.outputs != self._found.outputs:
                self._try_again()
            if player.silent_output and player.silent_output not in self._silent:
                self._silent[player.silent_output] = time.monotonic() + self._rests.next()
            silent = {device for device, until in self._silent.items() if time.monotonic() < until}
            self._silent = {device: self._silent[device] for device in silent}
            self._settle(player, decide_output(wanted.device, self._found, silent))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._asked.wait()
        await asyncio.Event().wait()

    def _try_again(self) -> None:
        self._silent.clear()
        self._rests.reset()

    def _settle(self, player: Player, decision: OutputDecision) -> None:
        before, self._decision = self._decision, decision
        if before is None or before.device != decision.device:
            self._mpd.offers = decision.device
            player.use_output(decision.device)
            self._emit(OutputChanged(self._called(decision.device)))

    def _called(self, device: str) -> SoundOutput:
        """An output by its device; the wanted one keeps the name that it was chosen by."""
        return self._wanted if device == self._wanted.device and self._wanted.detail else self._found.named(device)
