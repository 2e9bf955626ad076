"""A library as a whole: songs ranked among each other, sounds compared with what is usual in it, clear suggestions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.sound.hear import Heard
from appliance.sound.index import SOUND_SIZE, TRAITS, SoundIndex, packed
from appliance.sound.plan import Array

GIVEN_SONGS = 30.0
"""So many songs count as much as the reference music: few songs are placed among that, many among themselves."""
SUGGESTED: tuple[Emotion, ...] = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)
"""Emotions that music shows by itself; the others need the owner."""
CLEAR = 0.62
"""How far a place must lie in an emotion's direction for it to be suggested, and…"""
CLEARER = 0.25
"""…how much farther than in any other's."""
CALM_MIDDLE = 0.2
"""A place nearer than this to the middle on both axes is neutral."""


def build_index(
    files: Sequence[str],
    feelings: Array,
    sounds: npt.NDArray[np.int8],
    artists: npt.NDArray[np.int32],
    albums: npt.NDArray[np.int32],
    given: npt.NDArray[np.int8],
    tempo: Array,
    mode: npt.NDArray[np.int8],
    traits: npt.NDArray[np.int8],
) -> SoundIndex:
    """The index of a library from what was heard in each of its n songs, whose `files` are sorted.

    `feelings` (n, 2) are valence and arousal as in `Heard`, NaN for songs not heard yet, whose `sounds` and `traits`
    are zeros. The rest is as in `SoundIndex`.
    """
    heard = np.isfinite(feelings).all(axis=1)
    places = ranked(feelings, heard)
    return SoundIndex(
        files=tuple(files),
        places=places,
        sounds=compared(sounds),
        artists=artists,
        albums=albums,
        given=given,
        suggested=suggestions(places),
        tempo=tempo,
        mode=mode,
        traits=_ranked_traits(traits, heard),
    )


def index_of(songs: Sequence[Heard], files: Sequence[str] = ()) -> SoundIndex:
    """The index of songs with these sorted names; without names they are numbered, `00000000` first."""
    count = len(songs)
    unknown, none = np.full(count, -1, np.int32), np.full(count, -1, np.int8)
    return build_index(
        files or [f"{number:08}" for number in range(count)],
        np.array([(song.valence, song.arousal) for song in songs], np.float32).reshape(count, 2),
        np.array([song.sound for song in songs], np.int8).reshape(count, SOUND_SIZE),
        unknown,
        unknown,
        none,
        np.array([song.tempo for song in songs], np.float32),
        np.array([song.mode for song in songs], np.int8),
        np.array([song.traits for song in songs], np.int8).reshape(count, TRAITS),
    )


def ranked(feelings: Array, heard: npt.NDArray[np.bool_]) -> Array:
    """(n, 2): places -1..1, NaN where not heard.

    A place is the song's rank in the library; in a small one it is drawn towards its place in the reference music.
    """
    places = np.full(feelings.shape, np.nan, np.float32)
    own = _own_share(int(heard.sum()))
    for axis in (0, 1):
        known = feelings[heard, axis]
        places[heard, axis] = own * _ranks(known) + (1 - own) * known
    return places


def compared(sounds: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """(n, 32): unit vectors times 127 of how each sound differs from what is usual in the library; zeros stay zeros."""
    heard = sounds.any(axis=1)
    result = np.zeros((len(sounds), SOUND_SIZE), np.int8)
    count = int(heard.sum())
    if count:
        known = sounds[heard].astype(np.float32)
        usual = _own_share(count) * known.mean(axis=0)
        result[heard] = packed(known - usual)
    return result


def suggestions(places: Array) -> npt.NDArray[np.int8]:
    """(n,): the position in `EMOTIONS` of the emotion that a place clearly shows, -1 for none."""
    directions = np.array([circumplex(emotion) for emotion in SUGGESTED], np.float32)
    far = np.nan_to_num(places) @ directions.T
    order = np.argsort(-far, axis=1)
    rows = np.arange(len(places))
    best, second = far[rows, order[:, 0]], far[rows, order[:, 1]]
    numbers = np.array([EMOTIONS.index(emotion) for emotion in SUGGESTED], np.int8)
    clear = (best >= CLEAR) & (best - second >= CLEARER)
    result = np.where(clear, numbers[order[:, 0]], -1)
    middle = (np.abs(np.nan_to_num(places, nan=1.0)) <= CALM_MIDDLE).all(axis=1)
    return np.where(middle, EMOTIONS.index(Emotion.NEUTRAL), result).astype(np.int8)


def _own_share(count: int) -> float:
    return count / (count + GIVEN_SONGS)


def _ranks(values: npt.NDArray[np.float32] | npt.NDArray[np.int8]) -> Array:
    """-1..1, evenly spaced in the order of the values; equal values share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    return np.asarray(2 * middle[inverse.reshape(-1)] / max(1, len(values)) - 1, dtype=np.float32)


def _ranked_traits(traits: npt.NDArray[np.int8], heard: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    result = np.zeros((len(traits), TRAITS), np.int8)
    own = _own_share(int(heard.sum()))
    for column in range(TRAITS):
        known = traits[heard, column]
        result[heard, column] = np.rint(own * 100 * _ranks(known) + (1 - own) * known)
    return result
