from __future__ import annotations

import msgspec

from appliance.core.status import describe_status
from appliance.domain.emotions import Emotion
from appliance.domain.events import Looked, VisionLost
from appliance.domain.looks import CameraState, Look
from appliance.domain.status import Status
from tests.room import Room
from tests.statuses import a_status


def test_a_status_survives_the_way_over_json() -> None:
    status = a_status()
    assert msgspec.json.decode(msgspec.json.encode(status), type=Status) == status


def test_the_json_keeps_the_shape_that_programs_know() -> None:
    status = msgspec.to_builtins(a_status())
    assert list(status) == [
        *("mood", "override", "policy", "room", "interval", "next_judgement", "judging_since", "player"),
        *("vision", "model", "problems", "calibration", "machine", "version", "uptime", "catalogue", "quiet"),
        *("output", "update", "tuning", "collecting", "collect_phase", "speakers", "follow", "house"),
    ]
    assert status["override"] == "auto"
    assert list(status["mood"]) == ["mood", "confidence", "valence", "arousal", "people", "since", "told", "seen"]
    assert set(status["player"]) == {
        *("state", "file", "title", "artist", "album", "elapsed", "duration", "volume", "emotion", "why", "ours"),
        *("ahead", "queue", "reason", "volume_floor", "volume_cap"),
    }
    assert set(status["vision"]) == {
        *("camera", "switch", "source", "faces", "looks_per_second", "look_milliseconds", "model", "bundle"),
        *("model_on_trial", "detector", "problem"),
    }


def test_an_open_camera_that_gives_no_look_is_told_until_it_does() -> None:
    room = Room()
    room.show(Emotion.HAPPY, seconds=1)
    assert describe_status(room.conductor, room.clock).vision.problem is None
    room.clock.advance(15)
    status = describe_status(room.conductor, room.clock)
    assert status.problems[0].startswith("camera: it has given no look for some time")
    assert status.vision.camera == "open"
    room.show(Emotion.HAPPY, seconds=1)
    assert describe_status(room.conductor, room.clock).vision.problem is None


def test_a_mood_says_when_the_room_was_last_seen_once_the_camera_is_off() -> None:
    room = Room()
    assert describe_status(room.conductor, room.clock).mood.seen is None
    room.show(Emotion.HAPPY, seconds=1)
    last = room.clock.now().astimezone().isoformat(timespec="seconds")
    assert describe_status(room.conductor, room.clock).mood.seen is None
    for camera in (CameraState.OFF, CameraState.FAILED):
        room.clock.advance(600)
        room.send(Looked(Look(room.clock.monotonic(), camera)))
        assert describe_status(room.conductor, room.clock).mood.seen == last
    room.send(VisionLost())
    assert describe_status(room.conductor, room.clock).mood.seen == last
    room.show(Emotion.HAPPY, seconds=1)
    assert describe_status(room.conductor, room.clock).mood.seen is None
