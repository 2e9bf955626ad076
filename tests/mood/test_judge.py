from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.moods import Mood, Verdict
from appliance.mood.judge import JudgeRules, judge
from appliance.mood.window import Evidence

RULES = JudgeRules(min_looks=8, min_confidence=0.35, min_lead=0.08, hysteresis=0.08)
AT_FIRST = Mood(Verdict.UNSURE, since=5)


def evidence(
    readings: dict[Emotion, float], with_face: int = 100, dominance: dict[Emotion, float] | None = None
) -> Evidence:
    rest = Emotion.NEUTRAL if Emotion.NEUTRAL not in readings else Emotion.SURPRISE
    mean = Reading.of({**readings, rest: 1 - sum(readings.values())} if sum(readings.values()) < 1 else readings)
    shares = dominance or {mean.top: 1.0}
    return Evidence(
        looks=with_face,
        with_face=with_face,
        people=1,
        mean=mean,
        dominance=tuple(shares.get(emotion, 0.0) for emotion in EMOTIONS),
        seen=with_face / 2,
    )


readings = (
    st.lists(st.floats(0, 1), min_size=7, max_size=7)
    .filter(lambda p: sum(p) > 0.01)
    .map(lambda parts: Reading(tuple(part / sum(parts) for part in parts)))
)
anything = st.builds(
    lambda mean, dominance, faces, empty: Evidence(
        faces + empty, faces, 1 if faces else 0, mean if faces else None, dominance.probabilities, faces / 2, faces
    ),
    readings,
    readings,
    st.integers(0, 30),
    st.integers(0, 30),
)
shares = st.floats(0, 1)
rules = st.builds(JudgeRules, st.integers(1, 30), shares, shares, shares)
moods = st.builds(Mood, st.sampled_from([*Emotion, *Verdict]), since=st.floats(0, 100))


def test_a_clear_expression_names_the_mood() -> None:
    mood = judge(evidence({Emotion.HAPPY: 0.7}), AT_FIRST, RULES, now=50)
    assert mood.mood is Emotion.HAPPY
    assert mood.confidence == pytest.approx(0.7)
    assert mood.valence > 0
    assert (mood.people, mood.since, mood.seen, mood.led) == (1, 50, 50, 50)


def test_no_face_at_all_is_nobody() -> None:
    mood = judge(Evidence(looks=100), replace(AT_FIRST, mood=Emotion.SAD), RULES, now=50)
    assert mood == Mood(Verdict.NOBODY, since=50)


def test_without_any_look_nothing_is_known_and_the_mood_stays() -> None:
    present = Mood(Emotion.SAD, confidence=0.6, since=3)
    assert judge(Evidence(), present, RULES, now=50) is present


def test_too_few_looks_with_a_face_are_unsure() -> None:
    assert judge(evidence({Emotion.HAPPY: 1.0}, with_face=7), AT_FIRST, RULES, now=50).mood is Verdict.UNSURE
    assert judge(evidence({Emotion.HAPPY: 1.0}, with_face=8), AT_FIRST, RULES, now=50).mood is Emotion.HAPPY


def test_an_unsure_mood_has_no_confidence_but_tells_what_was_seen() -> None:
    mood = judge(evidence({Emotion.SAD: 0.9}, with_face=3), AT_FIRST, RULES, now=50)
    assert (mood.confidence, mood.led, mood.people) == (0, 0, 1)
    assert mood.reading is not None
    assert mood.valence == mood.reading.valence < 0


def test_a_faint_expression_is_unsure() -> None:
    faint = evidence({Emotion.HAPPY: 0.34, Emotion.SAD: 0.2, Emotion.FEAR: 0.2, Emotion.ANGRY: 0.2})
    assert judge(faint, AT_FIRST, RULES, now=50).mood is Verdict.UNSURE


def test_a_small_lead_is_unsure() -> None:
    close = evidence({Emotion.HAPPY: 0.45, Emotion.SAD: 0.40})
    assert judge(close, AT_FIRST, RULES, now=50).mood is Verdict.UNSURE


def test_a_split_room_needs_twice_the_lead() -> None:
    split = {Emotion.HAPPY: 0.5, Emotion.SAD: 0.5}
    by_a_little = evidence({Emotion.HAPPY: 0.5, Emotion.SAD: 0.38}, dominance=split)
    assert judge(by_a_little, AT_FIRST, RULES, now=50).mood is Verdict.UNSURE
    clearly = evidence({Emotion.HAPPY: 0.55, Emotion.SAD: 0.38}, dominance=split)
    assert judge(clearly, AT_FIRST, RULES, now=50).mood is Emotion.HAPPY


