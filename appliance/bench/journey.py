"""How long it takes to choose the next song of a journey in a large library that is made up."""

from __future__ import annotations

import random
import statistics
import time
from typing import Any

import numpy as np

from appliance.domain.emotions import Emotion, circumplex
from appliance.domain.moods import Policy
from appliance.domain.reasons import MoodTold
from appliance.domain.roads import Road
from appliance.journey.plane import Plane
from appliance.music.known_songs import KnownSongs
from appliance.music.play_memory import Forgetful
from appliance.sound.index import SOUND_SIZE, TRAITS, SoundIndex, packed

PLAYED_SHARE = 0.4
"""So many of the songs count as played."""
ARTIST_SONGS, ALBUM_SONGS = 60, 12


def measure_journey(files: int, rounds: int) -> dict[str, Any]:
    """Milliseconds, `median` and `p95`, of choosing one of `files` songs, with its reason; and `files`, `rounds`."""
    index = _library(files)
    memory = Forgetful()
    plane = Plane.of(index)
    for row in range(int(PLAYED_SHARE * files)):
        memory.played(tuple(Emotion)[plane.emotions[row]], index.files[row])
    known = KnownSongs(memory, rng=random.Random(1))
    known.know(plane)
    road = Road((circumplex(Emotion.SAD), (0.0, 0.0), circumplex(Emotion.HAPPY)), stay=2)
    because = MoodTold(emotion=Emotion.SAD, policy=Policy.JOURNEY)
    took = []
    for number in range(rounds):
        before = time.perf_counter()
        found = known.on_road(road.target(number % road.songs), because, [], lambda _: True)
        took.append(1000 * (time.perf_counter() - before))
        assert found
        known.played(found[0].file)
    return {
        "files": files,
        "rounds": rounds,
        "median": round(statistics.median(took), 2),
        "p95": round(sorted(took)[int(0.95 * (len(took) - 1))], 2),
    }


def _library(files: int) -> SoundIndex:
    """Songs that have been heard: anywhere on the plane, with sounds of some families."""
    rng = np.random.default_rng(1)
    numbers, none = np.arange(files), np.full(files, -1, np.int8)
    families = rng.normal(size=(40, SOUND_SIZE))[rng.integers(40, size=files)]
    return SoundIndex(
        files=tuple(f"library/album {number // ALBUM_SONGS:05}/track {number:06}.flac" for number in range(files)),
        places=rng.uniform(-1, 1, (files, 2)).astype(np.float32),
        sounds=packed(families + rng.normal(size=(files, SOUND_SIZE))),
        artists=(numbers // ARTIST_SONGS).astype(np.int32),
        albums=(numbers // ALBUM_SONGS).astype(np.int32),
        given=none,
        suggested=none,
        tempo=rng.uniform(60, 180, files).astype(np.float32),
        mode=rng.integers(0, 2, files).astype(np.int8),
        traits=rng.integers(-100, 101, (files, TRAITS)).astype(np.int8),
    )
