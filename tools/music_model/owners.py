"""`python -m tools.music_model.owners`: what owners' words do for where songs lie, and how smooth journeys are.

The owners are simulated, the rest is real.

An owner hears songs as the listeners did who rated them, or with a taste besides: a leaning of its own, drawn by
chance, towards what is heard in songs, as strong as TASTE times the listeners' spread. Three times as many songs as
there will be corrections are heard, drawn by chance. Of these the owner places those that lie most wrong, with a hand
that strays by HAND; the others are heard out. Measured is how far the places agree with the owner's, before and after:
of all songs, and of those that were never heard.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import EMOTIONS
from appliance.domain.lessons import LessonKind
from appliance.journey.learning import lesson_about, shifts
from appliance.journey.plane import Plane
from appliance.sound.ear import FILE, load_ear
from appliance.sound.hear import heard_from
from appliance.sound.index import SoundIndex
from appliance.sound.library import index_of
from tools.music_model import rated
from tools.music_model.journeys import measure_journeys
from tools.music_model.listening import heard_songs

CORRECTIONS = (10, 60)
HEARD = 3
"""Songs heard for each that is corrected."""
HAND = 0.15
"""Standard deviation of where a song is put from where the owner hears it, on each axis."""
TASTE = 1.0
LEFT = 40
"""Songs at least that are never heard."""
OWNERS = 40
_AT = datetime(2026, 1, 1, tzinfo=UTC)

Numbers = npt.NDArray[np.float64]


def measure_owners(
    index: SoundIndex, feelings: Numbers, features: Numbers, corrections: int, taste: float, owners: int = OWNERS
) -> dict[str, list[float]]:
    """Correlations before and after so many `corrections`: `valence`, `arousal`, and both of the songs `unheard`."""
    rows = [_owner(index, feelings, features, corrections, taste, np.random.default_rng(n)) for n in range(owners)]
    names = ("valence", "arousal", "valence_unheard", "arousal_unheard")
    return {name: [round(fmean(row[n][at] for row in rows), 3) for at in (0, 1)] for n, name in enumerate(names)}


def _owner(
    index: SoundIndex,
    feelings: Numbers,
    features: Numbers,
    corrections: int,
    taste: float,
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    said = _ranked(_standard(feelings) + taste * _leanings(features, rng))
    plane = Plane.of(index)
    heard = rng.permutation(len(index))[: min(HEARD * corrections, len(index) - LEFT)]
    order = heard[np.argsort(-np.hypot(*(said - index.places)[heard].T))]
    lessons = []
    for number, row in enumerate(order):
        if number < corrections:
            valence, arousal = np.clip(said[row] + rng.normal(0, HAND, 2), -1, 1)
            place = float(valence), float(arousal)
            lessons.append(lesson_about(index, index.files[row], LessonKind.PLACED, _AT, None, place))
        else:
            emotion = EMOTIONS[plane.emotions[row]]
            lessons.append(lesson_about(index, index.files[row], LessonKind.HEARD, _AT, emotion))
    taught = index.places + shifts(index, lessons)
    everything, rest = np.arange(len(index)), np.setdiff1d(np.arange(len(index)), heard)
    return [
        (_agreement(said, index.places, rows, axis), _agreement(said, taught, rows, axis))
        for rows in (everything, rest)
        for axis in (0, 1)
    ]


def _leanings(features: Numbers, rng: np.random.Generator) -> Numbers:
    """(n, 2): what a person hears besides in each song, of variance 1: a random mixture of all that is heard in it."""
    return _standard(_standard(features) @ rng.normal(size=(features.shape[1], 2)))


def _agreement(said: Numbers, places: npt.NDArray[np.floating[Any]], rows: npt.NDArray[np.int_], axis: int) -> float:
    return float(np.corrcoef(said[rows, axis], places[rows, axis])[0, 1])


def _standard(values: Numbers) -> Numbers:
    return np.asarray((values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9), dtype=np.float64)


def _ranked(values: Numbers) -> Numbers:
    ranks = values.argsort(axis=0).argsort(axis=0)
    return np.asarray(2 * (ranks + 0.5) / len(values) - 1, dtype=np.float64)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line of JSON for each set of songs and number of corrections."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(prog="python -m tools.music_model.owners", description=__doc__)
    parser.add_argument("--emotify", type=Path, metavar="FOLDER", help="recordings and their labels.csv")
    parser.add_argument("--vgmidi", type=Path, metavar="FOLDER", help="MIDI files and their labels.csv")
    parser.add_argument("--soundfont", type=Path, action="append", default=[], help="what plays MIDI; again for more")
    parser.add_argument("--work", type=Path, default=Path("build/music_model"), help="keeps what was heard")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    ear = load_ear(FILE)
    sets = [rated.emotify(options.emotify)] if options.emotify else []
    sets += [rated.vgmidi(options.vgmidi, font) for font in options.soundfont if options.vgmidi]
    for each in sets:
        songs, known = heard_songs(each.tasks, options.work, options.jobs)
        index = index_of([heard_from(0.0, row.astype(np.float32), ear) for row in songs.whole])
        said = _ranked(each.feelings[known])
        told = {"set": each.name, "songs": len(index), **measure_journeys(Plane.of(index), said)}
        print(json.dumps(told), flush=True)
        for taste, corrections in itertools.product((0.0, TASTE), CORRECTIONS):
            figures = measure_owners(index, each.feelings[known], songs.whole, corrections, taste)
            told = {"set": each.name, "songs": len(index), "taste": taste, "corrections": corrections, **figures}
            print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
