"""Mood → the folder of the next track, and the reason in words for the owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.domain.emotions import PROFILES, UNPLEASANT, Emotion
from appliance.domain.moods import Mood, Policy

_ANGRY, _DISGUST, _FEAR, _SAD, _SURPRISE = Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD, Emotion.SURPRISE
_HAPPY, _NEUTRAL = Emotion.HAPPY, Emotion.NEUTRAL

CHEERED = frozenset(UNPLEASANT)
"""The unpleasant emotions, which `cheer` answers with happy music at once."""

# `lift` follows the iso principle: music like the mood first, then by steps towards happy.
# Sad listeners lose their liking for happy music (Hunter, Schellenberg & Griffith 2011) and choose sad music
# (Xue et al. 2018); after sad music followed by happy music they felt better than after other orders (Starcke, Mayr &
# von Georgi 2021). That evidence is about sadness; the other paths apply the same idea to the circumplex:
LIFT: Mapping[Emotion, tuple[Emotion, ...]] = {
    # Low in valence and arousal: two tracks of company, then the origin, which lies on the way (215° → 30°).
    _SAD: (_SAD, _SAD, _NEUTRAL, _HAPPY),
    # High in arousal: keep the energy and let the valence rise along the circle (130° → 90° → 30°).
    _ANGRY: (_ANGRY, _ANGRY, _SURPRISE, _HAPPY),
    # Tense: fearful music feeds fear, so one track of it; then calm before joy, through the origin (120° → 0 → 30°).
    _FEAR: (_FEAR, _NEUTRAL, _NEUTRAL, _HAPPY),
    # Straight across the circle (165° → 30°), a single track of matching: nobody asks for more of it.
    _DISGUST: (_DISGUST, _NEUTRAL, _HAPPY),
    # At the origin already, one step from happy; neutral listeners do not insist on neutral music (Xue et al. 2018).
    _NEUTRAL: (_NEUTRAL, _NEUTRAL, _HAPPY),
    # High in arousal and neither pleasant nor unpleasant: surprise passes quickly (90° → 30°).
    _SURPRISE: (_SURPRISE, _HAPPY),
    _HAPPY: (_HAPPY,),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What the next track should be: the folder, the place on the policy's path (1 to `steps`), and why."""

    emotion: Emotion
    step: int
    steps: int
    reason: str


def plan(policy: Policy, mood: Mood, tracks: int) -> Step | None:
    """The step for the next track, when `tracks` have begun since the mood did (>= 0).

    None for `unsure` and `nobody`: what was chosen last stays.
    """
    emotion = mood.emotion
    if emotion is None:
        return None
    path = _path(policy, emotion)
    step = min(max(tracks, 0), len(path) - 1)
    return Step(path[step], step + 1, len(path), f"{_observation(mood, emotion)}; {_because(policy, path, step)}")


def _path(policy: Policy, emotion: Emotion) -> tuple[Emotion, ...]:
    match policy:
        case Policy.MATCH:
            return (emotion,)
        case Policy.CHEER:
            return (_HAPPY,) if emotion in CHEERED else (emotion,)
        case Policy.LIFT:
            return LIFT.get(emotion) or _lifted(emotion)


def _lifted(emotion: Emotion) -> tuple[Emotion, ...]:
    """The path of an emotion that has none of its own."""
    return (emotion, emotion, _NEUTRAL, _HAPPY) if emotion in UNPLEASANT else (emotion, emotion, _HAPPY)


def _because(policy: Policy, path: tuple[Emotion, ...], step: int) -> str:
    words = f"policy {policy}"
    return f"{words}, step {step + 1} of {len(path)}" if len(path) > 1 else words


def _observation(mood: Mood, emotion: Emotion) -> str:
    if mood.told:
        return f"you said that the mood is {emotion}"
    who = "you" if mood.people <= 1 else f"the {mood.people} of you"
    words = f"{who} looked {PROFILES[emotion].looked}"
    if mood.seen < 1:
        return words
    unit, name = (60, "minute") if mood.seen >= 120 else (1, "second")
    seen = round(mood.seen / unit)
    led = min(round(mood.led / unit), seen)
    if led == 0:
        return f"{words} for less than a {name} of the {seen} I saw you"
    if led == seen:
        return f"{words} for all of the {seen} {name}s I saw you" if seen > 1 else f"{words} for the {name} I saw you"
    return f"{words} for {led} of the {seen} {name}s I saw you"
