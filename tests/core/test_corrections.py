from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.core.corrections import NothingToCorrect
from appliance.domain import commands, events
from appliance.domain.actions import (
    Action,
    DeleteCorrection,
    DeleteCorrections,
    DeleteDislike,
    DeleteHistory,
    Play,
    RecordCorrection,
    RecordDislike,
    RecordMood,
    SkipTrack,
    TeachSong,
)
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.events import PlayerState
from appliance.domain.lessons import LessonKind
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Correction, Policy, Verdict
from appliance.domain.reasons import MoodTold
from tests.room import Room, mostly, plays, said

SAD, NEUTRAL, HAPPY = Emotion.SAD, Emotion.NEUTRAL, Emotion.HAPPY
RESTING = Reading.of({SAD: 0.55, NEUTRAL: 0.35, Emotion.FEAR: 0.1})
DEJECTED = Reading.of({SAD: 0.75, NEUTRAL: 0.2, Emotion.FEAR: 0.05})
"""Too sad for one correction to turn it over."""


def show(room: Room, reading: Reading, seconds: float) -> list[Action]:
    done: list[Action] = []
    for _ in range(int(seconds * 2)):
        room.clock.advance(0.5)
        look = Look(room.clock.monotonic(), CameraState.OPEN, (Face((10, 10, 50, 50), 0.9, reading),), (640, 480))
        done += room.send(events.Looked(look))
    return done


def correct(room: Room, mood: Emotion, number: int = 7) -> list[Action]:
    return room.send(commands.CorrectMood(room.conductor.correction(mood, number), "page"))


def recorded(actions: list[Action]) -> list[Correction]:
    return [action.correction for action in actions if isinstance(action, RecordCorrection)]


def judged_sad() -> Room:
    room = Room()
    show(room, RESTING, seconds=25)
    assert room.conductor.mood.mood is SAD
    return room


def test_the_owner_is_believed_at_once() -> None:
    room = judged_sad()
    actions = correct(room, NEUTRAL)
    assert room.conductor.mood.mood is NEUTRAL
    assert room.conductor.mood.told
    assert "neutral and not sad" in said(actions)
    assert [action.mood.mood for action in actions if isinstance(action, RecordMood)] == [NEUTRAL]


def test_what_is_recorded_is_seven_numbers_and_a_label() -> None:
    (correction,) = recorded(correct(judged_sad(), NEUTRAL))
    assert (correction.id, correction.was, correction.mood, correction.model) == (7, SAD, NEUTRAL, "edge 1.0.0")
    assert correction.reading.probabilities == pytest.approx(RESTING.probabilities)


def test_the_music_chosen_for_the_wrong_mood_does_not_play_to_its_end() -> None:
    room = judged_sad()
    room.track(SAD)
    room.send(events.PlayerChanged(PlayerState("play", "sad/a.ogg", emotion=SAD)))
    (play,) = plays(correct(room, HAPPY))
    assert play == Play(HAPPY, MoodTold(emotion=HAPPY, policy=Policy.LIFT), at_once=True)
    room.send(events.PlayerChanged(PlayerState("play", "happy/b.ogg", emotion=HAPPY)))
    assert not any(play.at_once for play in plays(room.track(HAPPY, "happy/b.ogg")))


def test_a_correction_that_asks_for_the_music_that_plays_interrupts_nothing() -> None:
    room = judged_sad()
    room.send(events.PlayerChanged(PlayerState("play", "neutral/a.ogg", emotion=NEUTRAL)))
    assert not any(play.at_once for play in plays(correct(room, NEUTRAL)))


def test_under_an_override_the_mood_is_corrected_and_the_music_stays() -> None:
    room = judged_sad()
    room.send(commands.Override(HAPPY, "page"))
    assert plays(correct(room, NEUTRAL)) == []
    assert room.conductor.mood.mood is NEUTRAL


