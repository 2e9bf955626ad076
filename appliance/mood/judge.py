"""Evidence → mood: an emotion, `unsure` or `nobody`; it is harder to leave a mood than to keep it."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.moods import Mood, Verdict
from appliance.mood.window import Evidence

SPLIT = 0.5
"""A room in which no emotion leads for more than this share of the time is split."""
SPLIT_FACTOR = 2.0
"""In a split room an emotion needs so many times the usual lead."""
_ROUNDING = 1e-9  # a threshold met exactly is met, whatever the last bits of a mean


@dataclass(frozen=True, slots=True)
class JudgeRules:
    """The judge's thresholds; all but `min_looks` are differences or levels of probability, 0..1."""

    min_looks: int = 8
    """With fewer looks that show a face the mood is `unsure`."""
    min_confidence: float = 0.35
    """Mean probability an emotion needs to become the mood."""
    min_lead: float = 0.08
    """Lead over the second that an emotion needs to become the mood; twice as much in a split room."""
    hysteresis: float = 0.08
    """How much more a new emotion must lead the present one, and how much less confidence the present one needs."""


def judge(evidence: Evidence, present: Mood, rules: JudgeRules, now: float) -> Mood:
    """The mood that the evidence shows, given the present one. `since` stays while the mood stays, else it is `now`.

    Without any look nothing is known and the present mood stays.
    """
    if not evidence.looks:
        return present
    if evidence.mean is None:
        return Mood(Verdict.NOBODY, since=_since(Verdict.NOBODY, present, now))
    mood = _name(evidence, evidence.mean, present.emotion, rules)
    confidence, led = (evidence.mean[mood], evidence.led(mood)) if isinstance(mood, Emotion) else (0.0, 0.0)
    return Mood(
        mood,
        confidence=confidence,
        valence=evidence.mean.valence,
        arousal=evidence.mean.arousal,
        people=evidence.people,
        since=_since(mood, present, now),
        reading=evidence.mean,
        seen=evidence.seen,
        led=led,
        raw=evidence.raw,
    )


def _name(evidence: Evidence, mean: Reading, present: Emotion | None, rules: JudgeRules) -> Emotion | Verdict:
    """The emotion that the evidence names, or `unsure`."""
    if evidence.with_face < rules.min_looks:
        return Verdict.UNSURE
    top = mean.top
    if present and _less(mean[top] - mean[present], rules.min_lead + rules.hysteresis):
        keeps = not _less(mean[present], rules.min_confidence - rules.hysteresis)
        return present if keeps else Verdict.UNSURE
    split = not _less(SPLIT, evidence.dominance[EMOTIONS.index(top)])
    needed = rules.min_lead * (SPLIT_FACTOR if split else 1.0)
    lead = mean[top] - max(mean[other] for other in EMOTIONS if other is not top)
    if _less(mean[top], rules.min_confidence) or _less(lead, needed):
        return Verdict.UNSURE
    return top


def _since(mood: Emotion | Verdict, present: Mood, now: float) -> float:
    return present.since if mood == present.mood else now


def _less(value: float, bound: float) -> bool:
    return value < bound - _ROUNDING
