"""Signing in and out, the first visit, and the page without scripts."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import House, Visitor
from tests.web.running_page import PASSWORD, staged

PLAIN = {
    "History": "you looked happy",
    "Songs": "happy",
    "Aim": "No picture ever comes here",
    "Box": "web.port",
}
"""What each section says at least."""


def choose_two_that_differ(page: Page) -> None:
    """Come to a new box, and give two passwords that are not the same."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    page.get_by_label("Password").fill("a long password")
    page.get_by_label("Once more").fill("another password")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("not the same")


@pytest.fixture
def new_box(tmp_path: Path) -> Iterator[str]:
    """The address of a page whose owner has not visited it yet."""
    ready, done, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with staged(tmp_path) as running:
            found.append(running.url)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    yield found[0]
    done.set()
    thread.join()


def test_only_the_right_password_opens_the_door(stranger: Visitor) -> None:
    page = stranger.page
    stranger.expected.add(401)
    page.goto("/#songs")
    expect(page.get_by_role("heading", name="Moodbox")).to_be_visible()
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Songs", exact=True)).to_be_visible()
    page.get_by_role("link", name="Box", exact=True).click()
    page.get_by_text("Password and keys").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.request.get("/api/status").status == 401


def test_the_first_visitor_from_home_chooses_the_password(chromium: Browser, new_box: str) -> None:
    with Visitor.at(chromium, new_box, "phone") as visitor:
        page = visitor.page
        choose_two_that_differ(page)
        page.get_by_label("Once more").fill("a long password")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", name="Name and language")).to_be_focused()
        page.get_by_role("link", name="Later").click()
        expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
        expect(page.locator("#first-days")).to_contain_text("The first steps are not done yet")


def test_a_session_that_has_ended_leads_back_to_the_door(visitor: Visitor) -> None:
    page = visitor.go("now")
    visitor.expected.add(401)
    page.context.clear_cookies()
    page.get_by_role("button", name="Judge now").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("You have been signed out")
    page.reload()
    expect(page.locator("#problem")).to_be_hidden()


@pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_without_scripts_the_owner_signs_in_and_reads(chromium: Browser, house: House, size: str) -> None:
    with Visitor.at(chromium, house.url, size, scripts=False) as visitor:
        page = visitor.page
        page.goto("/")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/plain")
        for words in ("happy", "you looked happy", "open"):
            expect(page.get_by_role("main")).to_contain_text(words)
        for section, words in PLAIN.items():
            page.get_by_role("link", name=section, exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(section)
            expect(page.get_by_role("main")).to_contain_text(words)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_without_scripts_music_is_played_and_chosen_by_forms(chromium: Browser, house: House) -> None:
    with Visitor.at(chromium, house.url, "phone", house.cookie, scripts=False) as visitor:
        page = visitor.page
        page.goto("/plain")
        for button, override in (("sad", "sad"), ("auto", "auto")):
            page.locator(f'button[value="{button}"]').click()
            house.box.wait(lambda status, wanted=override: status["override"] == wanted)
        before = house.box.status()["player"]["file"]
        page.locator('button[value="next"]').click()
        house.box.wait(lambda status: status["player"]["file"] != before)
        expect(page.get_by_role("main")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_plain_pages_pass_the_audit(chromium: Browser, house: House, scheme: Literal["light", "dark"]) -> None:
    with Visitor.at(chromium, house.url, "small", house.cookie, scheme) as visitor:
        for section in ("", "/history", "/songs", "/songs/happy", "/aim", "/box"):
            visitor.page.goto(f"/plain{section}")
            check(visitor.page.evaluate(AUDIT))
            assert nameless(visitor.page) == []


def test_without_scripts_the_first_visitor_chooses_the_password(chromium: Browser, new_box: str) -> None:
    with Visitor.at(chromium, new_box, "phone", scripts=False) as visitor:
        visitor.expected.update({400, 401})
        page = visitor.page
        choose_two_that_differ(page)
        page.get_by_label("Password").fill("a long password")
        page.get_by_label("Once more").fill("a long password")
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/plain")
        expect(page.get_by_role("main")).to_contain_text("you looked sad")
        page.get_by_role("link", name="Box").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Password").fill("another password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("not the password")
        page.get_by_label("Password").fill("a long password")
        page.keyboard.press("Enter")
        page.wait_for_url("**/plain")
