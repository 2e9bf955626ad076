"""The map of songs over the API: compact columns, songs by number, what sounds alike, hearing, and a trip."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import soundfile

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import SongTags
from appliance.domain.commands import BeginTrip
from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.journey.plane import Plane
from appliance.sound.index import SOUND_SIZE, packed
from appliance.web.api.map_drawing import NOWHERE, SCALE, SPREAD, draw_map, shown_places
from tests.journey.libraries import library
from tests.web.running_page import Browser, RunningPage

FILES = ("happy/sun.flac", "library/new.flac", "library/rain.flac", "library/storm.flac")


def known(running: RunningPage) -> Plane:
    """Four songs: one in a folder, one not heard yet, a quiet and a loud one."""
    database = CatalogueDatabase(running.settings.state_dir)
    database.begin_scan()
    database.take_page([SongTags(file=file, title=file[:3], artist="A", modified="1") for file in FILES])
    database.end_scan(datetime.now(UTC))
    database.close()
    places = np.array([(0.2, 0.1), (np.nan, np.nan), (-0.8, -0.6), (-0.5, 0.9)], np.float32)
    sounds = packed(np.random.default_rng(3).normal(size=(4, SOUND_SIZE)))
    sounds[1] = 0
    given = np.array([EMOTIONS.index(Emotion.HAPPY), -1, -1, -1], np.int8)
    running.plane = Plane.of(library(4, files=FILES, places=places, sounds=sounds, given=given))
    return running.plane


def column(answer: dict[str, str], name: str, kind: str) -> list[int]:
    return [int(value) for value in np.frombuffer(base64.b64decode(answer[name]), kind)]


async def test_the_map_has_a_place_and_a_cluster_for_every_song(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("GET", "/api/map")).status == 409
    known(running)
    answer = (await owner.ask("GET", "/api/map")).json
    assert answer["songs"] == 4
    valence, cluster = column(answer, "valence", "<i2"), column(answer, "cluster", "i1")
    assert valence[1:] == [NOWHERE, -8000, -5000]
    assert abs(valence[0] / SCALE - circumplex(Emotion.HAPPY)[0]) <= 2 * SPREAD
    assert [number >= 0 for number in cluster] == [True, False, True, True]
    assert sum(each["songs"] for each in answer["clusters"]) == 3
    flags = column(answer, "emotion", "u1")
    assert answer["emotions"][flags[0] & 15] == "happy"
    assert (flags[0] & 0x50, flags[1], flags[2] & 0x70) == (0x50, 0x0F, 0x40)


async def test_songs_are_told_by_number_until_the_numbers_are_others(running: RunningPage, owner: Browser) -> None:
    known(running)
    numbering = (await owner.ask("GET", "/api/map")).json["numbering"]
    songs = (await owner.ask("GET", f"/api/map/songs?numbers=2,1&numbering={numbering}")).json["songs"]
    assert [(each["file"], each["heard"], each["because"]) for each in songs] == [
        ("library/rain.flac", True, "place"),
        ("library/new.flac", False, "nothing"),
    ]
    assert (await owner.ask("GET", "/api/map/songs?numbers=0&numbering=another")).status == 409
    assert (await owner.ask("GET", f"/api/map/songs?numbers=9&numbering={numbering}")).status == 404
    [one] = (await owner.ask("GET", "/api/map/songs?file=happy/sun.flac")).json["songs"]
    assert (one["number"], one["plays"], one["because"]) == (0, "happy", "folder")
    assert (await owner.ask("GET", "/api/map/songs?file=no/such")).status == 404


async def test_songs_like_one_come_with_how_alike_they_are(running: RunningPage, owner: Browser) -> None:
    known(running)
    songs = (await owner.ask("GET", "/api/map/like?file=library/rain.flac&count=9")).json["songs"]
    assert {each["file"] for each in songs} == {"happy/sun.flac", "library/storm.flac"}
    assert songs[0]["alike"] >= songs[1]["alike"]
    assert (await owner.ask("GET", "/api/map/like?file=library/new.flac")).status == 409


async def test_what_plays_and_what_is_queued_is_found_on_the_map(running: RunningPage, owner: Browser) -> None:
    known(running)  # a song that the catalogue lacks plays; one that it has is queued
    songs = (await owner.ask("GET", "/api/map/playing")).json["songs"]
    assert [each["file"] for each in songs] == ["happy/sun.flac"]


async def test_a_song_outside_of_the_folders_is_heard_if_it_is_known(running: RunningPage, owner: Browser) -> None:
    known(running)
    songs = Path(running.settings.songs_dir)
    (songs / "library").mkdir(parents=True)
    soundfile.write(songs / "library/rain.flac", np.zeros(8000), 8000)
    (songs / "library/unknown.flac").write_bytes((songs / "library/rain.flac").read_bytes())
    answer = await owner.ask("GET", "/api/library/song?file=library/rain.flac", headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (206, b"fLaC", "audio/flac")
    for path in ("library/unknown.flac", "../library/rain.flac", "library/storm.flac"):
        assert (await owner.ask("GET", f"/api/library/song?file={path}")).status == 404


async def test_the_library_says_for_which_emotion_a_song_plays(running: RunningPage, owner: Browser) -> None:
    known(running)
    songs = (await owner.ask("GET", "/api/library")).json["songs"]
    found = {each["file"]: (each["mood"], each["plays"], each["suggested"]) for each in songs}
    assert found["happy/sun.flac"] == ("happy", "happy", False)
    assert found["library/new.flac"] == (None, None, False)
    assert found["library/rain.flac"] == (None, "sad", True)


async def test_a_trip_begins_with_the_song_at_its_place(running: RunningPage, owner: Browser) -> None:
    known(running)
    assert (await owner.ask("POST", "/api/trip", {"file": "library/rain.flac"})).status == 204
    asked = running.emitted[-1]
    assert isinstance(asked, BeginTrip)
    assert (asked.file, asked.title, asked.goal) == ("library/rain.flac", "lib", Emotion.HAPPY)
    assert asked.place[0] < -0.7
    assert (await owner.ask("POST", "/api/trip", {"file": "library/new.flac"})).status == 409
    assert (await owner.ask("POST", "/api/trip", {"file": "no/such"})).status == 404


def test_songs_of_a_folder_lie_near_its_emotion_each_at_a_place_of_its_own() -> None:
    files = tuple(f"sad/{number:03}.flac" for number in range(100))
    given = np.full(100, EMOTIONS.index(Emotion.SAD), np.int8)
    places = np.full((100, 2), np.nan, np.float32)
    shown = shown_places(Plane.of(library(100, files=files, given=given, places=places)))
    assert len({tuple(place) for place in shown.tolist()}) == 100
    assert np.hypot(*(shown - np.array(circumplex(Emotion.SAD))).T).max() <= 2 * SPREAD


def test_fifty_thousand_songs_are_drawn_soon_and_again_at_once() -> None:
    plane = Plane.of(library(50_000))
    drawn = draw_map(plane, {}, None)
    began = time.process_time()
    again = draw_map(Plane.of(plane.index, np.zeros((50_000, 2), np.float32)), {}, drawn)
    assert time.process_time() - began < 5
    assert again.clusters is drawn.clusters
    assert sum(len(value) for value in (again.answer.valence, again.answer.arousal, again.answer.cluster)) < 350_000
