"""The owner's corrections, as the conductor knows them: what they teach, and how long one of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from appliance.domain.actions import (
    Action,
    DeleteCorrection,
    DeleteCorrections,
    DeleteDislike,
    DeleteHistory,
    DeleteLessonsAgainst,
    RecordCorrection,
    RecordDislike,
    Say,
    SkipTrack,
    TeachSong,
)
from appliance.domain.commands import (
    DislikeSong,
    EraseHistory,
    ForgetCorrections,
    ForgiveSong,
    TakeBackCorrection,
)
from appliance.domain.emotions import Emotion, Reading, circumplex
from appliance.domain.lessons import LessonKind
from appliance.domain.looks import Look
from appliance.domain.moods import Correction, Mood, Verdict
from appliance.errors import MoodboxError
from appliance.mood.calibration import Calibration, learn

SAME = 0.2
"""Two readings that differ by no more than this (half the sum of the differences, 0..1) are the same face."""
FRESH = 600.0
"""Seconds for which a judgement may be corrected at least; else until the one after the next would be due."""


class NothingToCorrect(MoodboxError, ValueError):
    """There is no judgement that a correction could be about; the text says why."""


class Corrections:
    """Fed with judgements and corrections; times are CLOCK_MONOTONIC seconds."""

    def __init__(self) -> None:
        self.all: tuple[Correction, ...] = ()
        self.calibration = Calibration()
        self._model = ""
        self._judged_at = 0.0
        self._standing: tuple[Correction, Mood] | None = None  # the correction in force, and the mood before it
        self._said_since = False  # whether that one is about the latest judgement

    def know(self, corrections: Sequence[Correction]) -> None:
        """These are all the corrections there are."""
        self.all = tuple(corrections)
        self.calibration = learn(self.all, self._model)

    def read_by(self, model: str) -> None:
        """Faces are read by this model from now on: corrections made with others weigh less."""
        if model != self._model:
            self._model = model
            self.know(self.all)

    def calibrated(self, look: Look) -> Look:
        """The look with its faces as this household's are to be read; the very same one if nothing was taught."""
        if not look.faces or not any(self.calibration.shift):
            return look
        return replace(
            look, faces=tuple(replace(face, reading=self.calibration.apply(face.reading)) for face in look.faces)
        )

    def judged(self, mood: Mood, before: Mood, now: float) -> Mood:
        """The judge has said this on new evidence. The owner's word stands as long as the face stays the same.

        Then `since` stays that of the mood `before`, if that was the owner's word already.
        """
        self._judged_at, self._said_since = now, False
        if self._standing is None:
            return mood
        said = self._standing[0]
        if mood.raw is None or not _alike(mood.raw, said.reading):
            self._standing = None
            return mood
        if mood.mood is said.mood:
            return mood
        since = before.since if before.told and before.mood is said.mood else mood.since
        return replace(_told(said.mood), people=mood.people, since=since, reading=mood.reading, raw=mood.raw)

    def draft(self, mood: Mood, really: Emotion, number: int, at: datetime, now: float, interval: float) -> Correction:
        """The correction of the present mood to `really`; `number` is its id if it is the first of this judgement.

        Raises NothingToCorrect.
        """
        if mood.mood is Verdict.NOBODY:
            raise NothingToCorrect("nobody is there, so there is no mood to correct")
        if mood.raw is None:
            raise NothingToCorrect("no face has been judged yet; the first judgement comes soon after someone arrives")
        if now - self._judged_at > max(FRESH, 2 * interval):
            raise NothingToCorrect("the last judgement is too long ago to be corrected; wait for the next one")
        if self._standing and self._said_since:
            return replace(self._standing[0], mood=really, at=at)
        return Correction(number, at, mood.mood, really, mood.raw, self._model)

    def believe(self, correction: Correction, present: Mood, now: float) -> Mood:
        """The owner has said so: learn from it. The mood that it is now."""
        before = self._standing[1] if self._standing and self._said_since else present
        self._standing, self._said_since = (correction, before), True
        self.know([*(each for each in self.all if each.id != correction.id), correction])
        since = present.since if present.mood is correction.mood else now
        return replace(_told(correction.mood), people=present.people, since=since, raw=correction.reading)

    def withdrawn(self) -> Mood | None:
        """The mood to go back to if the correction in force is no longer among those there are; else None."""
        if self._standing is None or any(each.id == self._standing[0].id for each in self.all):
            return None
        (_, before), self._standing = self._standing, None
        return before

    def doubted(self) -> None:
        """The mood is said to be wrong, whoever had said it: no correction stands any more."""
        self._standing = None


def corrected(correction: Correction, by: str) -> list[Action]:
    """Say and record a correction that is believed."""
    words = f" and not {correction.was}" if correction.was is not correction.mood else ", as I thought"
    return [Say(f"The mood is {correction.mood}{words} ({by})."), RecordCorrection(correction)]


def disliked(event: DislikeSong, playing: str | None) -> list[Action]:
    """Say and record that a song does not fit, and go on to another if it is the one that plays."""
    actions: list[Action] = [Say(f"{event.file!r} does not fit {event.emotion} ({event.by}).")]
    actions.append(RecordDislike(event.file, event.emotion))
    actions.append(TeachSong(event.file, LessonKind.MISFIT, event.emotion))
    return [*actions, SkipTrack()] if event.file == playing else actions


def withdrawn(command: TakeBackCorrection | ForgetCorrections | ForgiveSong | EraseHistory) -> list[Action]:
    """Say that something the owner taught is taken back, and delete it from the history."""
    match command:
        case TakeBackCorrection(number, by):
            return [Say(f"A correction is taken back ({by})."), DeleteCorrection(number)]
        case ForgetCorrections(by):
            return [Say(f"All corrections are taken back ({by})."), DeleteCorrections()]
        case ForgiveSong(file, emotion, by):
            words = Say(f"{file!r} fits {emotion} after all ({by}).")
            return [words, DeleteDislike(file, emotion), DeleteLessonsAgainst(file)]
        case EraseHistory(reply, by):
            return [Say(f"Erase the history ({by})."), DeleteHistory(reply)]


def _told(emotion: Emotion) -> Mood:
    valence, arousal = circumplex(emotion)
    return Mood(emotion, confidence=1.0, valence=valence, arousal=arousal, told=True)


def _alike(one: Reading, other: Reading) -> bool:
    return sum(abs(a - b) for a, b in zip(one.probabilities, other.probabilities, strict=True)) / 2 <= SAME
