"""Hours of looks through window, schedule, judge and policy together, in milliseconds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Mood, Policy, Verdict
from appliance.mood.judge import JudgeRules, judge
from appliance.mood.policy import plan
from appliance.mood.schedule import Schedule
from appliance.mood.window import Window

TRACK = 200.0
MINUTES = 60.0


def face(**parts: float) -> Reading:
    """A reading with these parts; what is missing to 1 is neutral."""
    known = {Emotion(name): value for name, value in parts.items()}
    known[Emotion.NEUTRAL] = known.get(Emotion.NEUTRAL, 0.0) + 1 - sum(known.values())
    return Reading.of(known)


SAD = face(sad=0.7, fear=0.1)
HAPPY = face(happy=0.9)
Scene = Callable[[float], Sequence[Reading]]


class Evening:
    """The mood's part of the box: looks in; moods, and the folder of each track, out."""

    def __init__(self, policy: Policy = Policy.LIFT) -> None:
        self.now = 1000.0
        self.moods: list[str] = []
        self.judgements: list[float] = []
        self.tracks: list[str] = []
        self.mood = Mood(Verdict.UNSURE, since=self.now)
        self._policy = policy
        self._rules = JudgeRules()
        self._window = Window()
        self._schedule = Schedule(20, 300, 30)
        self._played = 0
        self._track_ends = self.now
        self._chosen: Emotion | None = None

    def show(self, seconds: float, scene: Scene | Reading | None) -> Evening:
        """Let the camera see a scene (a function of time, one face, or nobody) for so long."""
        end = self.now + seconds
        while self.now < end:
            shown = [] if scene is None else [scene] if isinstance(scene, Reading) else scene(self.now)
            look = Look(self.now, CameraState.OPEN, tuple(Face((0, 0, 9, 9), 1.0, reading) for reading in shown))
            self._window.add(look)
            self._schedule.observe(look)
            self._tick()
            self.now += 0.5 if shown else 2.0
        return self

    def blind(self, seconds: float) -> Evening:
        """Let time pass without looks."""
        end = self.now + seconds
        while self.now < end:
            self._tick()
            self.now += 1.0
        return self

    def leap(self, seconds: float) -> Evening:
        """Let the clock leap ahead at once."""
        self.now += seconds
        self._tick()
        return self

    def _tick(self) -> None:
        if self._schedule.due(self.now):
            self._judge()
        if self.now >= self._track_ends and self._chosen:
            self.tracks.append(self._chosen.value)
            self._track_ends = self.now + TRACK
            self._played += 1
            self._plan()

    def _judge(self) -> None:
        before = self.mood
        self.mood = judge(self._window.evidence(self._schedule.since(self.now)), before, self._rules, self.now)
        self._schedule.judged(self.now)
        self.judgements.append(self.now)
        if self.mood.mood != before.mood:
            self.moods.append(self.mood.mood.value)
            self._played = 0
        self._plan()

    def _plan(self) -> None:
        if step := plan(self._policy, self.mood, self._played):
            self._chosen = step.emotion


def test_one_person_sad_then_happy() -> None:
    evening = Evening().show(40 * MINUTES, SAD).show(20 * MINUTES, HAPPY)
    assert evening.moods == ["sad", "happy"]
    assert evening.tracks[:5] == ["sad", "sad", "neutral", "happy", "happy"]


def test_music_follows_a_mood_twenty_seconds_after_someone_arrives() -> None:
    evening = Evening().show(10 * MINUTES, None).show(21, HAPPY)
    assert evening.moods == ["nobody", "happy"]
    assert evening.judgements[-1] - 1000 == pytest.approx(620, abs=0.5)
    assert evening.tracks == ["happy"]


def test_a_party_of_six_counts_everyone_alike() -> None:
    guests = [HAPPY, HAPPY, HAPPY, HAPPY, face(neutral=0.9), SAD]
    evening = Evening().show(30 * MINUTES, lambda _: guests)
    assert evening.moods == ["happy"]
    assert evening.mood.people == 6


def test_a_room_split_in_halves_is_unsure() -> None:
    evening = Evening().show(30 * MINUTES, lambda _: [HAPPY, HAPPY, HAPPY, face(sad=0.8), face(sad=0.8), face(sad=0.8)])
    assert evening.moods == []
    assert evening.mood.mood is Verdict.UNSURE
    assert evening.tracks == []


def test_an_empty_house_is_judged_once_in_a_whole_night() -> None:
    evening = Evening().show(8 * 60 * MINUTES, None)
    assert evening.moods == ["nobody"]
    assert len(evening.judgements) == 1


