"""What page and command line ask about outputs: which there are, another one, a test tone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from appliance.domain import commands
from appliance.domain.events import Message
from appliance.domain.outputs import AUTO_OUTPUT, OutputKind, SoundOutput
from appliance.domain.status import OutputStatus
from appliance.errors import MoodboxError
from appliance.outputs.names import output_name
from appliance.words.speaking import t

TONE_SECONDS = 60.0
"""A test tone that has not ended by then is given up: MPD may have been started anew for it."""


class OutputError(MoodboxError, ValueError):
    """An output that there is not, or that cannot be heard."""


class OfferedOutput(Struct, frozen=True):
    """An output for `music.output`, as people choose it."""

    device: str
    name: str
    kind: OutputKind
    chosen: Annotated[bool, Meta(description="it was chosen, or stands in music.output")] = False
    in_use: Annotated[bool, Meta(description="the sound goes there now")] = False


class OutputDesk:
    """One for the whole box; called in the conductor's loop.

    `outputs` are those that there are, `status` says where the sound goes: None where that is not Moodbox's to say.
    """

    def __init__(
        self,
        outputs: Callable[[], Sequence[SoundOutput]],
        status: Callable[[], OutputStatus | None],
        emit: Callable[[Message], None],
    ) -> None:
        self._outputs = outputs
        self._status = status
        self._emit = emit

    def offered(self) -> list[OfferedOutput]:
        """The automatic one first, and the chosen one also while it is not there; in the reader's language."""
        now = self._status()
        listed = {each.device: each for each in (SoundOutput(AUTO_OUTPUT), *self._outputs())}
        if now is None:
            return [OfferedOutput(each.device, output_name(each), each.kind) for each in listed.values()]
        for device in (now.wanted, now.device):
            listed.setdefault(device, SoundOutput(device))
        return [
            OfferedOutput(device, output_name(each), each.kind, device == now.wanted, device == now.device)
            for device, each in listed.items()
        ]

    def named(self, device: str) -> SoundOutput:
        """An output by its device, without a name of its own if there is none such."""
        listed = (SoundOutput(AUTO_OUTPUT), *self._outputs())
        return next((each for each in listed if each.device == device), SoundOutput(device))

    def choose(self, device: str, by: str) -> None:
        """Have the sound go there. Raises OutputError if it is none of those offered."""
        self._emit(commands.SetOutput(self._find(device), by))

    async def test(self, device: str | None, by: str) -> None:
        """Have two notes heard there, or where the sound goes now; returns when they have been. Raises MoodboxError."""
        now = self._status()
        output = SoundOutput(now.device) if now and device in (None, AUTO_OUTPUT) else self._find(device or AUTO_OUTPUT)
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def reply(error: Exception | None) -> None:
            if heard.done():  # who asked has gone
                return
            if error is None:
                heard.set_result(None)
            else:
                heard.set_exception(error)

        self._emit(commands.HearOutput(output, reply, by))
        try:
            async with asyncio.timeout(TONE_SECONDS):
                await heard
        except TimeoutError:
            raise OutputError(t("the test tone has not come to its end; is something else using the output?")) from None

    def _find(self, device: str) -> SoundOutput:
        if self._status() is None:
            raise OutputError(t("an MPD of your own plays the music (music.mpd): choose the output there"))
        offered = [each.device for each in self.offered()]
        if device not in offered:
            names = ", ".join(offered)
            raise OutputError(t("there is no output {wanted}; those there are: {names}", wanted=device, names=names))
        return self.named(device)
