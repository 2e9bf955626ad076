from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appliance.domain import reasons
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy
from appliance.domain.reasons import Reason
from appliance.domain.sounding import Sounding
from appliance.words.english import reason_in_words, sounding_in_words

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD
TOLD = reasons.MoodTold(emotion=SAD, policy=Policy.JOURNEY, step=3, steps=8)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (reasons.NobodyJudged(), "nobody has been judged yet"),
        (reasons.LastMood(emotion=SAD), "the last mood seen was sad"),
        (reasons.Chosen(emotion=HAPPY), "you chose happy"),
        (reasons.ChosenBefore(emotion=HAPPY, mood="nobody"), "you chose happy before, and the mood is nobody"),
        (reasons.QueuedBefore(emotion=SAD), "it was chosen for sad before the restart"),
        (reasons.MoodTold(emotion=SAD, policy=Policy.MATCH), "you said that the mood is sad; music to match"),
        (
            reasons.MoodSeen(emotion=SAD, seen=5, led=4, unit="minute", policy=Policy.LIFT, step=2, steps=4),
            "you looked sad for 4 of the 5 minutes I saw you; step 2 of 4 towards happy",
        ),
        (
            reasons.MoodSeen(emotion=Emotion.FEAR, people=2, seen=1, led=1, policy=Policy.MATCH),
            "the 2 of you looked afraid for the second I saw you; music to match",
        ),
        (
            reasons.Chosen(emotion=HAPPY, empty=HAPPY, instead=Emotion.SURPRISE),
            "you chose happy (songs/happy is empty, so from surprise)",
        ),
        (
            reasons.Chosen(emotion=SAD, empty=SAD, instead=SAD, library=True),
            "you chose sad (songs/sad is empty, so a sad song of your library)",
        ),
        (
            reasons.OnJourney(
                because=TOLD,
                bpm=72,
                mode="minor",
                traits=("soft-attacks",),
                after="Drift",
                alike=True,
                valence=0.1,
                arousal=0.0,
            ),
            (
                "you said that the mood is sad; step 3 of 8 towards happy: slow, 72 bpm, minor, soft attacks; "
                "next because it sounds like Drift and is a little brighter"
            ),
        ),
        (
            reasons.OnJourney(because=TOLD, after="Drift", valence=0.2, arousal=-0.5),
            (
                "you said that the mood is sad; step 3 of 8 towards happy: next because it is brighter and calmer "
                "after Drift"
            ),
        ),
        (
            reasons.OnJourney(because=TOLD, bpm=100, after="Drift", alike=True),
            (
                "you said that the mood is sad; step 3 of 8 towards happy: of medium tempo, 100 bpm; "
                "next because it sounds like Drift and keeps the mood"
            ),
        ),
        (
            reasons.OnJourney(because=TOLD),
            "you said that the mood is sad; step 3 of 8 towards happy: a song to begin with",
        ),
        (reasons.InWords(text="you looked sad; policy match"), "you looked sad; policy match"),
    ],
)
def test_each_reason_has_its_words(reason: Reason, words: str) -> None:
    assert reason_in_words(reason) == words


shifts = st.floats(-2, 2)  # JSON has no other floats than finite ones
journeys = st.builds(
    reasons.OnJourney,
    because=st.from_type(reasons.JourneyCause),
    bpm=st.none() | st.integers(1, 400),
    after=st.text(),
    alike=st.booleans(),
    valence=shifts,
    arousal=shifts,
)
others = [st.from_type(kind) for kind in Reason.__args__ if kind is not reasons.OnJourney]
kinds = st.one_of(journeys, *others)


@given(kinds)
def test_every_reason_survives_json_and_becomes_words(reason: Reason) -> None:
    numbers = (value for value in msgspec.structs.asdict(reason).values() if isinstance(value, float))
    assume(all(map(math.isfinite, numbers)))  # places on the plane, which JSON can say
    assert msgspec.json.decode(msgspec.json.encode(reason), type=Reason) == reason
    assert isinstance(reason_in_words(reason), str)


@pytest.mark.parametrize(
    ("sounding", "words"),
    [
        (Sounding(bpm=72, mode="minor", traits=("soft-attacks",)), "slow, 72 bpm, minor, soft attacks"),
        (Sounding(bpm=140, mode="major", traits=("loud", "bright")), "fast, 140 bpm, major, loud, bright sound"),
        (Sounding(bpm=100), "of medium tempo, 100 bpm"),
        (Sounding(), "nothing out of the ordinary"),
    ],
)
def test_what_a_song_sounds_like_names_what_stands_out(sounding: Sounding, words: str) -> None:
    assert sounding_in_words(sounding) == words
