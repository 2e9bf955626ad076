"""Teaching the box faces on the page: all agree, a face is asked for, taken, listed, deleted."""

from playwright.sync_api import expect

from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import House, Visitor, until


def test_faces_are_collected_when_all_agree_and_deleted_again(visitor: Visitor, house: House) -> None:
    page = visitor.go("box/faces")
    expect(page.locator("#faces-state")).to_contain_text("No faces have been taught.")
    expect(page.get_by_role("button", name="Go on with the last session")).to_be_hidden()

    page.get_by_role("button", name="Collect faces").click()
    visitor.confirm("Cancel")
    assert (house.ask("GET", "/api/faces")["session"] or {"phase": "ended"})["phase"] == "ended"

    page.get_by_role("button", name="Collect faces").click()
    visitor.confirm("Everyone agrees")
    expect(page.locator("#faces-now")).to_contain_text("happy (as you would)")
    expect(page.locator("#faces-state")).to_have_text("27 faces to go.", timeout=60_000)
    page.get_by_role("button", name="End it").click()
    expect(page.locator("#faces-now")).to_be_hidden()
    expect(page.locator("#faces-state")).to_contain_text("It was ended.")
    expect(page.get_by_role("button", name="Go on with the last session")).to_be_visible()

    page.get_by_text("Faces that were taught").click()
    rows = page.locator("#faces li").filter(has_text="happy (as you would)")
    expect(rows).to_have_count(1)
    check(page.evaluate(AUDIT))
    assert nameless(page) == []
    expect(page.locator("#faces-state")).to_contain_text("too few faces")

    switch = page.get_by_role("switch", name="Use what was taught")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(page.locator("#faces-state")).to_contain_text("kept and not used")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")

    switch = page.get_by_role("switch", name="Corrections teach faces too")
    switch.click()
    visitor.confirm("Everyone agrees")
    expect(switch).to_have_attribute("aria-checked", "true")
    until(lambda: house.ask("GET", "/api/faces")["corrections"] is True)
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")

    rows.get_by_role("button", name="Delete happy (as you would)").click()
    expect(rows).to_have_count(0)
    expect(page.locator("#faces-title")).to_be_focused()
    until(lambda: all(each["word"] != "happy" for each in house.ask("GET", "/api/faces")["samples"]))
