"""Mood → the folder of the next track, or a road over the plane, and the reason for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from appliance.domain.emotions import UNPLEASANT, Emotion, circumplex
from appliance.domain.moods import Mood, Policy
from appliance.domain.reasons import MoodSeen, MoodTold, Reason
from appliance.domain.roads import Road

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
    """With a road: the folder to play from where nothing is known of songs."""
    step: int
    steps: int
    reason: Reason
    road: Road | None = None


def plan(policy: Policy, mood: Mood, tracks: int) -> Step | None:
    """The step for the next track, when `tracks` have begun since the mood did (>= 0).

    None for `unsure` and `nobody`: what was chosen last stays.
    """
    emotion = mood.emotion
    if emotion is None:
        return None
    path = _path(policy, emotion)
    step = min(max(tracks, 0), len(path) - 1)
    if policy is Policy.JOURNEY:
        road = _road(mood, path, tracks)
        at = min(tracks + 1, road.songs)
        return Step(path[step], at, road.songs, _reason(mood, emotion, policy, at, road.songs), road)
    return Step(path[step], step + 1, len(path), _reason(mood, emotion, policy, step + 1, len(path)))


def _path(policy: Policy, emotion: Emotion) -> tuple[Emotion, ...]:
    match policy:
        case Policy.MATCH:
            return (emotion,)
        case Policy.CHEER:
            return (_HAPPY,) if emotion in CHEERED else (emotion,)
        case Policy.LIFT | Policy.JOURNEY:
            return LIFT.get(emotion) or _lifted(emotion)


def _lifted(emotion: Emotion) -> tuple[Emotion, ...]:
    """The path of an emotion that has none of its own."""
    return (emotion, emotion, _NEUTRAL, _HAPPY) if emotion in UNPLEASANT else (emotion, emotion, _HAPPY)


def _road(mood: Mood, path: tuple[Emotion, ...], tracks: int) -> Road:
    """The same path over the plane. It begins halfway between the emotion named and the mean of what was seen."""
    stay = next((number for number, emotion in enumerate(path) if emotion is not path[0]), 1)
    (valence, arousal), turns = circumplex(path[0]), dict.fromkeys(map(circumplex, path[stay:] or path[:1]))
    start = ((valence + mood.valence) / 2, (arousal + mood.arousal) / 2)
    return Road((start, *turns), stay, max(tracks, 0))


def _reason(mood: Mood, emotion: Emotion, policy: Policy, step: int, steps: int) -> Reason:
    if mood.told:
        return MoodTold(emotion=emotion, policy=policy, step=step, steps=steps)
    unit: Literal["second", "minute"] = "minute" if mood.seen >= 120 else "second"
    length = 60 if unit == "minute" else 1
    seen = round(mood.seen / length) if mood.seen >= 1 else 0
    return MoodSeen(
        emotion=emotion,
        people=max(mood.people, 1),
        seen=seen,
        led=min(round(mood.led / length), seen),
        unit=unit,
        policy=policy,
        step=step,
        steps=steps,
    )