def test_the_owners_word_stands_while_the_face_stays_the_same() -> None:
    room = Room()
    show(room, DEJECTED, seconds=25)
    correct(room, NEUTRAL)
    actions = show(room, DEJECTED, seconds=1000)
    assert "as you said" in said(actions)
    assert room.conductor.mood.mood is NEUTRAL


def test_a_mood_that_the_owner_told_is_there_since_they_told_it() -> None:
    room = Room()
    show(room, DEJECTED, seconds=25)
    correct(room, NEUTRAL)
    since = room.conductor.mood.since
    show(room, DEJECTED, seconds=1000)
    assert room.conductor.mood.told
    assert room.conductor.mood.since == since


def test_another_face_is_judged_as_it_is() -> None:
    room = judged_sad()
    correct(room, NEUTRAL)
    room.show(HAPPY, seconds=310)
    assert room.conductor.mood.mood is HAPPY
    assert not room.conductor.mood.told
    show(room, mostly(SAD), seconds=310)
    assert room.conductor.mood.mood is SAD


def test_ten_corrections_teach_the_box_to_read_this_face() -> None:
    room = judged_sad()
    for number in range(1, 11):
        correct(room, NEUTRAL, number)
        room.wait(1)
        room.show(HAPPY, seconds=310)
        show(room, RESTING, seconds=310)
    room.show(HAPPY, seconds=310)
    show(room, RESTING, seconds=310)
    assert room.conductor.mood.mood is NEUTRAL
    assert not room.conductor.mood.told
    assert room.conductor.mood.reading != room.conductor.mood.raw
    show(room, mostly(SAD), seconds=310)
    assert room.conductor.mood.mood is SAD


def test_what_is_taught_is_what_was_seen_and_not_what_was_made_of_it() -> None:
    room = judged_sad()
    correct(room, NEUTRAL, 1)
    room.show(HAPPY, seconds=310)
    show(room, RESTING, seconds=310)
    (correction,) = recorded(correct(room, NEUTRAL, 2))
    assert room.conductor.corrections.calibration.strength > 0.2
    assert correction.reading.probabilities == pytest.approx(RESTING.probabilities, abs=0.03)  # a last smile is in it


def test_a_second_word_on_the_same_judgement_takes_the_place_of_the_first() -> None:
    room = judged_sad()
    correct(room, HAPPY, 1)
    (second,) = recorded(correct(room, NEUTRAL, 2))
    assert (second.id, second.was, second.mood) == (1, SAD, NEUTRAL)
    assert room.conductor.corrections.all == (second,)
    assert room.conductor.mood.mood is NEUTRAL


def test_a_correction_that_is_taken_back_at_once_gives_the_mood_back() -> None:
    room = judged_sad()
    correct(room, HAPPY, 1)
    correct(room, NEUTRAL, 2)
    room.send(events.CorrectionsChanged(()))
    assert room.conductor.mood.mood is SAD
    assert room.conductor.corrections.calibration.strength == 0
    assert room.send(events.CorrectionsChanged(())) == []


def test_one_correction_is_taken_back_and_the_others_stay() -> None:
    room = judged_sad()
    correct(room, HAPPY, 1)
    room.show(SAD, seconds=310)
    correct(room, NEUTRAL, 2)
    actions = room.send(commands.TakeBackCorrection(1, "page"))
    assert DeleteCorrection(1) in actions
    assert [each.id for each in room.conductor.corrections.all] == [2]
    assert room.conductor.mood.mood is NEUTRAL


def test_all_corrections_are_taken_back_and_the_mood_before_comes_back() -> None:
    room = judged_sad()
    correct(room, HAPPY, 1)
    actions = room.send(commands.ForgetCorrections("page"))
    assert DeleteCorrections() in actions
    assert room.conductor.corrections.all == ()
    assert room.conductor.mood.mood is SAD


def test_a_song_that_fits_again_and_an_erased_history_reach_the_history() -> None:
    room, replies = judged_sad(), []
    assert DeleteDislike("sad/a.ogg", SAD) in room.send(commands.ForgiveSong("sad/a.ogg", SAD, "page"))
    assert DeleteHistory(replies.append) in room.send(commands.EraseHistory(replies.append, "page"))
    assert replies == []


