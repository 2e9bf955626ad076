"""What a phone fetches to show the first screen."""

from typing import Any

from playwright.sync_api import Browser, expect

from tests.web.page.visitor import House, Visitor

REQUESTS, BYTES = 12, 60_000


def test_the_first_screen_is_twelve_requests_and_sixty_kilobytes_at_most(chromium: Browser, house: House) -> None:
    with Visitor.at(chromium, house.url, "phone", house.cookie) as visitor:
        session = visitor.page.context.new_cdp_session(visitor.page)
        asked: list[str] = []
        came: list[float] = []

        def count(event: dict[str, Any]) -> None:
            asked.append(event["request"]["url"])

        def weigh(event: dict[str, Any]) -> None:
            came.append(event["encodedDataLength"])

        session.on("Network.requestWillBeSent", count)
        session.on("Network.loadingFinished", weigh)
        session.send("Network.enable")
        page = visitor.go("now")
        expect(page.locator("#mood-word")).to_have_text("happy")
        expect(page.locator("#queue li").first).to_be_visible()
        expect(page.locator("#mirror")).to_have_attribute("data-awake", "true")
        assert len(asked) <= REQUESTS, asked
        assert sum(came) < BYTES, asked
