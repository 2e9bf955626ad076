"""Keeps the music at the wanted output: at another while that one is not there, and back when it has returned."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable

from appliance.core.output_choice import OutputChoice
from appliance.core.output_desk import OutputDesk
from appliance.domain.commands import Reply
from appliance.domain.events import Message, OutputChanged
from appliance.domain.outputs import SoundOutput
from appliance.domain.status import OutputStatus
from appliance.music.errors import MusicError
from appliance.music.mpd.process import MpdProcess
from appliance.music.player import Player
from appliance.outputs.choosing import FoundOutputs, OutputDecision, decide_output, find_outputs
from appliance.outputs.names import missing_in_words, output_name
from appliance.settings.settings import Settings
from appliance.systemd.layout import MPD
from appliance.words.speaking import t

LOOK = 3.0
"""Seconds between two looks at which outputs there are."""


class OutputKeeper:
    """`run` in the background. With an MPD of the owner's own it has nothing to do: that MPD's outputs are theirs."""

    def __init__(
        self,
        settings: Settings,
        as_unit: bool,
        choice: OutputChoice,
        mpd: MpdProcess,
        emit: Callable[[Message], None],
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
        self.desk = OutputDesk(lambda: self._found.outputs, lambda: self.status, emit)
        """What page and command line ask."""

    @property
    def status(self) -> OutputStatus | None:
        """Where the sound goes; None before the first look, and where that is not known."""
        if self._decision is None:
            return None
        output = self._called(self._decision.device)
        return OutputStatus(
            device=output.device, name=output_name(output), kind=output.kind, wanted=self._wanted.device
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """That the wanted output is not there, in words."""
        if self._decision is None or not self._decision.missing:
            return ()
        return (missing_in_words(self._wanted, self._called(self._decision.device)),)

    def choose(self, output: SoundOutput) -> None:
        """Have the sound go there from now on."""
        self._wanted = output
        self._asked.set()

    def test(self, output: SoundOutput, reply: Reply) -> None:
        """Have two notes heard there, and tell whether that went well."""
        if self._player:
            self._player.play_tone(output.device, reply)
        else:
            reply(MusicError(t("no test tone can be played: MPD cannot be reached")))

    async def run(self, player: Player) -> None:
        """Look again and again, until cancelled."""
        self._player = player
        while self._ours:
            self._asked.clear()
            wanted = self._wanted
            self._found = await asyncio.to_thread(find_outputs, self._environment, (wanted.device,))
            self._settle(player, decide_output(wanted.device, self._found))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._asked.wait()
        await asyncio.Event().wait()

    def _settle(self, player: Player, decision: OutputDecision) -> None:
        before, self._decision = self._decision, decision
        if before is None or before.device != decision.device:
            self._mpd.offers = decision.device
            player.use_output(decision.device)
            self._emit(OutputChanged(self._called(decision.device)))

    def _called(self, device: str) -> SoundOutput:
        """An output by its device; the wanted one keeps the name that it was chosen by."""
        return self._wanted if device == self._wanted.device and self._wanted.detail else self._found.named(device)
