"""A guest: invited on the owner's page, let in by the code, and out again at once."""

from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import House, Visitor, radio, until


def invite(visitor: Visitor, name: str) -> Locator:
    page = visitor.go("box/guests")
    page.get_by_label("Who comes").fill(name)
    page.get_by_role("button", name="Invite").click()
    row = page.locator("#guests li").filter(has_text=name)
    expect(row.get_by_role("img", name=f"QR code of the link for {name}")).to_be_visible()
    return row


def test_a_guest_comes_in_by_the_link_steers_and_is_out_at_once(
    visitor: Visitor, stranger: Visitor, house: House
) -> None:
    row = invite(visitor, "Ada")
    link = row.locator(".guest-link").inner_text()
    until(lambda: row.locator(".qr").evaluate("(image) => image.naturalWidth") > 200)
    page = stranger.page
    page.goto(link)
    expect(page.get_by_role("heading", name="You are a guest of this Moodbox")).to_be_visible()
    assert page.url == f"{house.url}/guest", "the secret stands in no address any more"
    expect(page.locator("#mood-word")).to_have_text("happy")
    expect(page.locator("#camera-word")).to_have_text("camera open")
    expect(page.locator("#mirror")).to_have_attribute("data-awake", "true")
    expect(page.locator("#song-title")).not_to_be_empty()
    found = page.evaluate(AUDIT)
    check(found | {"landmarks": []})
    assert nameless(page) == []

    before = house.box.status()["player"]["file"]
    page.get_by_role("button", name="Next song").click()
    stranger.told("The next song comes")
    house.left(before)
    expect(page.locator("#song-title")).to_have_text(Path(house.box.status()["player"]["file"]).stem)
    radio(page, "sad").check()
    expect(radio(visitor.go("now"), "sad")).to_be_checked()
    assert any("Override: sad (guest Ada)" in line for line in house.ask("GET", "/api/box")["log"])
    radio(page, "auto").check()
    expect(radio(visitor.page, "auto")).to_be_checked()

    stranger.expected.add(401)
    row = visitor.go("box/guests").locator("#guests li").filter(has_text="Ada")
    expect(row).to_contain_text("1 device")
    row.get_by_role("button", name="End the visit of Ada").click()
    visitor.told("has ended")
    expect(visitor.page.locator("#guests li")).to_have_count(0)
    expect(visitor.page.locator("#guests-title")).to_be_focused()
    expect(page.locator("#told")).to_contain_text("your visit has ended")


def test_a_link_that_has_ended_says_so(chromium: Browser, house: House) -> None:
    with Visitor.at(chromium, house.url, "small") as visitor:
        visitor.expected.add(401)
        visitor.page.goto("/guest#of-yesterday")
        expect(visitor.page.locator("#told")).to_contain_text("has ended")
        check(visitor.page.evaluate(AUDIT) | {"landmarks": []})


def test_a_guest_leaves_when_it_likes(visitor: Visitor, stranger: Visitor, house: House) -> None:
    link = invite(visitor, "Grace").locator(".guest-link").inner_text()
    stranger.page.goto(link)
    stranger.page.get_by_role("button", name="Leave").click()
    expect(stranger.page.locator("#told")).to_contain_text("your visit has ended")
    [invitation] = [each for each in house.ask("GET", "/api/guests") if each["name"] == "Grace"]
    assert invitation["devices"] == 0
    house.ask("DELETE", f"/api/guests/{invitation['id']}")
