"""What the conductor makes of buttons and knob."""

from appliance.core.saved_choices import SavedChoices
from appliance.domain import commands, events
from appliance.domain.actions import ApplyVolume, OrderCamera, Pause, Resume, Save, SeekTrack
from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerState
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy, Verdict
from appliance.settings.settings import parse_settings
from tests.room import Room, plays, said


def test_the_override_button_steps_from_auto_over_happy_through_all_and_back_to_auto() -> None:
    room = Room()
    steps = []
    for _ in range(len(Emotion) + 1):
        room.send(commands.StepOverride("button"))
        steps.append(room.conductor.override)
    assert steps[0] is Emotion.HAPPY
    assert steps[-1] is None
    assert set(steps) == {None, *Emotion}


def test_a_step_goes_on_from_what_was_chosen_elsewhere() -> None:
    room = Room(saved=SavedChoices(override=Emotion.HAPPY))
    room.send(commands.StepOverride("button"))
    assert room.conductor.override is Emotion.ANGRY


def test_the_camera_button_turns_off_and_on_and_its_off_is_its_own() -> None:
    room = Room()
    assert OrderCamera(False) in room.send(commands.ToggleCamera())
    assert room.conductor.saved.camera is CameraSwitch.OFF_BY_BUTTON
    again = Room(saved=room.conductor.saved)
    assert OrderCamera(False) in again.actions
    assert OrderCamera(True) not in again.send(commands.SetCamera(True, by_button=False, by="MQTT"))
    assert OrderCamera(True) in again.send(commands.ToggleCamera())
    assert again.conductor.saved.camera is CameraSwitch.ON


def test_the_camera_button_turns_on_a_camera_that_was_turned_off_from_elsewhere() -> None:
    room = Room(saved=SavedChoices(camera=CameraSwitch.OFF))
    assert OrderCamera(True) in room.send(commands.ToggleCamera())


def test_the_knob_turns_the_volume_on_from_where_it_is_however_fast_it_is_turned() -> None:
    room = Room()
    room.send(events.PlayerChanged(PlayerState("play", volume=50)))
    turned = [*room.send(commands.TurnVolume(1, "knob")), *room.send(commands.TurnVolume(1, "knob"))]
    assert [action for action in turned if isinstance(action, ApplyVolume)] == [ApplyVolume(55), ApplyVolume(60)]
    room.wait(2)
    room.send(events.PlayerChanged(PlayerState("play", volume=20)))
    assert room.send(commands.TurnVolume(-1, "knob")) == [ApplyVolume(15), Save()]


def test_the_knob_stays_between_floor_and_cap_and_says_where_there_is_nothing_to_turn() -> None:
    room = Room(parse_settings("[music]\nvolume_floor = 10\nvolume_cap = 40\n[controls]\nvolume_step = 20"))
    assert "no volume" in said(room.send(commands.TurnVolume(1, "knob")))
    room.send(events.PlayerChanged(PlayerState("play", volume=30)))
    assert room.send(commands.TurnVolume(1, "knob")) == [ApplyVolume(40), Save()]
    assert room.send(commands.TurnVolume(-3, "knob")) == [ApplyVolume(10), Save()]


def test_a_volume_that_the_owner_sets_is_kept_over_a_restart() -> None:
    room = Room(parse_settings("[music]\nvolume_cap = 80"))
    assert room.conductor.saved.volume is None
    assert Save() in room.send(commands.SetVolume(40, "page"))
    assert room.conductor.saved.volume == 40
    room.send(events.PlayerChanged(PlayerState("play", volume=75)))
    room.send(commands.TurnVolume(2, "knob"))
    assert room.conductor.saved.volume == 80
    assert Room(saved=room.conductor.saved).conductor.volume.chosen == 80


def test_the_pause_press_pauses_what_plays_and_else_lets_it_go_on() -> None:
    room = Room()
    room.send(events.PlayerChanged(PlayerState("play")))
    assert Pause() in room.send(commands.ToggleMusic("button"))
    room.send(events.PlayerChanged(PlayerState("pause")))
    assert Resume() in room.send(commands.ToggleMusic("button"))


def test_a_policy_chosen_while_the_mood_is_unsure_applies_to_the_last_one_seen() -> None:
    room = Room(parse_settings("[mood]\npolicy = 'match'\n"))
    room.show(Emotion.ANGRY, seconds=25)
    room.send(commands.RejectMood("page"))
    assert room.conductor.mood.mood is Verdict.UNSURE
    (play,) = plays(room.send(commands.SetPolicy(Policy.CHEER, "page")))
    assert play.emotion is Emotion.HAPPY


def test_a_song_is_wound_on_by_order() -> None:
    assert Room().send(commands.Seek(12.5, "page")) == [SeekTrack(12.5)]


def test_a_judgement_that_is_asked_for_goes_by_the_last_seconds() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=60)
    room.show(Emotion.ANGRY, seconds=6)
    room.send(commands.JudgeNow("page"))
    assert room.conductor.mood.mood is Emotion.ANGRY
