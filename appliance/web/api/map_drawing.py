"""Every song of a library as columns of numbers, few bytes for each, for a map to be drawn of."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.journey.plane import POINTS, Plane
from appliance.sound.clusters import Clusters, clusters_of

SCALE = 10_000
"""What 1 is on an axis of the map, as a whole number."""
NOWHERE = -32_768
"""For a song that has no place yet."""
SPREAD = 0.14
"""Songs of an emotion's folder lie so far around its point, as far as they sound unlike each other."""
GIVEN, HOUSE, HEARD = 0x10, 0x20, 0x40
NO_EMOTION = 0x0F
_GOLDEN = 2.399963
"""Radians: points this far on around a circle lie evenly."""


class Cluster(Struct):
    """Songs that sound alike."""

    name: str
    songs: int


class SongMap(Struct):
    """Every song in the order of its file's name, in columns: base64 of little-endian numbers."""

    numbering: Annotated[str, Meta(description="changes when songs come or go, and others get their numbers")]
    songs: int
    clusters: list[Cluster]
    valence: Annotated[str, Meta(description="int16: 10,000 for 1, -32,768 for a song without a place yet")]
    arousal: Annotated[str, Meta(description="int16, likewise")]
    cluster: Annotated[str, Meta(description="int8: the position in `clusters`, -1 for a song not heard yet")]
    emotion: Annotated[
        str,
        Meta(
            description="uint8: the position in `emotions` of that for which it plays (15: of none), +16 if that is "
            "the owner's word, +32 for a house piece, +64 if it has been heard"
        ),
    ]
    emotions: list[Emotion]


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map, and what it was made of."""

    plane: Plane
    clusters: Clusters
    answer: SongMap


def numbering(plane: Plane) -> str:
    """The same as long as every song has the same number."""
    return f"{hash(plane.index.files) & 0xFFFF_FFFF_FFFF_FFFF:x}"


def same_sounds(one: Plane, other: Plane) -> bool:
    """Whether they have the same songs, which were heard alike."""
    return one.index.files == other.index.files and np.array_equal(one.index.sounds, other.index.sounds)


def draw_map(plane: Plane, genres: Mapping[str, str], alike: DrawnMap | None) -> DrawnMap:
    """The map of a plane. `genres` are the tags of files, which a map `alike`, of the `same_sounds`, makes needless."""
    index = plane.index
    clusters = alike.clusters if alike else clusters_of(index, [genres.get(file, "") for file in index.files])
    places = shown_places(plane)
    known = np.isfinite(places).all(axis=1)
    whole = np.where(known[:, None], np.rint(np.nan_to_num(places) * SCALE), NOWHERE).astype("<i2")
    flags = np.where(plane.emotions < 0, NO_EMOTION, plane.emotions).astype(np.uint8)
    flags |= np.where(index.given >= 0, GIVEN, 0).astype(np.uint8)
    flags |= np.where(plane.house, HOUSE, 0).astype(np.uint8)
    flags |= np.where(plane.scales > 0, HEARD, 0).astype(np.uint8)
    sizes = np.bincount(clusters.numbers[clusters.numbers >= 0], minlength=len(clusters.names))
    answer = SongMap(
        numbering=numbering(plane),
        songs=len(index),
        clusters=[Cluster(name, int(size)) for name, size in zip(clusters.names, sizes, strict=True)],
        valence=_packed(whole[:, 0]),
        arousal=_packed(whole[:, 1]),
        cluster=_packed(clusters.numbers),
        emotion=_packed(flags),
        emotions=list(EMOTIONS),
    )
    return DrawnMap(plane, clusters, answer)


def shown_places(plane: Plane) -> npt.NDArray[np.float32]:
    """(n, 2): places -1..1; songs that the owner gave an emotion lie around its point, as they sound."""
    places = plane.places.copy()
    given = np.flatnonzero(plane.index.given >= 0)
    around = plane.index.places[given]
    turn, out = given * _GOLDEN, np.sqrt((given * 0.618034) % 1)
    evenly = np.column_stack([np.cos(turn) * out, np.sin(turn) * out]).astype(np.float32)
    around = np.where(np.isfinite(around), around, evenly)
    places[given] = (1 - SPREAD) * POINTS[plane.index.given[given]] + SPREAD * around
    return np.asarray(np.clip(places, -1, 1), np.float32)


def _packed(column: npt.NDArray[np.generic]) -> str:
    return base64.b64encode(np.ascontiguousarray(column).tobytes()).decode()
