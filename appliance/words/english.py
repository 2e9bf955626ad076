"""What Moodbox says, made of data: in English, whose words every catalogue goes by, or in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.domain import reasons
from appliance.domain.emotions import PROFILES, Emotion
from appliance.domain.looks import CameraSwitch, Look
from appliance.domain.moods import Mood, Policy, Verdict
from appliance.domain.reasons import Reason, Trait
from appliance.domain.sounding import Sounding
from appliance.domain.status import VisionStatus
from appliance.words.speaking import t, tn

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
        song = {"why": words, "folder": reason.empty, "mood": mood_word(reason.instead)}
        if reason.library:
            return t("{why} (songs/{folder} is empty, so a {mood} song of your library)", **song)
        return t("{why} (songs/{folder} is empty, so from {mood})", **song)
    return words


def mood_word(mood: str) -> str:
    """An emotion, `unsure` or `nobody` as a word to the reader."""
    return t(PROFILES[Emotion(mood)].name if mood in PROFILES else mood)


def _reason(reason: Reason) -> str:  # noqa: C901 - one branch for each reason is its purpose
    match reason:
        case reasons.NobodyJudged():
            return t("nobody has been judged yet")
        case reasons.LastMood():
            return t("the last mood seen was {mood}", mood=mood_word(reason.emotion))
        case reasons.MoodSeen():
            return t("{why}; {step}", why=_observation(reason), step=_step(reason))
        case reasons.MoodTold():
            why = t("you said that the mood is {mood}", mood=mood_word(reason.emotion))
            return t("{why}; {step}", why=why, step=_step(reason))
        case reasons.FromSong():
            way = {"song": reason.song, "mood": mood_word(reason.emotion), "step": reason.step, "steps": reason.steps}
            return t("you wanted to go from {song} to {mood}; song {step} of {steps}", **way)
        case reasons.OnJourney():
            return t("{why}: {song}", why=_reason(reason.because), song=_song(reason))
        case reasons.Chosen():
            return t("you chose {mood}", mood=mood_word(reason.emotion))
        case reasons.ChosenBefore():
            words = {"chosen": mood_word(reason.emotion), "mood": mood_word(reason.mood)}
            return t("you chose {chosen} before, and the mood is {mood}", **words)
        case reasons.QueuedBefore():
            return t("it was chosen for {mood} before the restart", mood=mood_word(reason.emotion))
        case reasons.InWords():
            return reason.text
        case reasons.Unreadable():
            return t("for a reason that this version cannot read")


def song_in_words(reason: Reason) -> str:
    """Why a song is next in the queue: on a journey what it is like and how it follows, without the journey's cause."""
    return _song(reason) if isinstance(reason, reasons.OnJourney) else reason_in_words(reason)


def camera_words(vision: VisionStatus) -> str:
    """The state of the camera."""
    if vision.switch == CameraSwitch.OFF_BY_BUTTON:
        return t("off by its button")
    words = {"open": t("open"), "off": t("off"), "failed": t("failed"), "lost": t("lost"), "starting": t("starting")}
    return words[vision.camera]


def sounding_in_words(sounding: Sounding) -> str:
    """What a song sounds like: `slow, 72 bpm, minor, soft attacks`."""
    return ", ".join(_sounds(sounding.bpm, sounding.mode, sounding.traits)) or t("nothing out of the ordinary")


def _sounds(bpm: int | None, mode: str | None, traits: tuple[Trait, ...]) -> list[str]:
    return [*_pace(bpm), *([t(mode)] if mode else []), *(t(TRAITS[trait]) for trait in traits)]


def _pace(bpm: int | None) -> list[str]:
    if not bpm:
        return []
    pace = t("slow") if bpm < SLOW else t("fast") if bpm > FAST else t("of medium tempo")
    return [pace, t("{bpm} bpm", bpm=bpm)]


