"""The owner of an installed box, at its page in Chromium: one tab stays at the aim, another goes on to all sections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle

from playwright.sync_api import Error, Page, expect, sync_playwright

from tests.machines.machine import Machine
from tests.web.page.visitor import Visitor, launch

PASSWORD = "a long enough one"
SECTIONS = ("now", "history", "songs", "aim", "box")
PICTURES = ("icon-180.png", "icon-192.png", "icon-512.png", "icon-maskable-512.png")
"""What the page itself is made of and is a picture, as a phone takes it that keeps the page among its apps."""


@dataclass
class Owner:
    """Signed in, with the aim open; `look_around` now and then."""

    visitor: Visitor
    aiming: Page
    visits: int = 0
    drawings: int = 0

    def __post_init__(self) -> None:
        self._sections, self._drawn = cycle(SECTIONS), self.drawn()

    def look_around(self) -> None:
        """Fetch the next section afresh; at the first of each round skip a song and fetch the page's own pictures."""
        section = next(self._sections)
        page = self.visitor.page
        self._open(page, section)
        if section == SECTIONS[0]:
            page.get_by_role("button", name="Next song").click()
            for name in PICTURES:
                assert page.request.get(f"/static/{name}").ok
        self.visits += 1
        if (drawn := self.drawn()) != self._drawn:
            self._drawn, self.drawings = drawn, self.drawings + 1

    def drawn(self) -> str | None:
        """Where the aim shows the face, which changes with each look that the stream tells of."""
        return self.aiming.locator("#frame .face").first.get_attribute("x")

    def _open(self, page: Page, section: str) -> None:
        for _ in range(5):
            # Chromium gives up what it loads when any network of the machine comes or goes.
            with suppress(Error):
                page.goto(f"/#{section}")
                page.reload()
                break
        expect(page.locator("#camera-word")).not_to_have_text("looking for the box")
        expect(page.locator(f"#{section}")).to_be_visible()


@contextmanager
def owner_at_home(machine: Machine) -> Iterator[Owner]:
    """Signs in by the form; complains at the end about whatever the page should not have done."""
    machine.done(f"printf '{PASSWORD}' | moodbox page password")
    url = f"http://{machine.network.there}"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with Visitor.at(browser, url, "phone") as visitor:
            visitor.page.goto("/")
            visitor.page.get_by_label("Password").fill(PASSWORD)
            visitor.page.keyboard.press("Enter")
            expect(visitor.page.get_by_role("link", name="Aim")).to_be_visible()
            aiming = visitor.page.context.new_page()
            aiming.goto("/#aim")
            expect(aiming.locator("#frame .face")).to_have_count(1)
            yield Owner(visitor, aiming)
        browser.close()
