"""The other boxes of the house, on the page."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.status import HouseStatus, NeighbourStatus, PairingStatus
from tests.web.page.test_mirror import Stage, stage, watching  # noqa: F401 - a fixture
from tests.web.page.visitor import until

STRANGER = NeighbourStatus(id="attic", name="Attic", paired=False, there=True)
FRIEND = NeighbourStatus(id="attic", name="Attic", paired=True, there=True, mood="sad", people=2)


def tell(stage: Stage, box: NeighbourStatus, code: str | None = None, *, together: bool = False) -> None:  # noqa: F811
    pairing = PairingStatus(box="attic", name="Attic", code=code, consented=False) if code else None
    stage.running.house = HouseStatus(together=together, mood="sad", boxes=(box,), pairing=pairing)
    stage.send(events.Tick())
    stage.call(stage.running.page.changed)


def test_a_box_is_paired_by_its_digits_shares_its_music_and_is_parted(chromium: Browser, stage: Stage) -> None:  # noqa: F811
    stage.show((0.5, Emotion.HAPPY, 0.9))
    with watching(chromium, stage) as visitor:
        page, asked = visitor.page, stage.running.peers.asked
        expect(page.locator("#house")).to_be_hidden()
        tell(stage, STRANGER)
        boxes = page.locator("#house-boxes")
        expect(boxes).to_contain_text("another box at the same broker")
        expect(page.locator("#together-row")).to_be_hidden()
        boxes.get_by_role("button", name="Pair").click()
        until(lambda: ("pair", "attic") in asked)
        tell(stage, STRANGER, code="042917")
        expect(page.locator("#pairing-code")).to_have_text("042 917")
        page.get_by_role("button", name="The same digits").click()
        until(lambda: ("answer", True) in asked)
        tell(stage, FRIEND)
        expect(page.locator("#pairing")).to_be_hidden()
        expect(boxes).to_contain_text("sad, 2 people")
        page.get_by_role("switch", name="One music for all boxes").click()
        until(lambda: commands.SetTogether(True, "page") in stage.running.emitted)
        tell(stage, FRIEND, together=True)
        expect(page.locator("#together-more")).to_contain_text("by the moods of all rooms: sad")
        boxes.get_by_role("button", name="End the pairing").click()
        page.locator("#sure-yes").click()
        until(lambda: ("part", "attic") in asked)
