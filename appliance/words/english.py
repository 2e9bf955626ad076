"""What Moodbox says in English."""

from __future__ import annotations

from appliance.domain import reasons
from appliance.domain.emotions import PROFILES
from appliance.domain.reasons import Reason

COMPOSING = "music: the house music is being composed; its first piece plays as soon as it is there"
"""A problem of the status while nothing plays for that reason."""


def reason_in_words(reason: Reason) -> str:
    """Why a track plays, as the end of a sentence: `you chose happy`."""
    words = _reason(reason)
    if reason.empty and reason.instead:
        return f"{words} (songs/{reason.empty} is empty, so from {reason.instead})"
    return words


def _reason(reason: Reason) -> str:
    match reason:
        case reasons.NobodyJudged():
            return "nobody has been judged yet"
        case reasons.LastMood():
            return f"the last mood seen was {reason.emotion}"
        case reasons.MoodSeen():
            return f"{_observation(reason)}; {_step(reason)}"
        case reasons.MoodTold():
            return f"you said that the mood is {reason.emotion}; {_step(reason)}"
        case reasons.Chosen():
            return f"you chose {reason.emotion}"
        case reasons.ChosenBefore():
            return f"you chose {reason.emotion} before, and the mood is {reason.mood}"
        case reasons.QueuedBefore():
            return f"it was chosen for {reason.emotion} before the restart"
        case reasons.InWords():
            return reason.text
        case reasons.Unreadable():
            return "for a reason that this version cannot read"


def _observation(reason: reasons.MoodSeen) -> str:
    who = "you" if reason.people <= 1 else f"the {reason.people} of you"
    words = f"{who} looked {PROFILES[reason.emotion].looked}"
    seen, led, unit = reason.seen, reason.led, reason.unit
    if seen == 0:
        return words
    if led == 0:
        return f"{words} for less than a {unit} of the {seen} I saw you"
    if led == seen:
        return f"{words} for all of the {seen} {unit}s I saw you" if seen > 1 else f"{words} for the {unit} I saw you"
    return f"{words} for {led} of the {seen} {unit}s I saw you"


def _step(reason: reasons.MoodSeen | reasons.MoodTold) -> str:
    words = f"policy {reason.policy}"
    return f"{words}, step {reason.step} of {reason.steps}" if reason.steps > 1 else words
