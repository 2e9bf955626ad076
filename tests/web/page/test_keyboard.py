"""Each section's main act by the keyboard alone: by Tab, Enter, Space, arrows and letters, and no tap anywhere."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.page.visitor import House, Visitor

MOST = 90
"""Presses of Tab from one end of a section to the other."""
OUTLINED = """() => {
  const node = document.activeElement;
  const seen = node.matches("input[type=radio]") ? (node.nextElementSibling ?? node) : node;
  return node.matches(":focus-visible") && getComputedStyle(seen).outlineStyle !== "none";
}"""


def tab_to(page: Page, wanted: str, key: str = "Tab") -> None:
    """Press Tab until this has the focus; it is seen to have it."""
    for _ in range(MOST):
        page.keyboard.press(key)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            assert page.evaluate(OUTLINED), f"{wanted} does not show that it has the focus"
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def open_section(visitor: Visitor, name: str) -> Page:
    """Go there by the navigation."""
    page = visitor.go("now")
    tab_to(page, f'.sections a[href="#{name}"]')
    page.keyboard.press("Enter")
    expect(page.locator(f"#{name}-title")).to_be_focused()
    return page


def test_a_song_is_found_heard_and_chosen_by_keys(visitor: Visitor, house: House) -> None:
    house.looked_through()
    page = open_section(visitor, "songs")
    expect(page.locator("#library-count")).to_have_text("14 songs")
    tab_to(page, "#search")
    page.keyboard.type("tone 1")
    expect(page.locator("#library-count")).to_have_text("7 songs")
    tab_to(page, ".listen")
    page.keyboard.press("Enter")
    expect(page.locator("#listening-title")).to_have_text("tone 1")
    tab_to(page, "#listening-close", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#listening")).to_be_hidden()
    tab_to(page, ".pick-song")
    page.keyboard.press("Space")
    expect(page.locator("#selection-count")).to_have_text("1 song selected")
    tab_to(page, "#delete-selected", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Delete “tone 1”?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#delete-selected")).to_be_focused()
    tab_to(page, "#select-none")
    page.keyboard.press("Enter")
    expect(page.locator("#selection")).to_be_hidden()
    expect(page.locator("#library-title")).to_be_focused()
    assert (house.songs / "angry" / "tone 1.flac").is_file()


def test_the_historys_period_is_chosen_by_arrows(visitor: Visitor) -> None:
    page = open_section(visitor, "history")
    expect(page.locator("#plays li").first).to_be_visible()
    tab_to(page, "#period input")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Week", exact=True)).to_be_checked()
    expect(page.locator("#week-picture")).to_be_visible()


def test_a_setting_is_unfolded_changed_and_taken_back_by_keys(visitor: Visitor) -> None:
    page = open_section(visitor, "box")
    expect(page.locator("#settings-owner details").first).to_be_attached()
    tab_to(page, "#box-settings > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#settings-owner-music > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#setting-music-volume_cap")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    visitor.told("is saved")
    tab_to(page, "#message-undo")
    page.keyboard.press("Enter")
    expect(page.locator("#setting-music-volume_cap-default")).to_have_count(0)


def test_a_correction_is_begun_and_left_by_keys(visitor: Visitor) -> None:
    page = visitor.go("now")
    expect(page.locator("#mood-word")).to_have_text("happy")
    tab_to(page, "#wrong-open")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="What is it really?")).to_be_visible()
    tab_to(page, "#wrong-moods button")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#wrong-open")).to_be_focused()


def test_aim_and_the_lists_are_reached_by_keys(visitor: Visitor) -> None:
    visitor.expected.add(409)
    page = open_section(visitor, "aim")
    expect(page.locator("#advice")).not_to_have_text("…")
    page = open_section(visitor, "songs")
    tab_to(page, '#songs-ways a[href="#lists"]')
    page.keyboard.press("Enter")
    expect(page.locator("#lists-title")).to_be_focused()
    tab_to(page, "#list-form input")
    page.keyboard.type("not an address")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text(re.compile("address|list"))
