"""A correction is about the sharpest face of the time that was judged, if one person was there."""

from __future__ import annotations

from dataclasses import replace

from appliance.core.corrected_face import CorrectedFace
from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood, Verdict
from appliance.domain.samples import FaceView, SeenFace
from tests.room import Room

VIEW = FaceView(b"\1\2", (0.0,) * 7, (1 / 7,) * 7)
ALONE = Mood(Emotion.SAD, people=1)


def seen(at: float, sharpness: float, model: str = "m") -> SeenFace:
    return SeenFace(at, model, sharpness, (VIEW, VIEW))


def test_it_is_the_sharpest_of_the_time_that_was_judged_last() -> None:
    corrected = CorrectedFace()
    assert corrected.face is None
    for number, sharpness in enumerate((3.0, 7.0, 5.0)):
        corrected.see(seen(number, sharpness))
    assert corrected.face is None
    corrected.judged(ALONE)
    corrected.see(seen(9.0, 99.0))
    assert corrected.face == seen(1, 7.0)
    corrected.judged(ALONE)
    assert corrected.face == seen(9.0, 99.0)
    corrected.judged(ALONE)
    assert corrected.face is None


def test_it_is_nobodys_where_not_one_person_was_judged() -> None:
    for mood in (replace(ALONE, people=2), Mood(Verdict.NOBODY)):
        corrected = CorrectedFace()
        corrected.see(seen(1.0, 1.0))
        corrected.judged(mood)
        assert corrected.face is None


def test_a_face_of_another_model_goes_before_those_of_the_one_before() -> None:
    corrected = CorrectedFace()
    corrected.see(seen(1.0, 9.0))
    corrected.see(seen(2.0, 1.0, "other"))
    corrected.judged(ALONE)
    assert corrected.face == seen(2.0, 1.0, "other")


def test_the_face_that_was_judged_becomes_a_sample_when_it_is_corrected() -> None:
    room = Room()
    room.send(commands.LearnCorrections(True, "page"))
    room.show(Emotion.SAD, seconds=5)
    room.send(events.FaceSeen(seen(room.clock.monotonic(), 1.0)))
    room.show(Emotion.SAD, seconds=20)
    assert room.conductor.mood.mood is Emotion.SAD
    room.send(commands.CorrectMood(room.conductor.correction(Emotion.ANGRY, 1), "page"))
    assert [(each.word, each.correction) for each in room.conductor.faces.samples] == [(Emotion.ANGRY, 1)]
