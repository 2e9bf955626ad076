"""Signing in and out, the first visit, and the page without scripts."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.page.visitor import House, Visitor
from tests.web.stage import PASSWORD, staged


@pytest.fixture
def new_box(tmp_path: Path) -> Iterator[str]:
    """The address of a page whose owner has not visited it yet."""
    ready, done, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with staged(tmp_path) as stage:
            found.append(stage.url)
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
    expect(page.get_by_role("heading", name="Songs")).to_be_visible()
    page.get_by_role("link", name="Box", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.request.get("/api/status").status == 401


def test_the_first_visitor_from_home_chooses_the_password(chromium: Browser, new_box: str) -> None:
    with Visitor.at(chromium, new_box, "phone") as visitor:
        page = visitor.page
        page.goto("/")
        expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
        page.get_by_label("Password").fill("a long password")
        page.get_by_label("Once more").fill("another password")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("alert")).to_contain_text("not the same")
        page.get_by_label("Once more").fill("a long password")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("navigation", name="Sections")).to_be_visible()


def test_a_session_that_has_ended_leads_back_to_the_door(visitor: Visitor) -> None:
    page = visitor.go("now")
    visitor.expected.add(401)
    page.context.clear_cookies()
    page.get_by_role("button", name="Judge now").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_without_scripts_the_owner_signs_in_and_reads(chromium: Browser, house: House, size: str) -> None:
    with Visitor.at(chromium, house.url, size, scripts=False) as visitor:
        page = visitor.page
        page.goto("/")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/plain")
        expect(page.get_by_role("main")).to_contain_text("happy")
        expect(page.get_by_role("main")).to_contain_text("you looked happy")
        expect(page.get_by_role("main")).to_contain_text("open")
