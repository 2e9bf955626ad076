"""What axe-core finds: nothing, on every page and in every section, at each size, dark and light, and enlarged.

All pages are visited by one browser: the first test takes two sizes, the slow one all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.page.test_quality import OUTSIDE, SECTIONS
from tests.web.page.visitor import COOKIE, House

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`)"""
SIZES = ((360, 740), (390, 844), (820, 1180), (1440, 900))
VIEWS = (*((size, 1) for size in SIZES), *((size, 2) for size in SIZES[2:]))
"""A phone enlarged by two would be narrower than the 320 pixels that WCAG 1.4.10 asks for."""
Scheme = Literal["light", "dark"]
PLAIN = ("", "/history", "/songs", "/songs/happy", "/aim", "/box")
STEPS = 6


@contextmanager
def looking(
    browser: Browser, house: House, size: tuple[int, int], scheme: Scheme, zoom: int, owner: bool
) -> Iterator[Page]:
    """A page at this size, as it is with the browser's zoom; nothing moves."""
    width, height = size
    context: BrowserContext = browser.new_context(
        base_url=house.url, viewport={"width": width // zoom, "height": height // zoom}, device_scale_factor=zoom,
        color_scheme=scheme, reduced_motion="reduce", bypass_csp=True,
    )  # fmt: skip
    try:
        if owner:
            context.add_cookies([{"name": COOKIE, "value": house.cookie, "url": house.url}])
        yield context.new_page()
    finally:
        context.close()


def found(page: Page, where: str) -> list[str]:
    """What is amiss on the page as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    outside = [f"{where}: outside: {text}" for text in page.evaluate(OUTSIDE)]
    return [*(f"{where}: {each}" for each in page.evaluate(RUN)), *outside]


def sections(page: Page) -> Iterator[str]:
    """Every section with what is folded unfolded, the dialog, and the mirror on the whole screen."""
    page.goto("/#now")
    for section, there in SECTIONS.items():
        page.evaluate("(section) => { location.hash = section; }", section)
        expect(page.locator(there).first).to_be_visible()
        page.evaluate("for (const each of document.querySelectorAll('section details')) each.open = true")
        yield from found(page, section)
    page.evaluate("location.hash = 'now'")
    page.get_by_role("button", name="That’s wrong").click()
    yield from found(page, "dialog")
    page.goto("/mirror")
    expect(page.locator("#mirror")).to_have_attribute("data-awake", "true")
    yield from found(page, "mirror")


def other_pages(page: Page, house: House) -> Iterator[str]:
    """The first steps, the plain pages, and the guests' page."""
    house.ask("POST", "/api/first-days", {})
    page.goto("/first-days")
    for step in range(1, STEPS + 1):
        expect(page.locator("#progress")).to_have_text(f"Step {step} of {STEPS}")
        expect(page.locator("#title")).to_be_focused()
        yield from found(page, f"step {step}")
        if step < STEPS:
            page.get_by_role("button", name="Next", exact=True).click()
    house.ask("POST", "/api/first-days", {})
    for path in PLAIN:
        page.goto(f"/plain{path}")
        yield from found(page, f"/plain{path}")


def doors(page: Page, house: House) -> Iterator[str]:
    """What those see who are not signed in, and a guest."""
    for path in ("/", "/guest", "/offline"):
        page.goto(path)
        expect(page.get_by_role("heading").first).to_be_visible()
        yield from found(page, path)
    invitation = house.ask("POST", "/api/guests", {"name": "Axe"})
    page.goto(f"/guest#{invitation['link'].partition('#')[2]}")
    expect(page.locator("#mood-word")).not_to_be_empty()
    yield from found(page, "guest")
    house.ask("DELETE", f"/api/guests/{invitation['id']}")


def sweep(browser: Browser, house: House, size: tuple[int, int], scheme: Scheme, zoom: int = 1) -> list[str]:
    amiss = []
    with looking(browser, house, size, scheme, zoom, owner=True) as page:
        amiss += [*sections(page), *other_pages(page, house)]
    with looking(browser, house, size, scheme, zoom, owner=False) as page:
        amiss += doors(page, house)
    return amiss


@pytest.mark.timeout(900)
def test_axe_finds_nothing_on_a_phone(chromium: Browser, house: House) -> None:
    assert sweep(chromium, house, (390, 844), "light") == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "zoom"), VIEWS, ids=[f"{size[0]}x{size[1]}-{zoom}00%" for size, zoom in VIEWS])
def test_axe_finds_nothing_at_any_size(
    chromium: Browser, house: House, size: tuple[int, int], scheme: Scheme, zoom: int
) -> None:
    assert sweep(chromium, house, size, scheme, zoom) == []
