import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion, circumplex
from appliance.domain.moods import Mood, Policy, Verdict
from appliance.mood import policy
from appliance.mood.policy import CHEERED, LIFT, plan
from appliance.words.english import reason_in_words


def folders(policy: Policy, emotion: Emotion, tracks: int) -> list[str]:
    steps = [plan(policy, Mood(emotion), played) for played in range(tracks)]
    return [step.emotion.value for step in steps if step]


@pytest.mark.parametrize("emotion", Emotion)
def test_match_plays_the_moods_own_folder(emotion: Emotion) -> None:
    assert set(folders(Policy.MATCH, emotion, 5)) == {emotion}


@pytest.mark.parametrize("emotion", Emotion)
def test_cheer_answers_the_unpleasant_emotions_with_happy_at_once(emotion: Emotion) -> None:
    assert set(folders(Policy.CHEER, emotion, 5)) == {Emotion.HAPPY if emotion in CHEERED else emotion}
    assert {"angry", "disgust", "fear", "sad"} == CHEERED


def test_lift_keeps_a_sad_listener_company_before_it_steps_towards_happy() -> None:
    assert folders(Policy.LIFT, Emotion.SAD, 6) == ["sad", "sad", "neutral", "happy", "happy", "happy"]


@pytest.mark.parametrize("emotion", Emotion)
def test_lift_begins_with_the_mood_and_ends_happy(emotion: Emotion) -> None:
    path = folders(Policy.LIFT, emotion, 5)
    assert path[0] == emotion
    assert path[-1] == "happy"
    assert len(LIFT[emotion]) <= 4


@pytest.mark.parametrize("emotion", Emotion)
def test_lift_never_makes_the_music_less_pleasant_from_step_to_step(emotion: Emotion) -> None:
    valences = [round(circumplex(step)[0], 6) for step in LIFT[emotion]]
    assert valences == sorted(valences)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("policy", Policy)
def test_unsure_and_nobody_leave_the_choice_as_it_is(policy: Policy, verdict: Verdict) -> None:
    assert plan(policy, Mood(verdict), 3) is None


def reason(policy: Policy, mood: Mood, tracks: int = 0) -> str:
    step = plan(policy, mood, tracks)
    assert step is not None
    return reason_in_words(step.reason)


def test_the_reason_says_what_was_seen_and_which_step_this_is() -> None:
    mood = Mood(Emotion.SAD, people=1, seen=300, led=236)
    assert reason(Policy.LIFT, mood, 1) == "you looked sad for 4 of the 5 minutes I saw you; step 2 of 4 towards happy"


def test_the_reason_names_the_number_of_people() -> None:
    mood = Mood(Emotion.FEAR, people=6, seen=20, led=20)
    seen = "the 6 of you looked afraid for all of the 20 seconds I saw you"
    assert reason(Policy.CHEER, mood) == f"{seen}; music to cheer you up"


def test_the_reason_of_a_mood_that_rarely_led_is_honest() -> None:
    mood = Mood(Emotion.HAPPY, people=1, seen=300, led=20)
    assert reason(Policy.MATCH, mood).startswith("you looked happy for less than a minute of the 5 I saw you")


def test_a_mood_without_times_has_a_short_reason() -> None:
    assert reason(Policy.MATCH, Mood(Emotion.SURPRISE)) == "you looked surprised; music to match"


@given(
    st.sampled_from(Policy),
    st.builds(
        Mood,
        st.sampled_from(Emotion),
        people=st.integers(0, 9),
        seen=st.floats(0, 4000),
        led=st.floats(0, 4000),
    ),
    st.integers(0, 1000),
)
def test_every_step_lies_on_its_path_and_every_reason_is_a_sentence(policy: Policy, mood: Mood, tracks: int) -> None:
    step = plan(policy, mood, tracks)
    assert step is not None
    assert 1 <= step.step <= step.steps
    words = reason_in_words(step.reason)
    assert words.startswith(("you ", "the "))
    assert not re.search("policy|None", words)
    if counts := re.search(r"for (\d+) of the (\d+) ", words):
        assert 0 < int(counts[1]) < int(counts[2])


def test_a_mood_that_the_owner_has_told_is_said_to_be_told() -> None:
    step = plan(Policy.MATCH, Mood(Emotion.HAPPY, told=True, people=3, seen=300.0, led=300.0), 0)
    assert step is not None
    assert reason_in_words(step.reason) == "you said that the mood is happy; music to match"


def test_an_emotion_without_a_path_of_its_own_is_led_to_happy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "LIFT", {})
    assert folders(Policy.LIFT, Emotion.SAD, 5) == ["sad", "sad", "neutral", "happy", "happy"]
    assert folders(Policy.LIFT, Emotion.SURPRISE, 4) == ["surprise", "surprise", "happy", "happy"]


@pytest.mark.parametrize("emotion", Emotion)
def test_a_journey_leads_from_near_the_mood_over_lifts_path_to_happy(emotion: Emotion) -> None:
    step = plan(Policy.JOURNEY, Mood(emotion, valence=0.1, arousal=0.1), 2)
    assert step is not None
    assert step.road is not None
    here, seen = circumplex(emotion), (0.1, 0.1)
    assert step.road.points[0] == pytest.approx([(a + b) / 2 for a, b in zip(here, seen, strict=True)])
    assert list(step.road.points[1:]) == [circumplex(each) for each in dict.fromkeys(LIFT[emotion]) if each != emotion
                                          or len(set(LIFT[emotion])) == 1]  # fmt: skip
    assert step.road.taken == 2
    assert step.emotion == folders(Policy.LIFT, emotion, 3)[2]
    assert step.steps == step.road.songs


def test_the_other_policies_have_no_road() -> None:
    steps = [plan(policy, Mood(Emotion.SAD), 0) for policy in Policy if policy is not Policy.JOURNEY]
    assert all(step and step.road is None for step in steps)
