"""Songs of a library that sound alike, gathered into clusters with names such as "calm piano" or "loud rock"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.sound.index import ATTACK, BRIGHTNESS, LOUDNESS, SoundIndex
from appliance.sound.plan import Array

FEWEST, MOST = 2, 12
"""Clusters of a library; about one for each `SONGS` songs within these limits."""
SONGS = 25
ROUNDS = 30
_SEED = 7
_TYPICAL, _CHARACTERISTIC = 0.3, 1.5
"""A genre names a cluster if this share of its tagged songs have it, so many times the share in the library."""
_PRONOUNCED = 0.2
"""A mean place or rank, -1..1, from which on a word describes the cluster."""
_NOUN = "songs"


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which cluster each song of an index is in, and what the clusters are called."""

    numbers: npt.NDArray[np.int8]
    """(n,): the position in `names`, -1 for a song not heard yet. The first cluster is the largest."""
    names: tuple[str, ...]
    """Each once."""


def clusters_of(index: SoundIndex, genres: Sequence[str] = ()) -> Clusters:
    """The clusters of an index, always the same ones; `genres` are its songs' tags in order, "" where unknown."""
    numbers = np.full(len(index), -1, np.int8)
    heard = np.flatnonzero(index.heard())
    if not len(heard):
        return Clusters(numbers, ())
    count = int(np.clip(round(len(heard) / SONGS), min(FEWEST, len(heard)), MOST))
    found = _gathered(index.sounds[heard].astype(np.float32) / 127, count)
    order = {old: new for new, (old, _) in enumerate(Counter(found.tolist()).most_common())}
    numbers[heard] = [order[number] for number in found.tolist()]
    return Clusters(numbers, _names(index, numbers, len(order), genres))


def _gathered(sounds: Array, count: int) -> npt.NDArray[np.int64]:
    """(n,): k-means on the sphere (Dhillon & Modha 2001), begun with songs that are far from each other."""
    centres = _far_apart(sounds, count)
    numbers = np.zeros(len(sounds), np.int64)
    for turn in range(ROUNDS):
        nearest = np.argmax(sounds @ centres.T, axis=1)
        if turn and np.array_equal(nearest, numbers):
            break
        numbers = nearest
        for number in range(count):
            own = sounds[numbers == number]
            if len(own):
                centre = own.sum(axis=0)
                centres[number] = centre / max(float(np.linalg.norm(centre)), 1e-9)
    return numbers


def _far_apart(sounds: Array, count: int) -> Array:
    """Songs drawn the more likely the less they sound like any drawn before (Arthur & Vassilvitskii 2007)."""
    random = np.random.default_rng(_SEED)
    chosen = [int(random.integers(len(sounds)))]
    distance = np.full(len(sounds), np.inf, np.float64)
    while len(chosen) < count:
        distance = np.minimum(distance, np.maximum(1 - sounds @ sounds[chosen[-1]], 0))
        total = distance.sum()
        chances = distance / total if total > 1e-9 else None
        chosen.append(int(random.choice(len(sounds), p=chances)))
    return sounds[chosen].copy()


def _names(index: SoundIndex, numbers: npt.NDArray[np.int8], count: int, genres: Sequence[str]) -> tuple[str, ...]:
    everywhere = Counter(genre.casefold() for genre in genres if genre)
    names: list[str] = []
    for number in range(count):
        rows = np.flatnonzero(numbers == number)
        words = _adjectives(index, rows)
        noun = _genre([genres[row].casefold() for row in rows if genres[row]] if genres else [], everywhere) or _NOUN
        names.append(_unlike(words, noun, names))
    return tuple(names)


def _adjectives(index: SoundIndex, rows: npt.NDArray[np.int64]) -> list[str]:
    """Words for how these songs differ from the library's middle, the most pronounced first."""
    valence, arousal = np.nan_to_num(index.places[rows]).mean(axis=0)
    traits = index.traits[rows].mean(axis=0) / 100
    marks = (
        (float(arousal), "calm", "lively"),
        (float(valence), "sombre", "cheerful"),
        (float(traits[LOUDNESS]), "quiet", "loud"),
        (float(traits[BRIGHTNESS]), "dark", "bright"),
        (float(traits[ATTACK]), "soft", "punchy"),
    )
    strong = sorted(marks, key=lambda mark: -abs(mark[0]))
    return [up if value > 0 else down for value, down, up in strong if abs(value) >= _PRONOUNCED]


def _genre(tags: Sequence[str], everywhere: Counter[str]) -> str:
    """The tag that characterises these songs, or ""."""
    own, total = Counter(tags), sum(everywhere.values())
    for genre, times in own.most_common():
        share = times / len(tags)
        if share < _TYPICAL:
            break
        if share >= min(0.9, _CHARACTERISTIC * everywhere[genre] / total):
            return genre
    return ""


def _unlike(words: Sequence[str], noun: str, taken: Sequence[str]) -> str:
    """A name with as few words as make it another than those before; numbered if words do not suffice."""
    for length in range(1, max(2, len(words) + 1)):
        name = " ".join([", ".join(words[:length]), noun]) if words else f"ordinary {noun}"
        if name not in taken:
            return name
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"
