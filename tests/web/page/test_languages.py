"""The page in other languages than English, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.page.test_quality import AUDIT, OUTSIDE, SECTIONS, shown
from tests.web.page.visitor import House, Visitor


@pytest.fixture
def german(chromium: Browser, house: House) -> Iterator[Visitor]:
    with Visitor.at(chromium, house.url, "phone", house.cookie, locale="de-DE") as visitor:
        yield visitor


def test_now_is_german_from_the_mood_to_the_reason(german: Visitor, house: House) -> None:
    page = german.go("now")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#camera-word")).to_have_text("Kamera offen")
    expect(page.locator("#mood-word")).to_have_text("fröhlich")
    expect(page.locator("#mood-sure")).to_have_text(re.compile(r"(> )?\d+\u00a0% sicher"))
    expect(page.locator("#mood-more")).to_have_text("1 Person da")
    expect(page.locator("#why")).to_contain_text(re.compile("^Aus „fröhlich“: du sahst fröhlich aus"))
    expect(page.locator("#queue .queued-why").first).to_contain_text("du sahst fröhlich aus")
    expect(page.get_by_role("button", name="Nächster Song")).to_be_visible()


def test_what_happens_is_told_in_german(german: Visitor, house: House) -> None:
    page = german.go("now")
    page.get_by_role("button", name="Stimmt nicht").click()
    expect(page.locator("#wrong-more")).to_have_text("Ich hielt sie für „fröhlich“.")
    page.keyboard.press("Escape")
    page.locator("#override").get_by_role("radio", name="traurig", exact=True).check(force=True)
    house.box.wait(lambda status: status["override"] == "sad" and status["player"]["emotion"] == "sad")
    expect(page.locator("#why")).to_contain_text("du hast „traurig“ gewählt")
    page.locator("#override").get_by_role("radio", name="auto", exact=True).check(force=True)
    house.box.wait(lambda status: status["override"] == "auto")


def test_the_language_is_chosen_on_the_page_and_kept(visitor: Visitor) -> None:
    page = visitor.go("box")
    page.get_by_label("The language of this page").select_option("Deutsch")
    expect(page.get_by_role("heading", name="Sprache")).to_be_visible()
    page.reload()
    expect(page.locator("#language")).to_have_value("de")
    page.locator("#language").select_option("auto")
    expect(page.get_by_role("heading", name="Language")).to_be_visible()


def test_a_stranger_chooses_the_language_at_the_door(stranger: Visitor) -> None:
    page = stranger.page
    page.goto("/")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_label("Passwort")).to_be_visible()
    expect(page).to_have_url(f"{stranger.url}/")


CUT = """() => [...document.querySelectorAll(
    ".sections a, button, .button, label, label > span, summary, h1, h2, h3, p, li, dt, dd, th, td, legend"
)].filter((node) => node.clientWidth > 2 && node.checkVisibility() && !node.querySelector("bdi, canvas")
    && !node.closest(".spoken, .skip-link, pre, code") && node.scrollWidth > node.clientWidth + 1
).map((node) => node.textContent.trim().slice(0, 40))"""
BELOW = """() => ["song-title", "seek", "pause", "skip", "unfit"].filter((id) =>
    document.getElementById(id).getBoundingClientRect().bottom
        > document.querySelector("nav.sections").getBoundingClientRect().top + 1)"""


@pytest.fixture(params=["de-DE", "zh-CN", *(pytest.param(each, marks=pytest.mark.slow) for each in ("fr-FR", "es-ES"))])
def foreigner(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Visitor]:
    with Visitor.at(chromium, house.url, "phone", house.cookie, locale=request.param) as visitor:
        yield visitor


def test_on_a_phone_the_words_of_every_section_have_room(foreigner: Visitor) -> None:
    for section in SECTIONS:
        shown(foreigner, section)
        assert foreigner.page.evaluate(CUT) == [], section
        assert foreigner.page.evaluate(OUTSIDE) == [], section
        found = foreigner.page.evaluate(AUDIT)
        assert (found["wide"] <= 0, found["small"], found["misnamed"]) == (True, [], []), section


def test_the_player_lies_within_the_first_screen_in_every_language(foreigner: Visitor) -> None:
    page = foreigner.go("now")
    expect(page.locator("#mood-face canvas")).to_have_attribute("data-face", "happy")
    expect(page.locator("#song-title")).to_have_text(re.compile(r"tone \d"))
    assert page.evaluate(BELOW) == []
