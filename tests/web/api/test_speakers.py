"""The loudspeakers in the rooms, changed by the page."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.domain import commands
from appliance.domain.speakers import Speaker, SpeakerChange
from tests.web.running_page import Browser, RunningPage

KITCHEN = Speaker(id="aa:bb", name="Kitchen", connected=True, volume=70, muted=False, latency=0)


async def test_a_loudspeaker_is_told_and_changed(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("GET", "/api/status")).json["speakers"] is None
    running.speakers = (KITCHEN,)
    (told,) = (await owner.ask("GET", "/api/status")).json["speakers"]
    assert (told["id"], told["name"], told["volume"]) == ("aa:bb", "Kitchen", 70)
    assert (await owner.ask("PATCH", "/api/speakers", {"id": "aa:bb", "volume": 20, "latency": -5})).status == 204
    assert running.emitted == [commands.SetSpeaker("aa:bb", SpeakerChange(volume=20, latency=-5), "page")]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"id": "cc", "volume": 20}, 409),
        ({"id": "aa:bb", "volume": 101}, 400),
        ({"id": "aa:bb", "latency": 2001}, 400),
        ({"id": "aa:bb", "name": ""}, 400),
        ({"id": "aa:bb", "colour": "red"}, 400),
        ({"volume": 20}, 400),
    ],
)
async def test_what_is_no_change_is_refused(
    running: RunningPage, owner: Browser, change: dict[str, Any], status: int
) -> None:
    running.speakers = (KITCHEN,)
    assert (await owner.ask("PATCH", "/api/speakers", change)).status == status
    assert running.emitted == []


async def test_without_rooms_there_is_nothing_to_change(running: RunningPage, owner: Browser) -> None:
    answer = await owner.ask("PATCH", "/api/speakers", {"id": "aa:bb", "muted": True})
    assert (answer.status, running.emitted) == (409, [])
    assert "aa:bb" in answer.json["error"]
