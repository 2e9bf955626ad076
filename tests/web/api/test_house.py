"""The other boxes of the house, by the page's API."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.domain import commands
from appliance.domain.status import HouseStatus, NeighbourStatus
from tests.web.running_page import Browser, RunningPage


async def test_boxes_are_told_paired_and_parted(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("GET", "/api/status")).json["house"] is None
    running.house = HouseStatus(
        together=False, mood="happy", boxes=(NeighbourStatus(id="attic", name="Attic", paired=False, there=True),)
    )
    (box,) = (await owner.ask("GET", "/api/status")).json["house"]["boxes"]
    assert (box["id"], box["paired"], box["mood"]) == ("attic", False, None)
    for path, body in (("pair", {"box": "attic"}), ("answer", {"same": True}), ("part", {"box": "attic"})):
        assert (await owner.ask("POST", f"/api/house/{path}", body)).status == 204
    assert running.peers.asked == [("pair", "attic"), ("answer", True), ("part", "attic")]
    assert (await owner.ask("POST", "/api/house/together", {"on": True})).status == 204
    assert running.emitted == [commands.SetTogether(True, "page")]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("pair", {"box": "nobody"}, 409),
        ("pair", {"box": ""}, 400),
        ("pair", {}, 400),
        ("answer", {"same": "yes"}, 400),
        ("part", {"box": "x" * 65}, 400),
        ("together", {"on": True, "off": False}, 400),
    ],
)
async def test_what_cannot_be_asked_of_them_is_refused(
    owner: Browser, path: str, body: dict[str, Any], status: int
) -> None:
    assert (await owner.ask("POST", f"/api/house/{path}", body)).status == status
