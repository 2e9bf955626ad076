from dataclasses import replace

import pytest

from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import commands, events
from appliance.domain.actions import (
    Action,
    ApplyVolume,
    DropModel,
    InstallModel,
    KeepModel,
    OrderCamera,
    Pause,
    Play,
    ReadSongs,
    RecordMood,
    RecordPlay,
    RecordSkip,
    Restart,
    Resume,
    Save,
    Say,
    SkipTrack,
    TryModel,
)
from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerState
from appliance.domain.looks import CameraState, CameraSwitch
from appliance.domain.moods import Policy, Verdict
from appliance.domain.reasons import Chosen, ChosenBefore, InWords, NobodyJudged
from appliance.domain.status import ModelStatus, RoomStatus
from appliance.settings.model import ModelSettings
from appliance.settings.settings import Settings, parse_settings
from tests.room import HELLO, Room, plays, said


def test_music_begins_before_anyone_has_been_seen() -> None:
    assert plays(Room().actions) == [Play(Emotion.NEUTRAL, NobodyJudged())]


def test_after_a_restart_music_begins_where_the_mood_was() -> None:
    assert plays(Room(saved=SavedChoices(emotion=Emotion.SAD)).actions)[0].emotion is Emotion.SAD


def test_after_a_restart_an_override_is_still_in_force() -> None:
    room = Room(saved=SavedChoices(override=Emotion.HAPPY))
    assert plays(room.actions)[0].emotion is Emotion.HAPPY
    room.show(Emotion.SAD, seconds=30)
    assert [play.emotion for play in plays(room.actions)] == [Emotion.HAPPY]


def test_twenty_seconds_after_someone_arrives_their_mood_is_judged_and_the_stop_gap_gives_way_at_once() -> None:
    room = Room()
    assert plays(room.show(Emotion.HAPPY, seconds=19)) == []
    [play] = plays(room.show(Emotion.HAPPY, seconds=3))
    assert play.emotion is Emotion.HAPPY
    assert play.at_once
    assert room.conductor.mood.mood is Emotion.HAPPY


def test_a_later_change_of_mood_lets_the_current_track_end() -> None:
    room = Room(parse_settings('[mood]\npolicy = "match"'))
    room.show(Emotion.HAPPY, seconds=25)
    [play] = plays(room.show(Emotion.SAD, seconds=305))
    assert play.emotion is Emotion.SAD
    assert not play.at_once


def test_every_judgement_is_recorded_and_a_mood_that_stays_asks_for_nothing_new() -> None:
    room = Room(parse_settings('[mood]\npolicy = "match"'))
    room.show(Emotion.HAPPY, seconds=1000)
    recorded = [action for action in room.actions if isinstance(action, RecordMood)]
    assert [(action.mood.mood, action.lasts) for action in recorded] == [(Emotion.HAPPY, 300.0)] * 4
    assert len({play.emotion for play in plays(room.actions)} - {Emotion.NEUTRAL}) == 1


def test_when_everyone_leaves_the_music_plays_on() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=30)
    actions = room.show(seconds=400)
    assert room.conductor.mood.mood is Verdict.NOBODY
    assert plays(actions) == []
    assert not any(isinstance(action, Pause) for action in actions)


def test_with_pause_after_set_the_music_pauses_once_and_goes_on_when_someone_returns() -> None:
    room = Room(parse_settings("[music]\npause_after = 60"))
    room.send(events.PlayerChanged(PlayerState("play", "a.ogg")))
    room.show(Emotion.HAPPY, seconds=30)
    assert room.show(seconds=59).count(Pause()) == 0
    assert room.show(seconds=60).count(Pause()) == 1
    room.send(events.PlayerChanged(PlayerState("pause", "a.ogg")))
    assert room.show(Emotion.HAPPY, seconds=1).count(Resume()) == 1


def test_music_that_someone_out_of_sight_lets_go_on_is_not_paused_again_at_once() -> None:
    room = Room(parse_settings("[music]\npause_after = 60"))
    room.send(events.PlayerChanged(PlayerState("play", "a.ogg")))
    room.show(seconds=70)
    room.send(events.PlayerChanged(PlayerState("pause", "a.ogg")))
    room.send(commands.SetMusic(on=True, by="Home Assistant"))
    room.send(events.PlayerChanged(PlayerState("play", "a.ogg")))
    assert Pause() not in room.show(seconds=55)
    assert room.show(seconds=10).count(Pause()) == 1


