"""What the owner may say of moods and songs, by page or by command: checked here, told to the conductor, kept."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from appliance.core.conductor import Conductor
from appliance.domain import commands, events
from appliance.domain.emotions import EMOTIONS, Emotion, folder_of
from appliance.domain.lessons import Lesson, LessonKind
from appliance.domain.moods import Correction
from appliance.domain.roads import Place
from appliance.errors import MoodboxError
from appliance.history import History
from appliance.history.reading import shown
from appliance.mood.calibration import LIMIT

_MOST_DISLIKES = 500  # in an export
_MOST_LESSONS = 1000  # in an export
SAID = (LessonKind.PLACED, LessonKind.MOVED, LessonKind.MISFIT)
"""Lessons that the owner has given on purpose."""
_IDS = 2**53  # a browser's numbers are exact up to here


class NothingFound(MoodboxError, LookupError):
    """There is no such correction, song or dislike; the text names it."""


class Feedback:
    """One for the whole box; its methods are called in the conductor's loop and, but for `erase`, return at once."""

    def __init__(
        self,
        conductor: Conductor,
        history: History,
        emit: Callable[[events.Message], None],
        lessons: Callable[[], Sequence[Lesson]] = tuple,
        knows: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`lessons` tells what was taught of where songs lie, the oldest first; `knows`, whether there is a song."""
        self._conductor = conductor
        self.lessons = lessons
        self._knows = knows
        self._history = history
        self._emit = emit
        emit(events.CorrectionsChanged(tuple(history.corrections())))

    def correct(self, mood: Emotion, by: str) -> Correction:
        """What the mood really is. Raises NothingToCorrect."""
        correction = self._conductor.correction(mood, secrets.randbelow(_IDS - 1) + 1)
        self._emit(commands.CorrectMood(correction, by))
        return correction

    def corrections(self) -> tuple[Correction, ...]:
        """All corrections that are in force, the newest first."""
        known = self._conductor.corrections.all
        return tuple(sorted(known, key=lambda each: (each.at, each.id), reverse=True))

    def take_back(self, number: int, by: str) -> None:
        """Forget one correction, or one lesson about a song. Raises NothingFound."""
        if any(each.id == number for each in self.corrections()):
            self._emit(commands.TakeBackCorrection(number, by))
        elif any(each.id == number for each in self.lessons()):
            self.take_back_lesson(number, by)
        else:
            raise NothingFound(f"there is no correction {number}; it may have been taken back already")

    def take_back_lesson(self, number: int, by: str) -> None:
        """Forget one lesson about a song. Raises NothingFound."""
        if all(each.id != number for each in self.lessons()):
            raise NothingFound(f"there is no lesson {number}; it may have been taken back already")
        self._emit(commands.TakeBackLesson(number, by))

    def forget(self, by: str) -> None:
        """Forget all corrections."""
        self._emit(commands.ForgetCorrections(by))

    def place(self, file: str, emotion: Emotion | None, place: Place | None, by: str) -> None:
        """A song is of an emotion, or lies at a place on the plane. Raises NothingFound."""
        if not self._knows(file):
            raise NothingFound(f"{file!r} is no song that the catalogue knows; name one as `moodbox status` shows it")
        self._emit(commands.PlaceSong(file, emotion, place, by))

    def forget_songs(self, by: str) -> None:
        """Forget everything that was taught of where songs lie."""
        self._emit(commands.ForgetLessons(by))

    def dislike(self, file: str | None, by: str) -> tuple[str, Emotion]:
        """The song (by default the one that plays) does not fit its mood. Raises NothingFound."""
        player = self._conductor.player
        file = file or player.file
        if not file:
            raise NothingFound("nothing plays; name the song")
        queued = {song.file: song.emotion for song in player.queue}
        emotion = player.emotion if file == player.file else queued.get(file) or folder_of(file)
        if emotion is None:
            raise NothingFound(f"{file!r} was not chosen for a mood, so there is none that it could misfit")
        if file != player.file and file not in queued and not self._history.has_played(file, emotion):
            raise NothingFound(f"{file!r} has not played here; name a song as the history shows it")
        self._emit(commands.DislikeSong(file, emotion, by))
        return file, emotion

    def dislikes(self) -> list[tuple[Emotion, str, float]]:
        """The songs that are disliked, as they are shown, for which emotion and how much (0..1), the most first."""
        return [(emotion, shown(file), level) for emotion, file, level in self._history.dislikes()]

    def forgive(self, file: str, by: str, emotion: Emotion | None = None) -> None:
        """Forget every skip and word against a song, for one emotion or for all. Raises NothingFound."""
        held = [(name, held_for) for held_for, name, _ in self._history.dislikes()
                if shown(name) == file and emotion in {None, held_for}]  # fmt: skip
        if not held:
            raise NothingFound(f"nothing is held against {file!r}{f' in {emotion}' if emotion else ''}")
        for name, held_for in held:
            self._emit(commands.ForgiveSong(name, held_for, by))

    async def erase(self, by: str) -> None:
        """Erase the history, with everything that was taught; returns when it is gone. Raises HistoryError."""
        erased: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def reply(error: Exception | None) -> None:
            if error is None:
                self._emit(events.CorrectionsChanged(()))
            if erased.done():  # who asked has gone
                return
            if error is None:
                erased.set_result(None)
            else:
                erased.set_exception(error)

        self._emit(commands.EraseHistory(reply, by))
        await erased

    def calibration(self) -> dict[str, Any]:
        """`strength` (0..1 of `limit`), `limit` in log-odds, `corrections`, and `shift` of each emotion's log-odds."""
        calibration = self._conductor.corrections.calibration
        return {
            "strength": round(calibration.strength, 3),
            "limit": round(LIMIT, 3),
            "corrections": len(self._conductor.corrections.all),
            "shift": dict(zip(map(str, EMOTIONS), (round(value, 3) + 0.0 for value in calibration.shift), strict=True)),
        }

    def export(self) -> dict[str, Any]:
        """The calibration with every correction it was made from, and the songs that are disliked most."""
        return self.calibration() | {
            "corrections": [describe_correction(each) | {"model": each.model} for each in self.corrections()],
            "dislikes": [
                {"emotion": emotion.value, "file": file, "dislike": round(level, 3)}
                for emotion, file, level in self.dislikes()[:_MOST_DISLIKES]
            ],
            "songs": [describe_lesson(each) for each in self.lessons() if each.kind in SAID][-_MOST_LESSONS:],
        }


def describe_lesson(lesson: Lesson) -> dict[str, Any]:
    """What was taught of a song, as the page shows it: the shift on the plane, and the emotion it is about."""
    return {
        "id": lesson.id,
        "at": lesson.at.astimezone(UTC).isoformat(timespec="seconds"),
        "file": shown(lesson.file),
        "kind": lesson.kind.value,
        "emotion": lesson.emotion and lesson.emotion.value,
        "valence": lesson.valence,
        "arousal": lesson.arousal,
    }


def describe_correction(correction: Correction) -> dict[str, Any]:
    """A correction as the page shows it."""
    return {
        "id": correction.id,
        "at": correction.at.astimezone(UTC).isoformat(timespec="seconds"),
        "was": correction.was.value,
        "mood": correction.mood.value,
        "probabilities": {name: round(p, 6) for name, p in correction.reading.by_name().items()},
    }
