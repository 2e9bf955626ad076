"""What a scripted auditor finds in every section: names, contrast, sizes, headings, widths, and who else is asked."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.domain.emotions import EMOTIONS
from tests.web.page.visitor import House, Visitor

AUDIT = (Path(__file__).parent / "audit.js").read_text()
SECTIONS = {
    "now": "#why",
    "history": "#plays li",
    "songs/happy": "#song-list li",
    "aim": "#frame svg",
    "box": "#box-well",
}
MOVING = """() => [...document.querySelectorAll("*")].map((node) => getComputedStyle(node)).filter(
    (style) => style.transitionDuration !== "0s" || style.animationName !== "none").length"""
CONTROLS = {
    "button",
    "link",
    "radio",
    "checkbox",
    "combobox",
    "slider",
    "switch",
    "textbox",
    "spinbutton",
    "img",
    "meter",
}


def shown(visitor: Visitor, section: str) -> None:
    """Open a section with everything in it unfolded."""
    page = visitor.go(section)
    expect(page.locator(SECTIONS[section]).first).to_be_visible()
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    for select in page.get_by_label("Select").locator("visible=true").all()[:1]:
        select.check(force=True)


def check(found: dict[str, Any]) -> None:
    """Fails with everything that is amiss."""
    assert found["weak"] == [], "text that is hard to read"
    assert found["small"] == [], "targets below 44 pixels"
    assert found["misnamed"] == [], "names that do not hold the words that are seen"
    assert found["wide"] <= 0, "the page scrolls sideways"
    assert found["twice"] == [], "an id stands twice"
    assert found["dangling"] == [], "a label or description that is not there"
    assert found["images"] == []
    assert found["styled"] == [], "inline styles"
    assert found["landmarks"] == []
    assert found["language"] == "en"
    levels = found["headings"]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), f"headings skip: {levels}"


def nameless(page: Page) -> list[str]:
    """Controls that a screen reader has no name for."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        node["role"]["value"]
        for node in nodes
        if not node.get("ignored")
        and node["role"]["value"] in CONTROLS
        and not node.get("name", {}).get("value", "").strip()
    ]


@pytest.fixture(
    params=[
        ("phone", "light"),
        ("small", "dark"),
        pytest.param(("desktop", "light"), marks=pytest.mark.slow),
        pytest.param(("desktop", "dark"), marks=pytest.mark.slow),
        pytest.param(("phone", "dark"), marks=pytest.mark.slow),
    ],
    ids="-".join,
)
def auditor(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Visitor]:
    size: str
    scheme: Literal["light", "dark"]
    size, scheme = request.param
    with Visitor.at(chromium, house.url, size, house.cookie, scheme) as visitor:
        yield visitor


def test_every_section_passes_the_audit(auditor: Visitor) -> None:
    for section in SECTIONS:
        shown(auditor, section)
        check(auditor.page.evaluate(AUDIT))
        assert nameless(auditor.page) == [], f"controls without a name in {section}"


def test_the_dialogs_pass_the_audit(auditor: Visitor) -> None:
    page = auditor.go("now")
    page.get_by_role("button", name="That’s wrong").click()
    check(page.evaluate(AUDIT) | {"headings": [1]})
    page.keyboard.press("Escape")
    auditor.go("history")
    page.get_by_role("button", name="Erase everything").click()
    check(page.evaluate(AUDIT) | {"headings": [1]})
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()


BROKEN = """(words) => words.filter((word) => {
    const node = document.getElementById("mood-word");
    const before = node.textContent;
    node.textContent = word;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
    node.textContent = before;
    return lines.size > 1;
})"""


def test_every_moods_word_stands_unbroken_at_every_width(visitor: Visitor) -> None:
    page = visitor.go("now")
    words = [*(emotion.value for emotion in EMOTIONS), "unsure"]
    for width in (320, 360, 412, 600, 720, 768, 960, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(BROKEN, words) == [], f"at a width of {width} pixels"


OUTSIDE = """() => [...document.querySelectorAll("a, button, label, select, h1, h2, h3, p")].filter((node) => {
    const place = node.getBoundingClientRect();
    return place.width > 0 && !node.closest(".spoken, .skip-link") && place.right > innerWidth + 1;
}).map((node) => node.textContent.trim().slice(0, 30))"""


def test_on_a_phone_enlarged_by_half_nothing_lies_outside(chromium: Browser, house: House) -> None:
    with Visitor.at(chromium, house.url, "phone", house.cookie) as visitor:
        visitor.page.set_viewport_size({"width": 240, "height": 480})
        for section in SECTIONS:
            shown(visitor, section)
            assert visitor.page.evaluate(OUTSIDE) == [], section
            assert visitor.page.evaluate(AUDIT)["wide"] <= 0, section


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_passes_the_audit(chromium: Browser, house: House, scheme: Literal["light", "dark"]) -> None:
    with Visitor.at(chromium, house.url, "small", scheme=scheme) as visitor:
        visitor.page.goto("/")
        expect(visitor.page.get_by_label("Password")).to_be_focused()
        check(visitor.page.evaluate(AUDIT) | {"landmarks": []})
        assert nameless(visitor.page) == []


@pytest.mark.slow
def test_nothing_moves_where_the_owner_wants_it_still(visitor: Visitor) -> None:
    page = visitor.go("now")
    assert page.evaluate(MOVING) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0


def test_scripts_and_styles_of_elsewhere_and_inline_ones_are_refused(visitor: Visitor) -> None:
    page = visitor.go("now")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.textContent = "window.broken = true";
                document.body.append(script);
            }"""
        )
    assert page.evaluate("window.broken") is None
    visitor.faults.clear()


def test_it_can_be_put_on_the_home_screen(visitor: Visitor) -> None:
    page = visitor.go("now")
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["url"].endswith(".webmanifest")
    assert manifest["errors"] == []
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in found} <= {"in-incognito"}, "a test's browser is always a private one"
