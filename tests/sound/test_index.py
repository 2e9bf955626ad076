"""The index of a library's sounds."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sound.index import SOUND_SIZE, SoundIndex, cosines, packed


def index_of(sounds: npt.NDArray[np.int8]) -> SoundIndex:
    unheard = SoundIndex.unheard([f"{number:06}.ogg" for number in range(len(sounds))])
    return dataclasses.replace(unheard, sounds=sounds)


def random_sounds(count: int, seed: int = 1) -> npt.NDArray[np.int8]:
    return packed(np.random.default_rng(seed).standard_normal((count, SOUND_SIZE)))


def test_the_nearest_are_those_of_the_largest_cosine_best_first() -> None:
    index = index_of(random_sounds(500))
    exact = index.sounds.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    alike = exact @ exact[7]
    alike[7] = -2
    found = index.nearest(7, 20)
    assert [row for row, _ in found] == list(np.argsort(-alike)[:20])
    assert [cosine for _, cosine in found] == pytest.approx(sorted(alike, reverse=True)[:20], abs=1e-5)


def test_a_copy_under_another_name_is_found_first_with_cosine_one() -> None:
    sounds = random_sounds(50)
    sounds[30] = sounds[3]
    assert index_of(sounds).nearest(3, 1) == [(30, pytest.approx(1.0))]


def test_songs_not_heard_yet_are_nobodys_neighbours_and_have_none() -> None:
    sounds = random_sounds(6)
    sounds[[1, 4]] = 0
    index = index_of(sounds)
    assert {row for row, _ in index.nearest(0, 10)} == {2, 3, 5}
    assert index.nearest(1, 10) == []
    assert list(index.heard()) == [True, False, True, True, False, True]


@given(st.integers(0, 12), st.integers(-2, 20))
def test_never_more_neighbours_than_asked_for_or_than_there_are(songs: int, count: int) -> None:
    index = index_of(random_sounds(songs + 1))
    assert len(index.nearest(0, count)) == min(songs, max(0, count))


def test_packing_keeps_directions_and_forgets_lengths() -> None:
    vectors = np.random.default_rng(2).standard_normal((200, SOUND_SIZE))
    one, other = packed(vectors), packed(vectors * 1000)
    assert np.array_equal(one, other)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert np.abs(cosines(one, one[0]) - unit @ unit[0]).max() < 0.02
    assert not packed(np.zeros((1, SOUND_SIZE))).any()


def test_a_file_is_found_by_its_name() -> None:
    index = SoundIndex.unheard(["sad/b.mp3", "happy/a.mp3"])
    assert index.files == ("happy/a.mp3", "sad/b.mp3")
    assert (index.row_of("sad/b.mp3"), index.row_of("sad/c.mp3"), index.row_of("a")) == (1, None, None)
    assert SoundIndex.unheard([]).row_of("a") is None


def test_arrays_of_the_wrong_shape_and_unsorted_files_are_refused() -> None:
    index = SoundIndex.unheard(["a", "b"])
    with pytest.raises(ValueError, match=r"tempo of 2 songs must have the shape \(2,\), not \(3,\)"):
        dataclasses.replace(index, tempo=np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="sorted"):
        dataclasses.replace(index, files=("b", "a"))
    with pytest.raises(ValueError, match="each once"):
        SoundIndex.unheard(["a", "a"])


def test_fifty_thousand_songs_are_asked_in_a_moment_and_take_little_memory() -> None:
    index = index_of(random_sounds(50_000))
    arrays = [getattr(index, field.name) for field in dataclasses.fields(index) if field.name != "files"]
    assert sum(array.nbytes for array in arrays) / len(index) <= 100
    took = []
    for _ in range(5):
        began = time.thread_time()
        index.nearest(123, 50)
        took.append(time.thread_time() - began)
    assert min(took) < 0.1
