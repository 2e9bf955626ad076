"""The loudspeakers in the rooms, on the page."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.speakers import Speaker, SpeakerChange
from appliance.domain.status import FollowStatus
from tests.web.page.test_mirror import Stage, stage, watching  # noqa: F401 - a fixture
from tests.web.page.visitor import until

KITCHEN = Speaker(id="aa:bb", name="Kitchen", connected=True, volume=70, muted=False, latency=0)
ATTIC = Speaker(id="cc:dd", name="Attic", connected=False, volume=30, muted=True, latency=-20)


def tell(stage: Stage, *speakers: Speaker) -> None:  # noqa: F811 - the fixture's value
    stage.running.speakers = speakers or None
    stage.send(events.Tick())
    stage.call(stage.running.page.changed)


def test_each_room_is_shown_and_changed(chromium: Browser, stage: Stage) -> None:  # noqa: F811 - the fixture
    stage.show((0.5, Emotion.HAPPY, 0.9))
    with watching(chromium, stage) as visitor:
        page = visitor.page
        expect(page.locator("#speakers")).to_be_hidden()
        tell(stage, KITCHEN, ATTIC)
        kitchen, attic = page.get_by_role("group", name="Kitchen"), page.get_by_role("group", name="Attic")
        expect(kitchen.get_by_label("Volume")).to_have_value("70")
        expect(attic).to_contain_text("not connected")
        expect(attic.get_by_label("Silent")).to_be_checked()
        expect(attic.get_by_label("Volume")).to_be_disabled()
        emitted = stage.running.emitted
        late = kitchen.get_by_label("Late by (ms)")
        late.fill("45")
        late.press("Enter")
        until(lambda: commands.SetSpeaker("aa:bb", SpeakerChange(latency=45), "page") in emitted)
        kitchen.get_by_label("Silent").check()
        until(lambda: commands.SetSpeaker("aa:bb", SpeakerChange(muted=True), "page") in emitted)
        kitchen.get_by_label("Volume").fill("20")
        until(lambda: commands.SetSpeaker("aa:bb", SpeakerChange(volume=20), "page") in emitted)
        tell(stage)
        expect(page.locator("#speakers")).to_be_hidden()


def test_whose_music_is_heard_is_said(chromium: Browser, stage: Stage) -> None:  # noqa: F811 - the fixture
    stage.show((0.5, Emotion.HAPPY, 0.9))
    with watching(chromium, stage) as visitor:
        line = visitor.page.locator("#follow")
        expect(line).to_be_hidden()
        for address, playing, words in (
            ("192.168.1.7", True, "plays what attic plays. Its mood"),
            ("192.168.1.7", False, "and is silent now"),
            (None, False, "which is away now"),
        ):
            stage.running.follow = FollowStatus(box="attic", address=address, playing=playing)
            tell(stage)
            expect(line).to_contain_text(words)
