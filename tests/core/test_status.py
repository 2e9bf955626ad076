from __future__ import annotations

import msgspec

from appliance.domain.status import Status
from tests.statuses import a_status


def test_a_status_survives_the_way_over_json() -> None:
    status = a_status()
    assert msgspec.json.decode(msgspec.json.encode(status), type=Status) == status


def test_the_json_keeps_the_shape_that_programs_know() -> None:
    status = msgspec.to_builtins(a_status())
    assert list(status) == [
        *("mood", "override", "policy", "room", "interval", "next_judgement", "player", "vision", "model"),
        *("problems", "calibration", "machine", "version", "uptime"),
    ]
    assert status["override"] == "auto"
    assert list(status["mood"]) == ["mood", "confidence", "valence", "arousal", "people", "since", "told"]
    assert set(status["player"]) == {
        *("state", "file", "title", "artist", "elapsed", "duration", "volume", "emotion", "why", "ours", "ahead"),
        *("reason", "volume_floor", "volume_cap"),
    }
    assert set(status["vision"]) == {
        *("camera", "switch", "source", "faces", "looks_per_second", "look_milliseconds", "model", "bundle"),
        *("model_on_trial", "detector", "problem"),
    }
