"""A whole journey at once, from one emotion or song to another: what `moodbox music path` shows."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.domain.moods import Policy
from appliance.domain.reasons import MoodTold
from appliance.domain.roads import Place, Road
from appliance.errors import MoodboxError
from appliance.journey.choosing import next_song
from appliance.journey.describing import song_reason
from appliance.journey.plane import Plane
from appliance.words.english import song_in_words


class NoWay(MoodboxError, LookupError):
    """There is no such song, or none to lead over; the text says which."""


def route(plane: Plane, start: str, end: str, rng: random.Random) -> list[int]:
    """The rows of the songs from `start` to `end`, each an emotion or a song's name. Raises NoWay.

    A song that is named is the first or the last. No song comes twice, and house pieces only where they are named.
    """
    (here, first), (there, last) = (_end(plane, word) for word in (start, end))
    road = Road((here, there))
    found = [] if first is None else [first]
    allowed = (plane.emotions >= 0) & ~plane.house
    for row in (first, last):
        if row is not None:
            allowed[row] = False
    while len(found) < road.songs - (last is not None):
        row = next_song(plane, road.target(len(found)), found[::-1], allowed, rng)
        if row is None:
            break
        allowed[row] = False
        found.append(row)
    if last is not None and last != first:
        found.append(last)
    if not found:
        raise NoWay("no song is known yet; the box has to listen to some first (`moodbox music status`)")
    return found


def describe_route(plane: Plane, rows: list[int]) -> list[dict[str, Any]]:
    """The songs of a route: `file, emotion, valence, arousal, why`."""
    told = []
    for row, before in zip(rows, [None, *rows], strict=False):
        emotion = EMOTIONS[plane.emotions[row]]
        reason = song_reason(plane, row, before, MoodTold(emotion=emotion, policy=Policy.JOURNEY))
        valence, arousal = (round(float(value), 2) for value in plane.places[row])
        told.append(
            {
                "file": plane.index.files[row],
                "emotion": emotion.value,
                "valence": valence,
                "arousal": arousal,
                "why": song_in_words(reason),
            }
        )
    return told


def _end(plane: Plane, word: str) -> tuple[Place, int | None]:
    if word in EMOTIONS:
        return circumplex(Emotion(word)), None
    row = plane.index.row_of(word)
    if row is None:
        raise NoWay(f"{word!r} is no song that the catalogue knows, nor an emotion ({', '.join(EMOTIONS)})")
    if not np.isfinite(plane.places[row]).all():
        raise NoWay(f"{word!r} has not been heard yet; `moodbox music status` tells how far the box is")
    return (float(plane.places[row, 0]), float(plane.places[row, 1])), row
