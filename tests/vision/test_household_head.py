"""What the vision process makes of the household's samples: a head that reads them, or a word why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.samples import FaceSample, FaceView
from appliance.model import bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.shipped import shipped_model
from appliance.vision import household_head
from appliance.vision.expression import ExpressionReader
from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection
from appliance.vision.model_slot import ModelSlot
from tests.model import tiny

FACE = Detection((172.0, 66.0, 106.0, 106.0), 0.9)


@pytest.fixture(scope="module")
def classifier() -> ExpressionClassifier:
    return ExpressionClassifier(bundle.read_bundle(shipped_model()))


@pytest.fixture
def own() -> ExpressionReader:
    """A reader that learns: not the one that others use."""
    return ExpressionReader(shipped_model())


def samples(
    reader: ExpressionReader, portrait: Frame, words: Callable[[int], Emotion], count: int = 12
) -> list[FaceSample]:
    """The portrait in several lights, by the words that are said of it."""
    rng, found = np.random.default_rng(4), []
    for number in range(count):
        word = words(number)
        shade = 0.35 + 0.1 * EMOTIONS.index(word)
        frame = np.clip(portrait * shade + rng.normal(0, 2, portrait.shape), 0, 255).astype(np.uint8)
        views = reader.views(frame, FACE)
        assert views is not None
        found.append(FaceSample(number + 1, "2026-01-31T12:00:00Z", 1, 0, word, reader.sha256, views))
    return found


def angry_or_sad(number: int) -> Emotion:
    return (Emotion.ANGRY, Emotion.SAD)[number % 2]


def test_faces_that_the_model_misreads_are_read_as_they_were_said_to_be(own: ExpressionReader, portrait: Frame) -> None:
    dark = np.clip(portrait * 0.35, 0, 255).astype(np.uint8)
    before = own.read(dark, [FACE])[0].reading
    assert before.top is Emotion.HAPPY
    report = own.learn(samples(own, portrait, angry_or_sad))
    assert report.used
    assert (report.samples, report.before) == (12, 0.0)
    assert report.after > 80
    assert {emotion: poses for emotion, poses, _, _ in report.each if poses} == {Emotion.ANGRY: 6, Emotion.SAD: 6}
    assert own.read(dark, [FACE])[0].reading.top is Emotion.ANGRY
    assert own.read(dark, [FACE], [True])[0].reading.top is Emotion.ANGRY
    own.forget()
    assert own.read(dark, [FACE])[0].reading == before


def test_one_face_pulled_for_every_emotion_teaches_nothing(own: ExpressionReader, portrait: Frame) -> None:
    same = samples(own, portrait, lambda _: Emotion.HAPPY, 14)
    muddled = [replace(each, word=EMOTIONS[number % 7]) for number, each in enumerate(same)]
    report = own.learn(muddled)
    assert not report.used
    assert report.why == household_head.ONE_FACE


def test_wrong_faces_pulled_teach_nothing(own: ExpressionReader, portrait: Frame) -> None:
    """The same words were said of faces that differ, and of faces that do not."""
    faces = samples(own, portrait, lambda number: EMOTIONS[number // 2], 14)
    upside_down = own.views(portrait[::-1], FACE)
    assert upside_down is not None
    wrong = [replace(each, word=EMOTIONS[number * 5 % 7], views=upside_down if number % 3 else each.views)
             for number, each in enumerate(faces)]  # fmt: skip
    report = own.learn(wrong)
    assert not report.used
    assert report.why in (household_head.NO_BETTER, household_head.ONE_FACE)


def test_too_few_faces_and_those_of_another_model_are_not_used(own: ExpressionReader, portrait: Frame) -> None:
    some = samples(own, portrait, angry_or_sad, 3)
    assert own.learn(some).why == household_head.TOO_FEW
    assert own.learn([replace(each, model="another") for each in some]).why == household_head.OTHER_MODEL
    assert own.learn([replace(each, views=(FaceView(b"\1", (0.0,), (1.0,)),) * 2) for each in some]).samples == 0


def test_a_model_of_an_older_kind_gives_no_faces_to_teach(tmp_path: Path, portrait: Frame) -> None:
    old = tmp_path / "tiny.moodmodel"
    old.write_bytes(tiny.make())
    reader = ExpressionReader(old)
    assert not reader.gives_features
    assert reader.views(portrait, FACE) is None


def test_samples_are_learnt_once_for_each_model_and_forgotten_without(portrait: Frame, own: ExpressionReader) -> None:
    slot = ModelSlot(shipped_model(), shipped_model(), 1000.0)
    taught = tuple(samples(own, portrait, angry_or_sad))
    assert slot.learn(taught)
    assert slot.head is not None
    assert slot.head.used
    assert not slot.learn(taught)
    assert slot.learn(())
    assert slot.head is None
    assert not slot.learn(())