def test_a_child_walking_by_changes_no_music() -> None:
    evening = Evening().show(10 * MINUTES, SAD).show(10 * MINUTES, None)
    tracks = len(evening.tracks)
    evening.show(3, HAPPY).show(10 * MINUTES, None)
    assert evening.moods == ["sad", "nobody", "unsure", "nobody"]
    assert set(evening.tracks[tracks:]) <= {"sad", "neutral", "happy"}
    assert evening.tracks[tracks:] == [evening.tracks[tracks]] * len(evening.tracks[tracks:])


def test_a_child_running_through_a_room_with_someone_in_it_changes_no_mood() -> None:
    def room(now: float) -> list[Reading]:
        return [SAD, HAPPY] if now % 300 < 15 else [SAD]

    assert Evening().show(60 * MINUTES, room).moods == ["sad"]


def test_flicker_between_two_emotions_names_neither_and_never_flaps() -> None:
    evening = Evening().show(60 * MINUTES, lambda now: [HAPPY if int(now * 2) % 2 else face(sad=0.9)])
    assert evening.moods == []


def test_a_mood_that_leads_by_a_hair_in_turns_stays_the_first() -> None:
    def turns(now: float) -> list[Reading]:
        lead = 0.06 if int(now // 300) % 2 else -0.06
        return [face(sad=0.45 + lead, angry=0.45 - lead)]

    evening = Evening().show(5 * MINUTES, SAD).show(60 * MINUTES, turns)
    assert evening.moods == ["sad"]


def test_someone_who_leaves_the_room_leaves_the_music_playing() -> None:
    evening = Evening(Policy.MATCH).show(11 * MINUTES, HAPPY).show(30 * MINUTES, None)
    assert evening.moods == ["happy", "nobody"]
    assert set(evening.tracks) == {"happy"}
    assert len(evening.tracks) >= 12


def test_an_hour_with_the_camera_off_is_no_news() -> None:
    evening = Evening().show(12 * MINUTES, SAD)
    judged = len(evening.judgements)
    evening.blind(60 * MINUTES)
    assert len(evening.judgements) == judged
    assert evening.mood.mood is Emotion.SAD
    evening.show(25, HAPPY)
    assert evening.moods == ["sad", "happy"]


def test_after_an_hour_with_the_camera_off_an_empty_room_is_noticed() -> None:
    assert Evening().show(12 * MINUTES, SAD).blind(60 * MINUTES).show(35, None).moods == ["sad", "nobody"]


def test_a_suspended_box_wakes_to_one_judgement() -> None:
    evening = Evening().show(7 * MINUTES, SAD)
    judged = len(evening.judgements)
    evening.leap(9 * 3600).show(10 * MINUTES, HAPPY)
    assert len(evening.judgements) == judged + 2
    assert evening.moods == ["sad", "happy"]


def test_a_stutter_of_the_camera_does_not_start_the_evening_anew() -> None:
    evening = Evening().show(4 * MINUTES, SAD).blind(40).show(4 * MINUTES, SAD)
    assert len(evening.judgements) == 2
    assert evening.moods == ["sad"]


def test_noise_does_not_turn_a_steady_mood() -> None:
    dice = random.Random(7)

    def noisy(_: float) -> list[Reading]:
        parts = [dice.random() ** 3 + (1.0 if emotion is Emotion.FEAR else 0.0) for emotion in Emotion]
        return [Reading(tuple(part / sum(parts) for part in parts))] if dice.random() < 0.8 else []

    assert Evening().show(120 * MINUTES, noisy).moods == ["fear"]


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(Emotion), st.floats(0.5, 1), st.integers(1, 6), st.floats(1, 3))
def test_constant_faces_give_a_constant_mood(emotion: Emotion, strength: float, people: int, hours: float) -> None:
    rest = (1 - strength) / 6
    reading = Reading(tuple(strength if each is emotion else rest for each in Emotion))
    evening = Evening().show(hours * 600, lambda _: [reading] * people)
    assert evening.moods == [emotion.value]
    assert evening.mood.people == people


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([SAD, HAPPY, None]), st.floats(1, 400)), min_size=1, max_size=12))
def test_whatever_is_shown_the_mood_turns_no_faster_than_people_come_and_go(
    scenes: list[tuple[Reading | None, float]],
) -> None:
    evening = Evening()
    for scene, seconds in scenes:
        evening.show(seconds, scene)
    arrivals = 1 + sum(scene is None for scene, _ in scenes)
    assert len(evening.judgements) <= 2 * arrivals + (evening.now - 1000) / 300
    assert len(evening.moods) <= len(evening.judgements)
