"""Quiet hours in a whole conductor: the camera, the music and its volume."""

import time
from collections.abc import Iterator

import pytest

from appliance.core.auto_pause import Paused
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import commands
from appliance.domain.actions import Action, ApplyVolume, OrderCamera, Pause, Resume
from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerChanged, PlayerState
from appliance.domain.looks import CameraState
from appliance.settings.settings import parse_settings
from tests.room import Room, said

NIGHTLY = "[quiet]\nhours = '18:30-20:00'\nfade_out = 60\n"  # the room's clock begins at 18:00
PLAYING = PlayerState("play", file="happy/a.ogg", volume=60)


@pytest.fixture(autouse=True)
def _in_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def room(text: str = NIGHTLY, saved: SavedChoices | None = None) -> Room:
    found = Room(parse_settings(text), saved)
    found.send(PlayerChanged(PLAYING))
    return found


def player(found: Room, state: str, volume: int = 60) -> list[Action]:
    return found.send(PlayerChanged(PlayerState(state, file="happy/a.ogg", volume=volume)))


def test_quiet_hours_close_the_camera_and_pause_the_music_and_both_come_back() -> None:
    night = room()
    began = night.wait(31 * 60)
    assert OrderCamera(False) in began
    assert Pause() in began
    assert "Quiet until 20:00." in said(began)
    assert describe_status(night.conductor, night.clock).quiet.active
    player(night, "pause")
    assert night.conductor.saved.paused is Paused.QUIET
    ended = night.wait(90 * 60)
    assert OrderCamera(True) in ended
    assert Resume() in ended
    assert not describe_status(night.conductor, night.clock).quiet.active


def test_the_volume_goes_down_before_and_is_back_once_the_music_pauses() -> None:
    night = room()
    volumes = [action.volume for action in night.wait(30 * 60 - 1) if isinstance(action, ApplyVolume)]
    assert volumes == sorted(volumes, reverse=True)
    assert volumes[0] == 59
    assert volumes[-1] <= 2
    night.wait(1)
    assert ApplyVolume(60) in player(night, "pause", volume=1)


def test_music_that_someone_paused_stays_so_in_the_morning() -> None:
    night = room()
    night.send(commands.SetMusic(False, "page"))
    player(night, "pause")
    assert Pause() not in night.wait(31 * 60)
    assert Resume() not in night.wait(90 * 60)


@pytest.mark.parametrize(
    "command",
    [
        commands.Skip("button"),
        commands.ToggleMusic("button"),
        commands.StepOverride("button"),
        commands.Override(Emotion.HAPPY, "page"),
        commands.SetMusic(True, "page"),
        commands.KeepQuiet(False, "page"),
    ],
)
def test_whoever_wants_music_interrupts_it_for_an_hour(command: commands.Command) -> None:
    night = room(NIGHTLY.replace("20:00", "22:00"))
    night.wait(31 * 60)
    player(night, "pause")
    woken = night.send(command)
    assert OrderCamera(True) in woken
    assert Resume() in woken
    player(night, "play")
    assert OrderCamera(False) not in night.wait(3599)
    again = night.wait(2)
    assert OrderCamera(False) in again
    assert Pause() in again


@pytest.mark.parametrize(
    "command",
    [commands.Override(None, "page"), commands.SetVolume(20, "page"), commands.JudgeNow("page")],
)
def test_what_wants_no_music_leaves_it_quiet(command: commands.Command) -> None:
    night = room()
    night.wait(31 * 60)
    night.send(command)
    assert night.conductor.quiet.active


def test_music_that_goes_on_by_another_program_interrupts_it() -> None:
    night = room()
    night.wait(31 * 60)
    player(night, "pause")
    assert OrderCamera(True) in player(night, "play")
    assert not night.conductor.quiet.active


def test_turning_the_camera_on_at_night_waits_for_the_morning() -> None:
    night = room()
    night.send(commands.SetCamera(on=False, by_button=False, by="page"))
    night.wait(31 * 60)
    assert OrderCamera(True) not in night.send(commands.SetCamera(on=True, by_button=False, by="page"))
    assert OrderCamera(True) in night.wait(90 * 60)


def test_a_camera_that_was_turned_off_stays_closed_in_the_morning() -> None:
    night = room()
    night.wait(31 * 60)
    night.send(commands.SetCamera(on=False, by_button=False, by="page"))
    assert OrderCamera(True) not in night.wait(90 * 60)


def test_the_sleep_timer_is_told_and_outlives_a_restart() -> None:
    evening = room("")
    told = evening.send(commands.SetSleepTimer(600, "page"))
    assert "Sleep timer: 10 min (page)." in said(told)
    assert describe_status(evening.conductor, evening.clock).quiet.sleep_minutes == 10
    evening.wait(601)
    player(evening, "pause")
    restarted = Room(saved=evening.conductor.saved)
    assert OrderCamera(False) in restarted.actions
    assert OrderCamera(True) not in restarted.actions
    assert restarted.conductor.quiet.active


def test_a_restart_in_the_morning_plays_and_looks_again() -> None:
    awake = Room(saved=SavedChoices(paused=Paused.QUIET, asleep_until=1.0))
    assert OrderCamera(True) in awake.actions
    assert Resume() in awake.actions
    assert awake.conductor.saved.paused is Paused.NOT


def test_an_empty_room_at_night_is_no_reason_to_pause_in_the_morning() -> None:
    night = room(NIGHTLY + "[music]\npause_after = 60\n")
    night.wait(31 * 60)
    player(night, "pause")
    night.camera(CameraState.OFF)
    night.wait(90 * 60)
    player(night, "play")
    night.camera(CameraState.OPEN)
    assert Pause() not in night.wait(30)