def test_what_was_taught_before_counts_from_the_start() -> None:
    teacher = judged_sad()
    correct(teacher, NEUTRAL)
    (one,) = teacher.conductor.corrections.all
    room = Room()
    many = tuple(Correction(number, one.at, SAD, NEUTRAL, one.reading, one.model) for number in range(1, 11))
    assert room.send(events.CorrectionsChanged(many)) == []
    show(room, RESTING, seconds=25)
    assert room.conductor.mood.mood is NEUTRAL
    faces = room.conductor.vision_state.look
    assert faces is not None
    assert faces.faces[0].reading.top is NEUTRAL


def test_under_another_model_what_was_taught_weighs_less() -> None:
    room = judged_sad()
    correct(room, NEUTRAL)
    before = room.conductor.corrections.calibration.strength
    room.send(events.VisionHello("webcam /dev/video0", "mediapipe", "edge 2.0.0"))
    assert 0 < room.conductor.corrections.calibration.strength < before


def test_a_mood_may_be_confirmed() -> None:
    room = judged_sad()
    assert "sad, as I thought" in said(correct(room, SAD))
    assert room.conductor.corrections.calibration.strength < 0.2


def test_an_unsure_judge_may_be_taught() -> None:
    room = Room()
    show(room, Reading.of({SAD: 0.4, NEUTRAL: 0.4, Emotion.FEAR: 0.2}), seconds=25)
    assert room.conductor.mood.mood is Verdict.UNSURE
    (correction,) = recorded(correct(room, NEUTRAL))
    assert correction.was is Verdict.UNSURE


def test_a_mood_that_was_called_wrong_may_still_be_given_its_name() -> None:
    room = judged_sad()
    room.send(commands.RejectMood("Home Assistant"))
    assert recorded(correct(room, NEUTRAL))[0].reading.probabilities == pytest.approx(RESTING.probabilities)


def test_a_corrected_mood_that_is_called_wrong_stands_no_longer() -> None:
    room = judged_sad()
    correct(room, NEUTRAL)
    room.send(commands.RejectMood("Home Assistant"))
    show(room, DEJECTED, seconds=310)
    assert room.conductor.mood.mood is SAD


def test_without_a_judgement_there_is_nothing_to_correct() -> None:
    with pytest.raises(NothingToCorrect, match="no face has been judged yet"):
        Room().conductor.correction(HAPPY, 1)


def test_with_nobody_there_there_is_nothing_to_correct() -> None:
    room = judged_sad()
    room.show(seconds=60)
    assert room.conductor.mood.mood is Verdict.NOBODY
    with pytest.raises(NothingToCorrect, match="nobody is there"):
        room.conductor.correction(HAPPY, 1)


def test_a_judgement_of_long_ago_is_not_corrected() -> None:
    room = judged_sad()
    room.camera(CameraState.OFF)
    room.wait(500)
    room.conductor.correction(HAPPY, 1)
    room.wait(200)
    with pytest.raises(NothingToCorrect, match="too long ago"):
        room.conductor.correction(HAPPY, 1)


def test_a_song_that_does_not_fit_is_recorded_and_left() -> None:
    room = Room()
    room.send(events.PlayerChanged(PlayerState("play", "sad/a.ogg", emotion=SAD)))
    actions = room.send(commands.DislikeSong("sad/a.ogg", SAD, "page"))
    lesson = TeachSong("sad/a.ogg", LessonKind.MISFIT, SAD)
    assert actions[1:] == [RecordDislike("sad/a.ogg", SAD), lesson, SkipTrack()]
    actions = room.send(commands.DislikeSong("sad/b.ogg", SAD, "page"))
    assert actions[1:] == [RecordDislike("sad/b.ogg", SAD), replace(lesson, file="sad/b.ogg")]
