"""Which output is wanted: the one that somebody chose, unless the settings have been changed since."""

from __future__ import annotations

from msgspec import Struct

from appliance.core.volume import Volume
from appliance.domain.actions import Action, ApplyVolume, PlayTestTone, Save, Say, UseOutput
from appliance.domain.commands import HearOutput, SetOutput
from appliance.domain.events import OutputChanged
from appliance.domain.outputs import SoundOutput
from appliance.outputs.names import output_name


class ChosenOutput(Struct, frozen=True):
    """What somebody chose, and what `music.output` was then."""

    output: SoundOutput
    setting: str


class OutputChoice:
    """The wanted output. What is chosen counts until `setting` (`music.output`) is changed: the newest word holds."""

    def __init__(self, setting: str, chosen: ChosenOutput | None, volume: Volume) -> None:
        self._setting = setting
        self.chosen = chosen if chosen and chosen.setting == setting else None
        """None as long as nobody has chosen."""
        self._volume = volume
        self._present: SoundOutput | None = None

    @property
    def wanted(self) -> SoundOutput:
        """The output to use where it is there."""
        return self.chosen.output if self.chosen else SoundOutput(self._setting)

    def asked(self, command: SetOutput | HearOutput) -> list[Action]:
        """What a choice or a test calls for."""
        if isinstance(command, HearOutput):
            return [PlayTestTone(command.output, command.reply)]
        self.chosen = ChosenOutput(command.output, self._setting)
        said = Say(f"Output {output_name(command.output)} ({command.by}).")
        return [said, UseOutput(command.output), Save()]

    def changed(self, event: OutputChanged, usual: int) -> list[Action]:
        """The sound goes elsewhere now, and each output has its own volume; `usual` is the one of the settings."""
        before, self._present = self._present, event.output
        volume = self._volume.moved(event.output.device, usual)
        actions: list[Action] = [Say(f"The music goes to {output_name(event.output)} now.")] if before else []
        return actions if volume is None else [*actions, ApplyVolume(volume), Save()]
