"""Settings changed on the page."""

import re

from playwright.sync_api import expect

from appliance.settings.settings import load_settings
from tests.web.page.visitor import House, Visitor, until


def test_a_setting_is_explained_changed_in_the_owners_file_and_taken_back(visitor: Visitor, house: House) -> None:
    page, file = visitor.go("box/settings/music"), house.box.settings
    hold = page.get_by_label("Hold", exact=True)
    expect(hold).to_have_value(re.compile(r"[\d.]+"))
    before = load_settings(file).music.hold
    row, waiting = page.locator(".setting", has=hold), page.locator("#settings-waiting")
    other_waits = waiting.is_visible()  # the box is shared: another test may have changed what holds after a restart
    expect(page.locator("#settings-owner")).to_contain_text("A track that has played for so many seconds fades out")
    hold.fill("400")
    hold.press("Enter")
    expect(page.locator("#message-text")).to_have_text("Hold is saved; it holds after a restart.")
    until(lambda: load_settings(file).music.hold == 400)
    expect(waiting).to_contain_text("holds after a restart")
    expect(row).to_contain_text("After a restart: 400.")
    page.locator("#message-undo").click()
    until(lambda: load_settings(file).music.hold == before)
    expect(row).not_to_contain_text("After a restart")
    expect(waiting).to_be_visible(visible=other_waits)


def test_a_language_that_is_chosen_is_spoken_at_once(visitor: Visitor, house: House) -> None:
    page = visitor.go("box/settings/box")
    try:
        page.get_by_label("Language", exact=True).select_option("de")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("heading", name="Sprache", exact=True)).to_be_visible()
        page.locator("#setting-box-language").select_option("auto")
        expect(page.locator("html")).to_have_attribute("lang", "en")
    finally:
        house.ask("PATCH", "/api/settings", {"changes": {"box.language": None}})


def test_what_cannot_be_is_refused_in_words_and_the_value_springs_back(visitor: Visitor, house: House) -> None:
    page = visitor.go("box/settings/music")
    visitor.expected.add(409)
    volume = page.get_by_label("Volume floor")
    before = volume.input_value()
    volume.fill("101")
    volume.press("Enter")
    expect(page.locator("#message-text")).to_contain_text("Music.volume_floor is 101")
    expect(page.get_by_label("Volume floor")).to_have_value(before)
    assert load_settings(house.box.settings).music.volume_floor == int(before)


def test_experts_keys_are_folded_away_and_names_of_files_are_not_offered(visitor: Visitor) -> None:
    page = visitor.go("box/settings")
    hysteresis = page.get_by_label("Hysteresis")
    expect(hysteresis).to_be_hidden()
    page.get_by_text("For experts").click()
    page.evaluate("for (const each of document.querySelectorAll('#box-settings details')) each.open = true")
    expect(hysteresis).to_be_visible()
    expect(page.get_by_label("Keep", exact=True)).to_be_visible()
    expect(page.get_by_label("Allowed signers")).to_have_count(0)


def test_the_output_is_chosen_by_its_name_heard_and_taken_back(visitor: Visitor, house: House) -> None:
    page, file = visitor.go("box/settings/music"), house.box.settings
    output = page.get_by_label("Output", exact=True)
    expect(output).to_have_value("null")
    expect(output.locator("option")).to_contain_text(["Automatic: the first that is there", "Nowhere: silence"])
    output.select_option("auto")
    expect(page.locator("#message-text")).to_have_text("Output is saved.")
    until(lambda: house.ask("GET", "/api/status")["output"]["wanted"] == "auto")
    assert load_settings(file).music.output == "auto"
    page.locator("#message-undo").click()
    until(lambda: house.ask("GET", "/api/status")["output"]["wanted"] == "null")
    expect(output).to_have_value("null")
    with page.expect_response("**/api/output/test") as answered:
        page.get_by_role("button", name="Test tone").press("Enter")
        visitor.told("the first from the left")
    assert answered.value.status == 204
