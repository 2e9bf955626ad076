"""What the owner asks becomes an event of the conductor's."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy
from tests.web.running_page import SONG, Browser, RunningPage


@pytest.mark.parametrize(
    ("path", "body", "event"),
    [
        ("skip", {}, commands.Skip("page")),
        ("judge", {}, commands.JudgeNow("page")),
        ("override", {"emotion": "happy"}, commands.Override(Emotion.HAPPY, "page")),
        ("override", {"emotion": "auto"}, commands.Override(None, "page")),
        ("policy", {"policy": "cheer"}, commands.SetPolicy(Policy.CHEER, "page")),
        ("camera", {"on": False}, commands.SetCamera(False, by_button=False, by="page")),
        ("music", {"on": False}, commands.SetMusic(False, "page")),
        ("volume", {"volume": 35}, commands.SetVolume(35, "page")),
        ("seek", {"seconds": 12.5}, commands.Seek(12.5, "page")),
        ("seek", {"seconds": 900}, commands.Seek(180.0, "page")),
        ("interval", {"seconds": 60}, commands.SetInterval(60, "page")),
        ("quiet", {"on": True}, commands.KeepQuiet(True, "page")),
        ("sleep", {"minutes": 30}, commands.SetSleepTimer(1800, "page")),
        ("sleep", {"minutes": None}, commands.SetSleepTimer(None, "page")),
    ],
)
async def test_a_wish_is_told_to_the_conductor(
    running: RunningPage, owner: Browser, path: str, body: dict[str, Any], event: events.Event
) -> None:
    running.send(events.PlayerChanged(replace(SONG, duration=180.0)))
    assert (await owner.ask("POST", f"/api/{path}", body)).status == 204
    assert running.emitted == [event]


async def test_a_stream_cannot_be_wound_on(running: RunningPage, owner: Browser) -> None:
    running.send(events.PlayerChanged(replace(SONG, duration=None)))
    answer = await owner.ask("POST", "/api/seek", {"seconds": 1})
    assert answer.status == 409
    assert "stream" in answer.json["error"]


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("skip", {"twice": True}, "twice"),
        ("override", {"emotion": "joy"}, "joy"),
        ("override", {}, "emotion"),
        ("policy", {"policy": "mirror"}, "mirror"),
        ("camera", {"on": 1}, "on"),
        ("volume", {"volume": 101}, "100"),
        ("volume", {"volume": "loud"}, "volume"),
        ("seek", {"seconds": -1}, "0"),
        ("interval", {"seconds": 4}, "5"),
        ("sleep", {"minutes": 0}, "1"),
        ("sleep", {}, "minutes"),
        ("interval", {"seconds": 1e9}, "86400"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    running: RunningPage, owner: Browser, path: str, body: dict[str, Any], named: str
) -> None:
    answer = await owner.ask("POST", f"/api/{path}", body)
    assert answer.status == 400
    assert named in answer.json["error"]
    assert running.emitted == []


async def test_what_was_asked_shows_in_the_status(owner: Browser) -> None:
    await owner.ask("POST", "/api/override", {"emotion": "fear"})
    assert (await owner.ask("GET", "/api/status")).json["override"] == "fear"


async def test_a_camera_that_its_button_turned_off_stays_off(running: RunningPage, owner: Browser) -> None:
    running.send(commands.ToggleCamera())
    answer = await owner.ask("POST", "/api/camera", {"on": True})
    assert answer.status == 409
    assert "button" in answer.json["error"]
    assert running.emitted == []


async def test_an_output_without_a_mixer_has_no_volume_to_set(running: RunningPage, owner: Browser) -> None:
    running.send(events.PlayerChanged(events.PlayerState("play", volume=None)))
    assert (await owner.ask("POST", "/api/volume", {"volume": 5})).status == 409


async def test_a_form_of_another_sites_is_no_json(owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/volume", data=b'{"volume": 5}', headers={"Content-Type": "text/plain"})
    assert answer.status == 415


async def test_a_body_that_is_too_large_is_not_read(owner: Browser) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await owner.ask("POST", "/api/override", data=b" " * 20_000, headers=headers)
    assert answer.status == 413

    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 1000

    answer = await owner.ask("POST", "/api/override", data=endless(), headers=headers)
    assert answer.status == 413
