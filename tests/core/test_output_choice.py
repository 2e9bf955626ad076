"""Which output is wanted, and the volume of each."""

from __future__ import annotations

from pathlib import Path

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices, SavedChoicesFile
from appliance.core.volume import REMEMBERED, Volume
from appliance.domain.actions import Action, ApplyVolume, PlayTestTone, Save, Say, UseOutput
from appliance.domain.commands import HearOutput, SetOutput, SetVolume
from appliance.domain.events import OutputChanged
from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.lib.clock import ManualClock
from appliance.settings.settings import parse_settings

JACK = SoundOutput("plughw:CARD=Headphones,DEV=0", OutputKind.JACK)
USB = SoundOutput("plughw:CARD=E30,DEV=0", OutputKind.USB, "E30")


def conductor(settings: str = "", saved: SavedChoices | None = None) -> Conductor:
    return Conductor(parse_settings(settings), ManualClock(), saved or SavedChoices())


def volumes(actions: list[Action]) -> list[int]:
    return [action.volume for action in actions if isinstance(action, ApplyVolume)]


def test_a_choice_is_carried_out_kept_and_said() -> None:
    box = conductor()
    assert box.output.wanted == SoundOutput("auto")
    assert box.handle(SetOutput(USB, "page")) == [Say("Output USB: E30 (page)."), UseOutput(USB), Save()]
    assert conductor(saved=box.saved).output.wanted == USB


def test_a_choice_gives_way_to_settings_that_were_changed_since() -> None:
    box = conductor()
    box.handle(SetOutput(USB, "page"))
    changed = conductor('[music]\noutput = "hw:1"\n', box.saved)
    assert changed.output.wanted == SoundOutput("hw:1")
    assert changed.saved.output is None


def test_a_choice_survives_in_the_file(tmp_path: Path) -> None:
    box = conductor()
    box.handle(OutputChanged(JACK))
    box.handle(SetVolume(30, "page"))
    box.handle(SetOutput(USB, "page"))
    file = SavedChoicesFile(tmp_path)
    file.save(box.saved)
    assert SavedChoicesFile(tmp_path).load() == box.saved
    assert box.saved.volumes == {JACK.device: 30}


def test_a_test_tone_is_asked_of_the_player_with_who_wants_to_know() -> None:
    def reply(_: Exception | None) -> None:
        raise AssertionError

    assert conductor().handle(HearOutput(USB, reply, "page")) == [PlayTestTone(USB, reply)]


def test_each_output_has_the_volume_that_it_had() -> None:
    box = conductor("[music]\nvolume = 60\n")
    assert volumes(box.handle(OutputChanged(JACK))) == []
    box.handle(SetVolume(80, "page"))
    assert volumes(box.handle(OutputChanged(USB))) == [60]
    box.handle(SetVolume(25, "page"))
    assert volumes(box.handle(OutputChanged(JACK))) == [80]
    assert volumes(box.handle(OutputChanged(USB))) == [25]


def test_an_output_that_nobody_has_turned_yet_is_not_louder_than_the_one_before() -> None:
    box = conductor("[music]\nvolume = 60\n")
    box.handle(OutputChanged(JACK))
    box.handle(SetVolume(10, "page"))
    assert volumes(box.handle(OutputChanged(USB))) == [10]


def test_after_a_restart_the_output_has_its_volume_again() -> None:
    box = conductor("[music]\nvolume = 60\n")
    box.handle(OutputChanged(JACK))
    box.handle(SetVolume(10, "page"))
    box.handle(OutputChanged(USB))
    box.handle(SetVolume(40, "page"))
    again = conductor("[music]\nvolume = 60\n", box.saved)
    assert volumes(again.handle(OutputChanged(JACK))) == [10]


def test_a_volume_from_before_there_was_one_for_each_output_is_kept() -> None:
    box = conductor(saved=SavedChoices(volume=35))
    assert volumes(box.handle(OutputChanged(JACK))) == []
    assert box.saved.volumes == {JACK.device: 35}


def test_only_the_outputs_turned_last_are_remembered() -> None:
    volume = Volume(0, 100, 5)
    for number in range(REMEMBERED + 5):
        volume.moved(f"hw:{number}", 50)
        volume.choose(number)
    assert list(volume.by_output) == [f"hw:{number}" for number in range(5, REMEMBERED + 5)]
