"""Setting the camera up without a picture, and looking after the box."""

import re

from playwright.sync_api import expect

from tests.web.page.visitor import COOKIE, House, Visitor, until
from tests.web.running_page import PASSWORD


def test_aim_shows_the_face_as_an_outline_with_distance_light_and_advice(visitor: Visitor) -> None:
    page = visitor.go("aim")
    expect(page.locator("#advice")).to_have_text(re.compile(r"\w+ \w+"))
    expect(page.locator("#frame .face")).to_have_count(1)
    expect(page.locator("#aim-facts")).to_contain_text(re.compile(r"\d\.\d m"))
    expect(page.get_by_role("meter", name="Light")).to_be_visible()
    # in one go, because the drawing is made again at each look
    left, face, wide, right = page.evaluate(
        """() => {
            const place = (part) => document.querySelector(`#frame ${part}`).getBoundingClientRect();
            const [face, edge] = [place(".face"), place(".edge")];
            return [edge.left, face.left, face.width, edge.right];
        }"""
    )
    assert left < face < face + wide < right


def test_aim_follows_what_the_camera_sees_while_it_is_shown(visitor: Visitor) -> None:
    page = visitor.go("aim")
    face = page.locator("#frame .face")
    expect(face).to_have_count(1)
    before = face.get_attribute("x")
    until(lambda: face.get_attribute("x") != before)
    with page.expect_request(lambda request: request.url.endswith("/api/stream?changes=1")):
        page.get_by_role("link", name="Now").click()


def test_the_box_tells_of_its_health_model_settings_versions_and_log(visitor: Visitor, house: House) -> None:
    page = visitor.go("box")
    page.get_by_text("All is well").or_(page.get_by_text("What is well")).click()
    expect(page.locator("#well li").first).to_be_visible()
    page.get_by_text("What reads the faces").click()
    expect(page.locator("#model")).to_contain_text(house.box.status()["vision"]["model"])
    expect(page.locator("#model")).to_contain_text("in force")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_text("Settings in force").click()
    row = page.get_by_role("row").filter(has_text="first_after")
    expect(row).to_contain_text("moodbox.toml")
    page.get_by_text("Log and versions").click()
    expect(page.locator("#versions")).to_contain_text("Python")
    expect(page.get_by_role("region", name="The last lines of the log")).to_contain_text("Playing")


def test_no_model_to_go_back_to_is_offered_where_there_is_none(visitor: Visitor) -> None:
    page = visitor.go("box/model")
    expect(page.get_by_role("button", name="Use the latest")).to_be_visible()
    expect(page.get_by_role("button", name="Back to the one before")).to_have_count(0)


def test_a_key_for_a_program_is_shown_once_and_withdrawn(visitor: Visitor, house: House) -> None:
    page = visitor.go("box/password")
    page.get_by_label("Name", exact=True).fill("clock radio")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator("#new-token code")).to_have_text(re.compile(r"\S{20,}"))
    assert [key["name"] for key in house.ask("GET", "/api/tokens")] == ["clock radio"]
    page.get_by_role("button", name="Withdraw the key clock radio").click()
    visitor.confirm("Withdraw")
    expect(page.locator("#tokens li")).to_have_count(0)
    assert house.ask("GET", "/api/tokens") == []


def test_the_password_is_changed_only_by_who_knows_it(visitor: Visitor, house: House) -> None:
    page = visitor.go("box/password")
    visitor.expected.add(403)
    page.get_by_label("Present password").fill("a guess, no more")
    page.get_by_label("New password").fill("another password")
    page.get_by_role("button", name="Change it").click()
    visitor.told("old password")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Change it").click()
    visitor.told("The password is changed")
    [house.cookie] = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE]


def test_power_is_asked_about_before_it_goes_off(visitor: Visitor, house: House) -> None:
    page = visitor.go("box")
    page.get_by_role("button", name="Power off").click()
    visitor.confirm("Cancel")
    page.get_by_role("button", name="Restart Moodbox").click()
    visitor.confirm("Cancel")
    assert house.box.process.poll() is None
