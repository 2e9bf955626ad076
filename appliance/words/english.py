"""What Moodbox says in English."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.domain import reasons
from appliance.domain.emotions import PROFILES, Emotion
from appliance.domain.looks import Look
from appliance.domain.moods import Mood, Policy, Verdict
from appliance.domain.reasons import Reason, Trait
from appliance.domain.sounding import Sounding

COMPOSING = "music: the house music is being composed; its first piece plays as soon as it is there"
"""A problem of the status while nothing plays for that reason."""

SLOW, FAST = 84, 126
"""Beats a minute: below and above these a song is called slow and fast."""
TRAITS: Mapping[Trait, str] = {
    "loud": "loud",
    "quiet": "quiet",
    "sharp-attacks": "sharp attacks",
    "soft-attacks": "soft attacks",
    "bright": "bright sound",
    "dark": "dark sound",
}
NOTICED, MUCH = 0.08, 0.4
"""Steps on the plane: smaller ones are not worth a word, from the second on they are more than `a little`."""


def reason_in_words(reason: Reason) -> str:
    """Why a track plays, as the end of a sentence: `you chose happy`."""
    words = _reason(reason)
    if reason.empty and reason.instead:
        source = f"a {reason.instead} song of your library" if reason.library else f"from {reason.instead}"
        return f"{words} (songs/{reason.empty} is empty, so {source})"
    return words


def _reason(reason: Reason) -> str:  # noqa: C901 - one branch for each reason is its purpose
    match reason:
        case reasons.NobodyJudged():
            return "nobody has been judged yet"
        case reasons.LastMood():
            return f"the last mood seen was {reason.emotion}"
        case reasons.MoodSeen():
            return f"{_observation(reason)}; {_step(reason)}"
        case reasons.MoodTold():
            return f"you said that the mood is {reason.emotion}; {_step(reason)}"
        case reasons.OnJourney():
            return f"{_reason(reason.because)}: {_song(reason)}"
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


def song_in_words(reason: Reason) -> str:
    """Why a song is next in the queue: on a journey what it is like and how it follows, without the journey's cause."""
    return _song(reason) if isinstance(reason, reasons.OnJourney) else reason_in_words(reason)


def sounding_in_words(sounding: Sounding) -> str:
    """What a song sounds like: `slow, 72 bpm, minor, soft attacks`."""
    return ", ".join(_sounds(sounding.bpm, sounding.mode, sounding.traits)) or "nothing out of the ordinary"


def _sounds(bpm: int | None, mode: str | None, traits: tuple[Trait, ...]) -> list[str]:
    return [*_pace(bpm), *([mode] if mode else []), *(TRAITS[trait] for trait in traits)]


def _pace(bpm: int | None) -> list[str]:
    if not bpm:
        return []
    return ["slow" if bpm < SLOW else "fast" if bpm > FAST else "of medium tempo", f"{bpm} bpm"]


def verdict_in_words(before: Mood, mood: Mood) -> str:
    """What the judge says now, as a sentence."""
    if mood.mood is Verdict.NOBODY:
        return "Nobody is there. The music plays on."
    if mood.mood is Verdict.UNSURE:
        return "I am unsure of the mood. The music stays as it is."
    if mood.told:
        return f"The mood is {mood.mood}, as you said: I see the same faces."
    people = "1 person" if mood.people == 1 else f"{mood.people} people"
    still = "still " if mood.mood == before.mood else ""
    return f"The mood is {still}{mood.mood} ({mood.confidence:.0%}, {people})."


def arrival_in_words(look: Look, wait: float) -> str:
    """Who has arrived in a look that shows a face, to be judged in `wait` seconds."""
    top = look.faces[0].reading.top
    faces = "a face" if len(look.faces) == 1 else f"{len(look.faces)} faces"
    return f"I see {faces}, now {top} ({look.faces[0].reading[top]:.0%}). Judging in {wait:.0f} s."


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


def _song(reason: reasons.OnJourney) -> str:
    """What the song is like, and how it follows the one before it."""
    like, change = ", ".join(_sounds(reason.bpm, reason.mode, reason.traits)), _change(reason.valence, reason.arousal)
    if not reason.after:
        return like or "a song to begin with"
    follows = f"sounds like {reason.after} and {change}" if reason.alike else f"{change} after {reason.after}"
    return f"{like}; next because it {follows}" if like else f"next because it {follows}"


def _change(valence: float, arousal: float) -> str:
    """How a song differs from the one before it on the plane: `is a little brighter and livelier`."""
    changes = ((valence, "brighter", "darker"), (arousal, "livelier", "calmer"))
    told = [(abs(by), up if by > 0 else down) for by, up, down in changes if abs(by) >= NOTICED]
    if not told:
        return "keeps the mood"
    little = "a little " if max(by for by, _ in told) < MUCH else ""
    return f"is {little}{' and '.join(word for _, word in told)}"


def _step(reason: reasons.MoodSeen | reasons.MoodTold) -> str:
    if reason.steps > 1:
        return f"step {reason.step} of {reason.steps} towards {PROFILES[Emotion.HAPPY].name}"
    return "music to cheer you up" if reason.policy is Policy.CHEER else "music to match"
