"""Clusters of songs that sound alike, and their names."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.sound.clusters import MOST, clusters_of
from appliance.sound.index import SOUND_SIZE, SoundIndex, packed


def library(groups: int, each: int, seed: int = 1) -> SoundIndex:
    """`groups` kinds of sound, the first calm and dark, the last lively and bright."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((groups, SOUND_SIZE)) * 3
    kinds = np.repeat(np.arange(groups), each)
    count = len(kinds)
    height = np.linspace(-0.8, 0.8, groups)[kinds] if groups > 1 else np.zeros(count)
    return dataclasses.replace(
        SoundIndex.unheard([f"{number:06}" for number in range(count)]),
        sounds=packed(centres[kinds] + 0.5 * random.standard_normal((count, SOUND_SIZE))),
        places=np.stack((np.zeros(count), height), axis=1).astype(np.float32),
        traits=np.stack((np.zeros(count), np.zeros(count), 60 * height), axis=1).astype(np.int8),
    )


def test_songs_of_one_kind_come_together_and_are_named_by_sound_and_tags() -> None:
    index = library(4, 25)
    genres = ["piano"] * 25 + [""] * 50 + ["Rock"] * 20 + ["rock"] * 5
    clusters = clusters_of(index, genres)
    kinds = clusters.numbers.reshape(4, 25)
    assert all(len(set(row)) == 1 for row in kinds)
    assert len(set(kinds[:, 0])) == 4
    named = [clusters.names[number] for number in kinds[:, 0]]
    assert named[0] == "calm piano"
    assert named[3] == "lively rock"
    assert all(name.endswith(" songs") for name in named[1:3])


def test_songs_not_heard_yet_are_in_no_cluster() -> None:
    index = library(2, 30)
    sounds = index.sounds.copy()
    sounds[[0, 59]] = 0
    numbers = clusters_of(dataclasses.replace(index, sounds=sounds)).numbers
    assert set(np.flatnonzero(numbers < 0)) == {0, 59}
    assert clusters_of(SoundIndex.unheard(["a", "b"])).names == ()


@settings(max_examples=20)
@given(st.integers(1, 30), st.integers(1, 20))
def test_every_song_has_a_cluster_and_every_cluster_a_name_of_its_own(groups: int, each: int) -> None:
    index = library(groups, each)
    clusters = clusters_of(index)
    assert clusters.numbers.min() >= 0
    assert set(clusters.numbers) == set(range(len(clusters.names)))
    assert len(set(clusters.names)) == len(clusters.names) <= MOST
    assert np.array_equal(clusters.numbers, clusters_of(index).numbers)
    sizes = np.bincount(clusters.numbers)
    assert sizes[0] == sizes.max()


def test_songs_that_all_sound_the_same_are_no_problem() -> None:
    index = library(1, 60)
    same = dataclasses.replace(index, sounds=np.repeat(index.sounds[:1], 60, axis=0))
    assert clusters_of(same).numbers.min() == 0