def test_a_threshold_met_exactly_is_met() -> None:
    exact = evidence({Emotion.HAPPY: 0.35, Emotion.SAD: 0.27, Emotion.FEAR: 0.2, Emotion.ANGRY: 0.18})
    assert judge(exact, AT_FIRST, RULES, now=50).mood is Emotion.HAPPY


def test_a_new_emotion_must_lead_the_present_one_by_more_than_it_would_any_other() -> None:
    sad = Mood(Emotion.SAD, since=5)
    by_a_little = evidence({Emotion.HAPPY: 0.50, Emotion.SAD: 0.38})
    assert judge(by_a_little, AT_FIRST, RULES, now=50).mood is Emotion.HAPPY
    assert judge(by_a_little, sad, RULES, now=50).mood is Emotion.SAD
    clearly = evidence({Emotion.HAPPY: 0.55, Emotion.SAD: 0.38})
    assert judge(clearly, sad, RULES, now=50).mood is Emotion.HAPPY


def test_the_present_mood_is_kept_on_less_than_it_took_to_enter() -> None:
    level = evidence({Emotion.SAD: 0.3, Emotion.HAPPY: 0.3, Emotion.FEAR: 0.3})
    assert judge(level, AT_FIRST, RULES, now=50).mood is Verdict.UNSURE
    assert judge(level, Mood(Emotion.SAD, since=5), RULES, now=50).mood is Emotion.SAD


def test_a_mood_that_stays_keeps_its_beginning() -> None:
    held = judge(evidence({Emotion.SAD: 0.6}), Mood(Emotion.SAD, since=5), RULES, now=50)
    assert held.since == 5
    assert judge(Evidence(looks=9), Mood(Verdict.NOBODY, since=7), RULES, now=50).since == 7


def test_confidence_is_that_of_the_mood_that_stays_not_of_the_leader() -> None:
    mood = judge(evidence({Emotion.HAPPY: 0.48, Emotion.SAD: 0.42}), Mood(Emotion.SAD), RULES, now=50)
    assert (mood.mood, mood.confidence) == (Emotion.SAD, pytest.approx(0.42))


@given(anything, moods, rules)
def test_every_number_is_in_range(seen: Evidence, present: Mood, by: JudgeRules) -> None:
    mood = judge(seen, present, by, now=200)
    assert 0 <= mood.confidence <= 1 + 1e-9
    assert -1 - 1e-9 <= mood.valence <= 1 + 1e-9
    assert -1 - 1e-9 <= mood.arousal <= 1 + 1e-9
    assert 0 <= mood.led <= mood.seen + 1e-9
    assert mood.since == (present.since if mood.mood == present.mood else 200)
    if seen.looks:
        assert (mood.mood is Verdict.NOBODY) == (seen.with_face == 0)


@given(anything, moods, rules, st.floats(0, 1))
def test_a_higher_bar_only_ever_turns_an_emotion_unsure(
    seen: Evidence, present: Mood, by: JudgeRules, bar: float
) -> None:
    assume(seen.looks and bar >= by.min_confidence)
    lower = judge(seen, present, by, now=200).mood
    higher = judge(seen, present, replace(by, min_confidence=bar), now=200).mood
    assert higher in {lower, Verdict.UNSURE}


@given(anything, moods, rules, st.integers(1, 500))
def test_more_looks_that_show_the_same_never_turn_a_mood_unsure(
    seen: Evidence, present: Mood, by: JudgeRules, more: int
) -> None:
    assume(seen.with_face)
    before = judge(seen, present, by, now=200)
    longer = replace(seen, looks=seen.looks + more, with_face=seen.with_face + more, seen=seen.seen + more)
    after = judge(longer, present, by, now=200)
    if before.emotion:
        assert after.mood is before.mood


@given(anything, moods, rules)
def test_judging_the_same_evidence_again_changes_nothing(seen: Evidence, present: Mood, by: JudgeRules) -> None:
    once = judge(seen, present, by, now=200)
    assert judge(seen, once, by, now=300) == once


@given(anything, st.sampled_from(Emotion), rules)
def test_the_present_mood_gives_way_only_to_one_that_leads_it_by_the_hysteresis(
    seen: Evidence, present: Emotion, by: JudgeRules
) -> None:
    after = judge(seen, Mood(present), by, now=200)
    if seen.mean and after.emotion and after.emotion is not present:
        assert seen.mean[after.emotion] - seen.mean[present] >= by.min_lead + by.hysteresis - 1e-8