def test_a_pause_of_the_owners_is_not_ended_by_someone_coming() -> None:
    room = Room(parse_settings("[music]\npause_after = 60"))
    room.send(events.PlayerChanged(PlayerState("pause", "a.ogg")))
    room.show(seconds=200)
    assert Resume() not in room.show(Emotion.HAPPY, seconds=5)


def test_a_closed_camera_does_not_count_as_an_empty_room() -> None:
    room = Room(parse_settings("[music]\npause_after = 60"))
    room.send(events.PlayerChanged(PlayerState("play", "a.ogg")))
    room.camera(CameraState.OFF)
    assert Pause() not in room.wait(600)


def test_the_policy_lift_steps_towards_happy_track_by_track() -> None:
    room = Room()
    room.show(Emotion.SAD, seconds=25)
    wishes = [room.conductor.wish.emotion if room.conductor.wish else None]
    for _ in range(6):
        room.track(Emotion.SAD)
        wishes.append(room.conductor.wish.emotion if room.conductor.wish else None)
    assert wishes[0] is Emotion.SAD
    assert wishes[-1] is Emotion.HAPPY


def test_a_moment_of_doubt_does_not_begin_the_path_again_but_an_empty_room_does() -> None:
    room = Room()
    room.show(Emotion.SAD, seconds=25)
    for _ in range(4):
        room.track(Emotion.SAD)
    room.show(*Emotion, seconds=310)
    assert room.conductor.mood.mood is Verdict.UNSURE
    room.show(Emotion.SAD, seconds=310)
    assert room.conductor.wish
    assert room.conductor.wish.emotion is Emotion.HAPPY
    room.show(seconds=400)
    room.show(Emotion.SAD, seconds=25)
    assert room.conductor.wish.emotion is Emotion.SAD


def test_the_policy_cheer_answers_sad_with_happy() -> None:
    room = Room(parse_settings('[mood]\npolicy = "cheer"'))
    assert plays(room.show(Emotion.SAD, seconds=25))[-1].emotion is Emotion.HAPPY


def test_a_policy_chosen_by_the_owner_acts_at_once_and_is_saved() -> None:
    room = Room(parse_settings('[mood]\npolicy = "match"'))
    room.show(Emotion.SAD, seconds=25)
    actions = room.send(commands.SetPolicy(Policy.CHEER, "page"))
    assert plays(actions)[0].emotion is Emotion.HAPPY
    assert Save() in actions
    assert room.conductor.saved.policy is Policy.CHEER
    assert room.send(commands.SetPolicy(Policy.CHEER, "page")) == []


def test_a_policy_that_the_owner_never_chose_stays_the_settings_affair() -> None:
    room = Room(parse_settings('[mood]\npolicy = "match"'))
    room.send(commands.Override(Emotion.HAPPY, "page"))
    assert room.conductor.saved.policy is None
    assert room.conductor.policy is Policy.MATCH


def test_an_override_switches_at_once_and_the_camera_no_longer_decides() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=25)
    actions = room.send(commands.Override(Emotion.FEAR, "button"))
    assert plays(actions) == [Play(Emotion.FEAR, Chosen(emotion=Emotion.FEAR), at_once=True)]
    assert Save() in actions
    assert plays(room.show(Emotion.SAD, seconds=700)) == []
    assert room.conductor.mood.mood is Emotion.SAD


def test_auto_returns_to_the_mood_in_the_room() -> None:
    room = Room(parse_settings('[mood]\npolicy = "match"'))
    room.show(Emotion.SAD, seconds=25)
    room.send(commands.Override(Emotion.HAPPY, "button"))
    assert [play.emotion for play in plays(room.send(commands.Override(None, "button")))] == [Emotion.SAD]


def test_after_an_override_without_a_mood_the_music_stays_and_says_why() -> None:
    room = Room()
    room.send(commands.Override(Emotion.HAPPY, "button"))
    [play] = plays(room.send(commands.Override(None, "button")))
    assert play == Play(Emotion.HAPPY, ChosenBefore(emotion=Emotion.HAPPY, mood="unsure"))


def test_the_same_override_set_anew_ends_a_pause_like_any_other() -> None:
    room = Room()
    room.send(commands.Override(Emotion.HAPPY, "button"))
    room.send(commands.Override(None, "button"))
    assert plays(room.send(commands.Override(Emotion.HAPPY, "button"))) == [
        Play(Emotion.HAPPY, Chosen(emotion=Emotion.HAPPY), at_once=True)
    ]


