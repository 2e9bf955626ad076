"""Faults that an owner has met on the page, and must not meet again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.page.visitor import House, Visitor, radio, until


@pytest.fixture
def unspoilt(house: House) -> Iterator[None]:
    """What the test teaches the box is taken back."""
    before = {each["id"] for each in house.ask("GET", "/api/corrections")}
    yield
    for each in house.ask("GET", "/api/corrections"):
        if each["id"] not in before:
            house.ask("DELETE", f"/api/corrections/{each['id']}")


def test_back_at_the_camera_nothing_says_any_more_that_one_chose(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    radio(page, "sad").check(force=True)
    expect(page.locator("#mood-label")).to_have_text("The mood; you chose sad")
    expect(page.locator("#why")).to_contain_text("you chose sad")
    radio(page, "auto").check(force=True)
    expect(page.locator("#mood-label")).to_have_text("The mood")
    expect(page.locator("#why")).not_to_contain_text("you chose sad")
    house.box.wait(lambda status: status["override"] == "auto")


@pytest.mark.usefixtures("unspoilt")
def test_since_stands_still_for_a_mood_that_the_owner_told(visitor: Visitor, house: House) -> None:
    house.ask("POST", "/api/corrections", {"mood": "neutral"})
    told = house.box.wait(lambda status: status["mood"]["told"])
    page = visitor.go("now")
    expect(page.locator("#mood-sure")).to_have_text("as you said")
    since = page.locator("#mood-since").inner_text()
    later = house.box.wait(lambda status: status["uptime"] > told["uptime"] + 3)
    assert later["mood"]["since"] == told["mood"]["since"]
    assert page.locator("#mood-since").inner_text() == since


@pytest.mark.usefixtures("unspoilt")
def test_with_cheer_an_angry_mood_is_followed_by_a_happy_song(visitor: Visitor, house: House) -> None:
    house.ask("POST", "/api/corrections", {"mood": "angry"})
    page = visitor.go("now")
    following = page.locator("#queue .cover").first
    expect(following).to_have_attribute("data-mood", "angry")
    radio(page, "cheer").check(force=True)
    expect(following).to_have_attribute("data-mood", "happy")
    until(lambda: house.box.status()["policy"] == "cheer")


def test_a_wide_screen_has_no_wide_empty_margins(chromium: Browser, house: House) -> None:
    with Visitor.at(chromium, house.url, "desktop", house.cookie) as visitor:
        visitor.page.set_viewport_size({"width": 1440, "height": 900})
        for section in ("now", "history", "songs", "aim", "box"):
            page = visitor.go(section)
            left, right = page.locator(f"#{section}").evaluate(
                "(node) => [node.getBoundingClientRect().left, innerWidth - node.getBoundingClientRect().right]"
            )
            assert left < 260, section
            assert right < 40, section
