import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import (
    EMOTIONS,
    PROFILES,
    UNPLEASANT,
    Emotion,
    Reading,
    by_distance,
    circumplex,
    folder_of,
)
from appliance.domain.moods import Mood, Policy, Verdict

readings = (
    st.lists(st.floats(0, 1), min_size=7, max_size=7)
    .filter(lambda parts: sum(parts) > 0.01)
    .map(lambda parts: Reading(tuple(part / sum(parts) for part in parts)))
)


def test_the_words_are_the_agreed_ones() -> None:
    assert EMOTIONS == ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
    assert tuple(Verdict) == ("unsure", "nobody")
    assert tuple(Policy) == ("match", "cheer", "lift", "journey")


def test_emotions_lie_on_the_circle_and_neutral_in_its_middle() -> None:
    assert circumplex(Emotion.NEUTRAL) == (0, 0)
    angles = {emotion: profile.angle for emotion, profile in PROFILES.items() if profile.angle is not None}
    assert set(angles) == set(EMOTIONS) - {Emotion.NEUTRAL}
    for emotion, angle in angles.items():
        valence, arousal = circumplex(emotion)
        assert math.hypot(valence, arousal) == pytest.approx(1)
        assert math.degrees(math.atan2(arousal, valence)) % 360 == pytest.approx(angle)


def test_each_emotion_has_one_row_and_looks_of_its_own() -> None:
    assert set(PROFILES) == set(EMOTIONS)
    for field in ("name", "looked", "emoji", "light", "dark", "lamp"):
        assert len({getattr(profile, field) for profile in PROFILES.values()}) == len(EMOTIONS)


def test_colours_and_light_are_in_range() -> None:
    for profile in PROFILES.values():
        assert re.fullmatch("#[0-9a-f]{6}", profile.light)
        assert re.fullmatch("#[0-9a-f]{6}", profile.dark)
        assert all(0 <= part <= 1 for part in profile.lamp)


def test_the_unpleasant_emotions_are_these() -> None:
    assert UNPLEASANT == (Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD)


def test_happy_is_pleasant_and_sad_is_not() -> None:
    assert circumplex(Emotion.HAPPY)[0] > 0 > circumplex(Emotion.SAD)[0]
    assert circumplex(Emotion.ANGRY)[1] > 0 > circumplex(Emotion.SAD)[1]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_the_other_emotions_are_ordered_from_near_to_far(emotion: Emotion) -> None:
    others = by_distance(emotion)
    assert sorted(others) == [other for other in EMOTIONS if other is not emotion]
    distances = [round(math.dist(circumplex(emotion), circumplex(other)), 6) for other in others]
    assert distances == sorted(distances)


def test_neighbours_are_as_one_expects() -> None:
    assert by_distance(Emotion.FEAR)[0] is Emotion.ANGRY
    assert by_distance(Emotion.HAPPY)[-1] is Emotion.SAD


def test_of_equally_near_emotions_the_more_pleasant_comes_first() -> None:
    assert by_distance(Emotion.NEUTRAL) == [
        Emotion.HAPPY,
        Emotion.SURPRISE,
        Emotion.FEAR,
        Emotion.ANGRY,
        Emotion.SAD,
        Emotion.DISGUST,
    ]


@pytest.mark.parametrize(
    "values",
    [
        (),
        (1.0,),
        (0.5, 0.5),
        (1.0, 0, 0, 0, 0, 0, 0, 0),
        (0.5, 0, 0, 0, 0, 0, 0),
        (2.0, -1.0, 0, 0, 0, 0, 0),
        (math.nan, 1, 0, 0, 0, 0, 0),
        (math.inf, 0, 0, 0, 0, 0, 0),
        (1, 1, 1, 1, 1, 1, 1),
    ],
)
def test_a_reading_that_is_no_distribution_is_refused(values: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="probabilities"):
        Reading(values)


def test_a_reading_may_be_rounded_a_little() -> None:
    assert Reading((0.332, 0.331, 0.331, 0, 0, 0, 0)).top is Emotion.ANGRY


def test_a_reading_is_asked_by_name() -> None:
    reading = Reading.of({Emotion.SAD: 0.75, Emotion.FEAR: 0.25})
    assert reading[Emotion.SAD] == 0.75
    assert reading[Emotion.HAPPY] == 0
    assert reading.top is Emotion.SAD
    assert reading.by_name() == dict(zip(EMOTIONS, reading.probabilities, strict=True))


def test_of_equals_the_first_leads() -> None:
    assert Reading.of({Emotion.SAD: 0.5, Emotion.HAPPY: 0.5}).top is Emotion.HAPPY


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_pure_reading_lies_where_its_emotion_lies(emotion: Emotion) -> None:
    reading = Reading.of({emotion: 1.0})
    assert (reading.valence, reading.arousal) == pytest.approx(circumplex(emotion))


@given(st.lists(readings, min_size=1, max_size=6))
def test_a_mean_of_readings_is_a_reading_between_them(several: list[Reading]) -> None:
    mean = Reading.mean(several)
    for emotion in EMOTIONS:
        values = [reading[emotion] for reading in several]
        assert min(values) - 1e-9 <= mean[emotion] <= max(values) + 1e-9
    assert math.hypot(mean.valence, mean.arousal) <= 1 + 1e-9


def test_only_an_emotion_is_an_emotion() -> None:
    assert Mood(Emotion.SAD).emotion is Emotion.SAD
    assert Mood(Verdict.UNSURE).emotion is None
    assert Mood(Verdict.NOBODY).emotion is None


def test_the_folder_of_a_file_is_its_emotion() -> None:
    assert folder_of("happy/house/x.flac") is Emotion.HAPPY
    assert folder_of("party/x.flac") is None
    assert folder_of("happy") is None
    assert folder_of("http://happy/x") is None
