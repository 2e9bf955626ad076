"""What lessons teach: a shift of each song on the plane, which fades with the distance in sound from those taught.

The shifts are a Gaussian process (kriging): its mean after the lessons, with a kernel that falls with the distance in
sound, no shift before them, and more noise for what says less (Rasmussen & Williams 2006, "Gaussian Processes for
Machine Learning", eq. 2.23). So it does not matter in which order lessons came, many that agree weigh more than one,
opposite ones cancel, and none teach nothing. Songs heard out teach nearly nothing by themselves, but they hold their
places: owners speak of the songs that lie wrong, and from those alone one would learn that everything does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import Emotion, circumplex
from appliance.domain.lessons import Lesson, LessonKind
from appliance.domain.roads import Place
from appliance.sound.index import SoundIndex

REACH = 1.0
"""Width of the kernel: exp(-(1 - cosine) / REACH²). docs/maintainer/journeys.md has what other widths do."""
NOISE: Mapping[LessonKind, float] = {
    LessonKind.PLACED: 1.0,
    LessonKind.MOVED: 1.0,
    LessonKind.MISFIT: 2.0,
    LessonKind.HEARD: 2.0,
    LessonKind.SKIPPED: 6.0,
}
"""Variance of what each kind says, in units of the shifts' own."""
AWAY: Mapping[LessonKind, float] = {LessonKind.MISFIT: 0.4, LessonKind.SKIPPED: 0.2}
"""How far from the emotion it played for a song is taken to lie."""
TOWARDS = 0.1
"""The share of the way to the emotion it played for that a song is taken to lie nearer, once it was heard out."""
MOST = 400
"""Lessons that count at most: the surest, of equally sure ones the newest."""
BY_WORD = (LessonKind.PLACED, LessonKind.MOVED)
"""Lessons that say where a song lies, and not only whether it fits."""
_BLOCK = 2048
"""Songs that are shifted at a time: a few megabytes."""


def lesson_about(
    index: SoundIndex, file: str, kind: LessonKind, at: datetime, emotion: Emotion | None, place: Place | None = None
) -> Lesson:
    """The lesson of a kind about a song: for an emotion, or for a place on the plane; one of the two.

    A song that has not been heard yet has no place to be shifted from: the shift is none.
    """
    row = index.row_of(file)
    here = None if row is None else index.places[row]
    if here is None or not np.isfinite(here).all():
        return Lesson(file, kind, 0.0, 0.0, at, emotion)
    valence, arousal = _shift((float(here[0]), float(here[1])), kind, emotion, place)
    return Lesson(file, kind, round(valence, 3), round(arousal, 3), at, emotion)


def _shift(here: Place, kind: LessonKind, emotion: Emotion | None, place: Place | None) -> Place:
    there = place or (circumplex(emotion) if emotion else here)
    step = there[0] - here[0], there[1] - here[1]
    if kind in BY_WORD:
        return step
    if kind is LessonKind.HEARD:
        return TOWARDS * step[0], TOWARDS * step[1]
    if math.hypot(*step) < 1e-6:
        step = there
    length = math.hypot(*step) or 1.0
    return -AWAY[kind] * step[0] / length, -AWAY[kind] * step[1] / length


def shifts(index: SoundIndex, lessons: Sequence[Lesson]) -> npt.NDArray[np.float32]:
    """(n, 2): by how much each song's valence and arousal are shifted by what was taught.

    A song that the owner placed or moved lies exactly where the newest of these words says.
    """
    result = np.zeros((len(index), 2), np.float32)
    known = sorted(
        (lesson for lesson in lessons if (row := index.row_of(lesson.file)) is not None and index.sounds[row].any()),
        key=lambda lesson: (-NOISE[lesson.kind], lesson.at, lesson.file, lesson.kind),
    )[-MOST:]
    if not known:
        return result
    rows = [row for lesson in known if (row := index.row_of(lesson.file)) is not None]
    wanted = np.array([_wanted(index, row, lesson) for row, lesson in zip(rows, known, strict=True)])
    sounds = _unit(index.sounds[rows])
    weights = np.linalg.solve(
        _kernel(sounds @ sounds.T).astype(np.float64) + np.diag([NOISE[lesson.kind] for lesson in known]), wanted
    ).astype(np.float32)
    for begin in range(0, len(index), _BLOCK):
        block = index.sounds[begin : begin + _BLOCK]
        result[begin : begin + _BLOCK] = _kernel(_unit(block) @ sounds.T) @ weights
    result[~index.heard()] = 0
    for _, row, lesson in sorted((lesson.at, row, n) for n, (row, lesson) in enumerate(zip(rows, known, strict=True))):
        if known[lesson].kind in BY_WORD:
            result[row] = wanted[lesson]
    return result


def _wanted(index: SoundIndex, row: int, lesson: Lesson) -> Place:
    """The shift that a lesson asks for; for an emotion of the owner's as the song is ranked now."""
    if lesson.kind in BY_WORD and lesson.emotion:
        here = index.places[row]
        return _shift((float(here[0]), float(here[1])), lesson.kind, lesson.emotion, None)
    return lesson.valence, lesson.arousal


def _kernel(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(np.exp((cosines - 1) / REACH**2), dtype=np.float32)


def _unit(sounds: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    vectors = sounds.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-9)[:, None], dtype=np.float32)
