"""A whole journey at once."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.journey.plane import Plane
from appliance.journey.route import NoWay, describe_route, route
from appliance.sound.index import SoundIndex
from tests.journey.libraries import library

PLANE = Plane.of(library(200))
FILES = PLANE.index.files
ends = st.sampled_from([*map(str, EMOTIONS), *FILES])


@settings(max_examples=60)
@given(ends, ends, st.integers(0, 99))
def test_a_route_leads_from_one_end_to_the_other_over_different_songs(start: str, end: str, seed: int) -> None:
    rows = route(PLANE, start, end, random.Random(seed))
    assert len(set(rows)) == len(rows) >= 1
    if start in FILES:
        assert FILES[rows[0]] == start
    if end in FILES:
        assert FILES[rows[-1]] == end


def test_a_route_is_told_song_by_song() -> None:
    rows = route(PLANE, "sad", "happy", random.Random(1))
    told = describe_route(PLANE, rows)
    assert [each["file"] for each in told] == [FILES[row] for row in rows]
    assert told[0]["valence"] < 0 < told[-1]["valence"]
    assert all("next because it" in each["why"] for each in told[1:])


@pytest.mark.parametrize(
    ("start", "end", "named"), [("calm", "happy", "'calm' is no song"), ("sad", "x.ogg", "'x.ogg' is no song")]
)
def test_an_end_that_is_nothing_is_named(start: str, end: str, named: str) -> None:
    with pytest.raises(NoWay, match=named):
        route(PLANE, start, end, random.Random(0))


def test_without_songs_that_were_heard_there_is_no_way() -> None:
    silent = Plane.of(SoundIndex.unheard(["library/a.ogg"]))
    with pytest.raises(NoWay, match="no song is known yet"):
        route(silent, "sad", "happy", random.Random(0))
    with pytest.raises(NoWay, match="has not been heard yet"):
        route(silent, "library/a.ogg", "happy", random.Random(0))


def test_house_pieces_are_passed_over() -> None:
    files = ("happy/house/a.flac", *FILES[1:20])
    given_ = np.full(20, -1, np.int8)
    given_[0] = EMOTIONS.index(Emotion.HAPPY)
    plane = Plane.of(library(20, files=files, given=given_))
    assert 0 not in route(plane, "sad", "happy", random.Random(0))
