"""The graph of songs that sound alike, and its picture."""

from __future__ import annotations

import dataclasses
import math
from xml.etree import ElementTree

import numpy as np
import pytest

from appliance.sound.clusters import clusters_of
from appliance.sound.graph import edges_between, positions, some_songs
from appliance.sound.index import SOUND_SIZE, SoundIndex, packed
from appliance.sound.picture import graph_svg

SVG = "{http://www.w3.org/2000/svg}"


def library(count: int = 60) -> SoundIndex:
    random = np.random.default_rng(5)
    files = [f"<A & B>/\udcffsong {number:03}.ogg" for number in range(count)]
    return dataclasses.replace(
        SoundIndex.unheard(files),
        sounds=packed(random.standard_normal((count, SOUND_SIZE))),
        places=random.uniform(-1, 1, (count, 2)).astype(np.float32),
    )


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 - what has just been drawn


def test_each_song_is_joined_to_its_nearest_and_each_pair_once() -> None:
    index = library()
    rows = list(range(60))
    edges = edges_between(index, rows, neighbours=3)
    assert len({(edge.one, edge.other) for edge in edges}) == len(edges)
    for row in rows:
        joined = {edge.one + edge.other - row for edge in edges if row in edge[:2]}
        assert {other for other, _ in index.nearest(row, 3)} <= joined


def test_both_measures_join_the_same_songs_and_a_threshold_cuts_the_weak_ones() -> None:
    index, rows = library(), list(range(60))
    cosine, euclid = (edges_between(index, rows, measure=measure) for measure in ("cosine", "euclid"))
    assert [edge[:2] for edge in cosine] == [edge[:2] for edge in euclid]
    for near, far in zip(cosine, euclid, strict=True):
        assert far.value == pytest.approx(math.sqrt(2 - 2 * near.value), abs=1e-6)
    strong = edges_between(index, rows, threshold=0.4)
    assert strong == [edge for edge in cosine if edge.value >= 0.4]
    assert edges_between(index, rows, measure="euclid", threshold=1.0) == [e for e in euclid if e.value <= 1.0]


def test_joined_songs_are_drawn_nearer_than_others() -> None:
    index, rows = library(), list(range(60))
    edges = edges_between(index, rows, neighbours=3)
    place = positions(index, rows, edges)
    assert place.min() == 0
    assert place.max() == 1
    joined = np.mean([np.linalg.norm(place[edge.one] - place[edge.other]) for edge in edges])
    every = np.mean(np.linalg.norm(place[:, None] - place, axis=2))
    assert joined < 0.6 * every
    assert np.array_equal(place, positions(index, rows, edges))


def test_the_picture_is_well_formed_whatever_songs_are_called() -> None:
    index, rows = library(), list(range(60))
    edges = edges_between(index, rows)
    picture = graph_svg(index, rows, edges, clusters_of(index))
    root = parsed(picture)
    assert len(root.findall(f"{SVG}line")) == len(edges)
    titles = [title.text for title in root.findall(f"{SVG}circle/{SVG}title")]
    assert len(titles) == 60
    assert titles[0] == "<A & B>/?song 000.ogg"


def test_a_picture_of_one_song_or_none_is_no_problem() -> None:
    for count in (0, 1):
        index = library(count)
        assert not parsed(graph_svg(index, list(range(count)), [], clusters_of(index))).findall(f"{SVG}line")


def test_some_songs_are_spread_over_those_that_have_been_heard() -> None:
    index = library()
    sounds = index.sounds.copy()
    sounds[:20] = 0
    index = dataclasses.replace(index, sounds=sounds)
    assert some_songs(index, 5) == [20, 30, 40, 49, 59]
    assert some_songs(index, 100) == list(range(20, 60))
