from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import reasons
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy
from appliance.domain.reasons import Reason
from appliance.words.english import reason_in_words

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (reasons.NobodyJudged(), "nobody has been judged yet"),
        (reasons.LastMood(emotion=SAD), "the last mood seen was sad"),
        (reasons.Chosen(emotion=HAPPY), "you chose happy"),
        (reasons.ChosenBefore(emotion=HAPPY, mood="nobody"), "you chose happy before, and the mood is nobody"),
        (reasons.QueuedBefore(emotion=SAD), "it was chosen for sad before the restart"),
        (reasons.MoodTold(emotion=SAD, policy=Policy.MATCH), "you said that the mood is sad; policy match"),
        (
            reasons.MoodSeen(emotion=SAD, seen=5, led=4, unit="minute", policy=Policy.LIFT, step=2, steps=4),
            "you looked sad for 4 of the 5 minutes I saw you; policy lift, step 2 of 4",
        ),
        (
            reasons.MoodSeen(emotion=Emotion.FEAR, people=2, seen=1, led=1, policy=Policy.MATCH),
            "the 2 of you looked afraid for the second I saw you; policy match",
        ),
        (
            reasons.Chosen(emotion=HAPPY, empty=HAPPY, instead=Emotion.SURPRISE),
            "you chose happy (songs/happy is empty, so from surprise)",
        ),
        (reasons.InWords(text="you looked sad; policy match"), "you looked sad; policy match"),
    ],
)
def test_each_reason_has_its_words(reason: Reason, words: str) -> None:
    assert reason_in_words(reason) == words


kinds = st.one_of(st.from_type(kind) for kind in Reason.__args__)


@given(kinds)
def test_every_reason_survives_json_and_becomes_words(reason: Reason) -> None:
    assert msgspec.json.decode(msgspec.json.encode(reason), type=Reason) == reason
    assert isinstance(reason_in_words(reason), str)