def test_a_repeated_override_changes_nothing() -> None:
    room = Room()
    room.send(commands.Override(Emotion.FEAR, "button"))
    assert room.send(commands.Override(Emotion.FEAR, "page")) == []


def test_skip_is_passed_on() -> None:
    assert SkipTrack() in Room().send(commands.Skip("button"))


def test_plays_and_skips_are_recorded() -> None:
    room = Room()
    assert RecordPlay("a.ogg", Emotion.HAPPY, InWords(text="because")) in room.track(Emotion.HAPPY)
    assert RecordPlay("a.ogg", None, None) in room.track(None)
    skipped = room.send(events.TrackSkipped("a.ogg", Emotion.HAPPY, 0.75))
    assert skipped == [RecordSkip("a.ogg", Emotion.HAPPY, 0.75)]


def test_the_camera_can_be_turned_off_and_on_and_the_choice_is_saved() -> None:
    room = Room()
    off = room.send(commands.SetCamera(on=False, by_button=False, by="page"))
    assert OrderCamera(on=False) in off
    assert Save() in off
    assert OrderCamera(on=True) in room.send(commands.SetCamera(on=True, by_button=False, by="page"))


def test_a_camera_turned_off_by_its_button_is_turned_on_by_the_button_alone() -> None:
    room = Room()
    room.send(commands.SetCamera(on=False, by_button=True, by="button"))
    refused = room.send(commands.SetCamera(on=True, by_button=False, by="Home Assistant"))
    assert not any(isinstance(action, OrderCamera) for action in refused)
    assert "only the button" in said(refused)
    assert OrderCamera(on=True) in room.send(commands.SetCamera(on=True, by_button=True, by="button"))


@pytest.mark.parametrize("switch", CameraSwitch)
def test_after_a_restart_the_camera_opens_only_if_the_owner_had_it_on(switch: CameraSwitch) -> None:
    room = Room(saved=SavedChoices(camera=switch))
    assert [action.on for action in room.actions if isinstance(action, OrderCamera)] == [switch is CameraSwitch.ON]


def test_a_failing_camera_is_told_once_and_its_return_too() -> None:
    room = Room()
    words = said([action for _ in range(5) for action in room.camera(CameraState.FAILED, "no camera found")])
    assert words.count("no camera found") == 1
    assert "works again" in said(room.camera(CameraState.OPEN))


def test_losing_the_vision_process_keeps_the_music_and_the_mood() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=25)
    actions = room.send(events.VisionLost())
    assert not plays(actions)
    assert room.conductor.mood.mood is Emotion.HAPPY
    assert room.conductor.vision_state.looks_per_second(room.clock.monotonic()) == 0


def test_the_latest_model_is_installed_when_someone_wants_it_and_the_status_names_both() -> None:
    room = Room()
    assert describe_status(room.conductor, room.clock).model is None
    room.send(events.ModelInForce("shipped", "m.moodmodel", "00", on_trial=False, latest="edge-1.1.0"))
    assert describe_status(room.conductor, room.clock).model == ModelStatus(
        installed="shipped", latest="edge-1.1.0", on_trial=False
    )
    assert InstallModel() in room.send(commands.InstallLatestModel("Home Assistant"))


def test_the_time_into_a_track_runs_while_it_plays_and_ends_with_it() -> None:
    room = Room()
    room.send(events.PlayerChanged(PlayerState("play", "a.ogg", elapsed=3, duration=10)))
    room.wait(4)
    assert describe_status(room.conductor, room.clock).player.elapsed == 7
    room.wait(60)
    assert room.conductor.elapsed == 10
    room.send(events.PlayerChanged(PlayerState("pause", "a.ogg", elapsed=9, duration=10)))
    room.wait(60)
    assert room.conductor.elapsed == 9


def test_losing_mpd_changes_no_decision_and_shows_in_the_status() -> None:
    room = Room()
    room.send(events.PlayerChanged(PlayerState("play")))
    assert room.send(events.PlayerChanged(PlayerState("lost"))) == []
    assert describe_status(room.conductor, room.clock).problems == ("music: MPD cannot be reached",)


def test_judge_now_judges_now() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=10)
    assert plays(room.send(commands.JudgeNow("page")))[0].emotion is Emotion.HAPPY


def test_a_volume_is_passed_on() -> None:
    assert ApplyVolume(30) in Room().send(commands.SetVolume(30, "page"))