def verdict_in_words(before: Mood, mood: Mood) -> str:
    """What the judge says now, as a sentence."""
    if mood.mood is Verdict.NOBODY:
        return t("Nobody is there. The music plays on.")
    if mood.mood is Verdict.UNSURE:
        return t("I am unsure of the mood. The music stays as it is.")
    if mood.told:
        return t("The mood is {mood}, as you said: I see the same faces.", mood=mood_word(mood.mood))
    people = tn("{count} person", "{count} people", mood.people)
    named = {"mood": mood_word(mood.mood), "share": f"{mood.confidence:.0%}", "people": people}
    if mood.mood == before.mood:
        return t("The mood is still {mood} ({share}, {people}).", **named)
    return t("The mood is {mood} ({share}, {people}).", **named)


def arrival_in_words(look: Look, wait: float) -> str:
    """Who has arrived in a look that shows a face, to be judged in `wait` seconds."""
    top = look.faces[0].reading.top
    named = {"mood": mood_word(top), "share": f"{look.faces[0].reading[top]:.0%}", "seconds": f"{wait:.0f}"}
    if len(look.faces) == 1:
        return t("I see a face, now {mood} ({share}). Judging in {seconds} s.", **named)
    return t("I see {count} faces, now {mood} ({share}). Judging in {seconds} s.", count=len(look.faces), **named)


def _observation(reason: reasons.MoodSeen) -> str:
    looked = t(PROFILES[reason.emotion].looked)
    if reason.people > 1:
        words = t("the {people} of you looked {mood}", people=reason.people, mood=looked)
    else:
        words = t("you looked {mood}", mood=looked)
    time = {"words": words, "led": reason.led}
    seen, minutes = reason.seen, reason.unit == "minute"
    if seen == 0:
        return words
    if reason.led == 0 and minutes:
        return t("{words} for less than a minute of the {count} I saw you", count=seen, **time)
    if reason.led == 0:
        return t("{words} for less than a second of the {count} I saw you", count=seen, **time)
    if reason.led == seen and minutes:
        return tn("{words} for the minute I saw you", "{words} for all of the {count} minutes I saw you", seen, **time)
    if reason.led == seen:
        return tn("{words} for the second I saw you", "{words} for all of the {count} seconds I saw you", seen, **time)
    if minutes:
        return t("{words} for {led} of the {count} minutes I saw you", count=seen, **time)
    return t("{words} for {led} of the {count} seconds I saw you", count=seen, **time)


def _song(reason: reasons.OnJourney) -> str:
    """What the song is like, and how it follows the one before it."""
    like, change = ", ".join(_sounds(reason.bpm, reason.mode, reason.traits)), _change(reason.valence, reason.arousal)
    if not reason.after:
        return like or t("a song to begin with")
    song = {"after": reason.after, "change": change}
    if reason.alike:
        follows = t("next because it sounds like {after} and {change}", **song)
    else:
        follows = t("next because it {change} after {after}", **song)
    return t("{like}; {follows}", like=like, follows=follows) if like else follows


def _change(valence: float, arousal: float) -> str:
    """How a song differs from the one before it on the plane: `is a little brighter and livelier`."""
    changes = ((valence, t("brighter"), t("darker")), (arousal, t("livelier"), t("calmer")))
    told = [(abs(by), up if by > 0 else down) for by, up, down in changes if abs(by) >= NOTICED]
    if not told:
        return t("keeps the mood")
    change = t("{one} and {other}", one=told[0][1], other=told[1][1]) if len(told) == 2 else told[0][1]
    if max(by for by, _ in told) < MUCH:
        return t("is a little {change}", change=change)
    return t("is {change}", change=change)


def _step(reason: reasons.MoodSeen | reasons.MoodTold) -> str:
    if reason.steps > 1:
        happy = mood_word(Emotion.HAPPY)
        return t("step {step} of {steps} towards {mood}", step=reason.step, steps=reason.steps, mood=happy)
    return t("music to cheer you up") if reason.policy is Policy.CHEER else t("music to match")