def test_music_that_the_owner_pauses_stays_paused_when_someone_comes() -> None:
    room = Room(parse_settings("[music]\npause_after = 60"))
    room.send(events.PlayerChanged(PlayerState("play", "a.ogg")))
    room.show(seconds=70)
    assert Pause() in room.actions
    assert Pause() in room.send(commands.SetMusic(on=False, by="page"))
    room.send(events.PlayerChanged(PlayerState("pause", "a.ogg")))
    assert Resume() not in room.show(Emotion.HAPPY, seconds=5)
    assert Resume() in room.send(commands.SetMusic(on=True, by="page"))


def test_an_interval_of_the_owners_acts_on_the_next_judgement_already_and_is_saved() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=25)
    assert Save() in room.send(commands.SetInterval(60, "page"))
    assert room.conductor.interval == room.conductor.saved.interval == 60
    assert room.conductor.next_judgement == pytest.approx(room.clock.monotonic() + 60)
    assert room.send(commands.SetInterval(60, "page")) == []
    assert Room(saved=room.conductor.saved).conductor.interval == 60


def test_a_mood_that_the_owner_calls_wrong_is_given_up_and_only_later_looks_count() -> None:
    room = Room()
    room.show(Emotion.SAD, seconds=25)
    actions = room.send(commands.RejectMood("page"))
    assert room.conductor.mood.mood is Verdict.UNSURE
    assert any(isinstance(action, RecordMood) for action in actions)
    assert "not sad" in said(actions)
    room.show(Emotion.HAPPY, seconds=10)
    room.send(commands.JudgeNow("page"))
    assert room.conductor.mood.mood is Emotion.HAPPY


def test_calling_no_mood_wrong_changes_nothing() -> None:
    room = Room()
    actions = room.send(commands.RejectMood("page"))
    assert [type(action) for action in actions] == [Say]


def test_a_restart_is_passed_on() -> None:
    assert Restart() in Room().send(commands.RestartBox("page"))


def test_that_a_button_has_been_used_decides_nothing() -> None:
    assert Room().send(events.ButtonPressed("skip_short")) == []


def test_who_is_in_the_room_is_known_without_a_judgement() -> None:
    room = Room()
    room.show(Emotion.HAPPY, Emotion.SAD, seconds=3)
    assert describe_status(room.conductor, room.clock).room == RoomStatus(someone=True, people=2)
    room.send(events.VisionLost())
    assert describe_status(room.conductor, room.clock).room == RoomStatus(someone=None, people=None)


def test_a_wall_clock_that_jumps_a_day_changes_no_decision() -> None:
    def evening(jump: bool) -> list[Action]:
        room = Room()
        room.show(Emotion.HAPPY, seconds=100)
        if jump:
            room.clock.set_wall(room.clock.now().replace(year=2027))
        room.show(Emotion.SAD, seconds=500)
        return room.actions

    assert evening(jump=True) == evening(jump=False)


@pytest.mark.parametrize("seconds", [5, 60])
def test_looks_a_second_are_counted_over_the_last_ten_seconds(seconds: float) -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=seconds)
    assert room.conductor.vision_state.looks_per_second(room.clock.monotonic()) == pytest.approx(
        2.0 if seconds > 10 else 1.0, abs=0.1
    )


def test_a_new_model_costs_no_judgement_and_is_kept_when_it_has_proved_itself() -> None:
    room = Room(Settings(model=ModelSettings(trial_seconds=15, trial_faces=10)))
    room.show(Emotion.HAPPY, seconds=10)
    room.send(events.ModelInForce("edge-2", "/models/edge-2", "22", on_trial=True))
    assert TryModel("22", "/models/edge-2") in room.actions
    lines = said(room.send(replace(HELLO, model="edge 2.0.0", bundle="22")))
    assert lines == "Faces are read with model edge 2.0.0 now."
    judged = room.show(Emotion.HAPPY, seconds=10.5)
    assert "The mood is happy" in said(judged)
    assert KeepModel("22") in room.show(Emotion.HAPPY, seconds=5)


def test_a_new_model_that_vision_refuses_is_dropped() -> None:
    room = Room()
    room.send(events.ModelInForce("edge-2", "/models/edge-2", "22", on_trial=True))
    actions = room.send(replace(HELLO, refused="/models/edge-2", refusal="it is damaged"))
    assert DropModel("22", "it is damaged") in actions
    assert "The model edge-2 failed its trial: it is damaged." in said(actions)


def test_songs_that_have_changed_are_read_again() -> None:
    assert Room().send(events.SongsChanged(Emotion.FEAR, "fear/a.flac")) == [ReadSongs(Emotion.FEAR, "fear/a.flac")]
