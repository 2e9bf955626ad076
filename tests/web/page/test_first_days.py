"""The way through the first days, every step, left and resumed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import House, Visitor, until

STEPS = ("Name and language", "Aim the camera", "Songs", "Sound check", "Home Assistant", "Done")
GREEN = """() => {
    const [told, frame] = ["advice", "frame"].map((id) => document.getElementById(id));
    return (told.textContent === "it is aimed well") === frame.classList.contains("well");
}"""


@pytest.fixture(autouse=True)
def as_it_was(house: House) -> Iterator[None]:
    """No step has been taken yet, and afterwards nothing is left of it."""
    house.ask("POST", "/api/first-days", {})
    yield
    house.ask("POST", "/api/first-days", {})
    house.ask("PATCH", "/api/settings", {"changes": dict.fromkeys(("box.language", "mqtt.device_name"))})
    house.ask("POST", "/api/output", {"device": "null"})
    until(lambda: house.ask("GET", "/api/status")["output"]["wanted"] == "null")


def at(page: Page, step: str) -> None:
    expect(page.get_by_role("heading", name=step, level=1)).to_be_focused()


def forward(page: Page, step: str) -> None:
    page.get_by_role("button", name="Next", exact=True).click()
    at(page, step)


def songs_step(visitor: Visitor) -> Page:
    page = visitor.page
    page.goto("/first-days")
    at(page, "Name and language")
    forward(page, "Aim the camera")
    forward(page, "Songs")
    return page


def test_the_way_is_gone_to_its_end(visitor: Visitor, house: House, tune: Path) -> None:
    page = visitor.page
    page.goto("/first-days")
    at(page, "Name and language")
    name = page.get_by_label("What is this box called?")
    expect(name).to_have_value("Moodbox")
    name.fill("Kitchen")
    forward(page, "Aim the camera")
    told = {each["about"]["key"]: each for each in house.ask("GET", "/api/settings")["settings"]}
    assert told["mqtt.device_name"]["file"] == "Kitchen"

    expect(page.locator("#frame .face")).to_have_count(1)
    assert page.evaluate(GREEN), "green exactly when there is nothing left to do"

    forward(page, "Songs")
    page.get_by_text("Songs for a mood").click()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="fear").click()
    choosing.value.set_files(tune)
    expect(page.locator("#uploads")).to_contain_text("is there")
    assert (house.songs / "fear" / tune.name).exists()
    (house.songs / "fear" / tune.name).unlink()

    forward(page, "Sound check")
    expect(page.locator("#step")).to_contain_text("plays. You should hear it now.")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    output = page.get_by_label("Output")
    expect(output).to_have_value("null")
    with page.expect_response("**/api/output") as answered:
        output.select_option("auto")
    assert answered.value.status == 204
    until(lambda: house.ask("GET", "/api/status")["output"]["wanted"] == "auto")
    with page.expect_response("**/api/output/test") as answered:
        page.get_by_role("button", name="Test tone").click()
        visitor.told("the first from the left")
    assert answered.value.status == 204

    forward(page, "Home Assistant")
    visitor.expected.add(409)
    page.get_by_label("The broker’s name or address").fill("a b")
    page.get_by_role("button", name="Next", exact=True).click()
    visitor.told("must be the broker's name")
    page.get_by_label("The broker’s name or address").fill("")
    forward(page, "Done")
    expect(page.get_by_role("button", name="Restart now")).to_be_visible()
    page.get_by_role("button", name="To the page").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    expect(page.locator("#first-days")).to_be_hidden()
    assert house.ask("GET", "/api/first-days")["over"]


def test_the_language_that_is_chosen_is_that_of_the_next_step(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/first-days")
    at(page, "Name and language")
    page.get_by_label("Language").select_option("Deutsch")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="Kamera ausrichten", level=1)).to_be_visible()


def test_a_pile_and_a_folder_of_songs_are_brought_and_placed_by_the_box(
    visitor: Visitor, house: House, tune: Path, tmp_path: Path
) -> None:
    page = songs_step(visitor)
    library = house.songs / "library"
    album = tmp_path / "Album"
    (album / "CD 1").mkdir(parents=True)
    for name in ("CD 1/one.flac", "two.flac"):
        (album / name).write_bytes(tune.read_bytes())
    (album / "cover.jpg").write_bytes(b"a picture")
    try:
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose songs").click()
        choosing.value.set_files(tune)
        expect(page.locator("#uploads-sum")).to_have_text("1 of 1")
        assert (library / tune.name).read_bytes() == tune.read_bytes()
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose a folder").click()
        choosing.value.set_files(album)
        visitor.told("1 file that is no song is left out.")
        expect(page.locator("#uploads-sum")).to_have_text("3 of 3")
        assert (library / "Album" / "CD 1" / "one.flac").read_bytes() == tune.read_bytes()
        assert sorted(each.name for each in (library / "Album").iterdir()) == ["CD 1", "two.flac"]
        until(lambda: house.ask("GET", "/api/library?search=album")["total"] == 2, 100.0)
    finally:
        shutil.rmtree(library)
        library.mkdir()
        until(lambda: house.ask("GET", "/api/library?search=album")["total"] == 0, 100.0)


def test_a_folder_is_dropped_given_up_and_tried_again(
    visitor: Visitor, house: House, tune: Path, tmp_path: Path
) -> None:
    page = songs_step(visitor)
    folder = tmp_path / "Dropped"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.flac").write_bytes(tune.read_bytes())
    page.route("**/api/library/*", lambda _: None)  # on its way for as long as it likes
    visitor.expected.add(0)
    try:
        drop_from_disk(page, ".pile", folder)
        expect(page.locator("#uploads-sum")).to_have_text("0 of 3")
        page.get_by_role("button", name="Cancel the rest").click()
        expect(page.locator("#uploads-sum")).to_have_text("0 of 1 · 1 failed")
        page.unroute("**/api/library/*")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#uploads-sum")).to_have_text("1 of 1")
        assert len(list((house.songs / "library" / "Dropped").iterdir())) == 1
    finally:
        shutil.rmtree(house.songs / "library")
        (house.songs / "library").mkdir()


def drop_from_disk(page: Page, selector: str, place: Path) -> None:
    """Drop a file or folder of this machine, as its file manager does."""
    box = page.locator(selector).bounding_box()
    assert box
    data = {"items": [], "files": [str(place)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        at_middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchDragEvent", {"type": kind, **at_middle, "data": data})
    session.detach()


def test_it_is_left_and_resumed_from_the_page_and_can_be_dismissed(visitor: Visitor, house: House) -> None:
    page = visitor.page
    page.goto("/first-days")
    at(page, "Name and language")
    forward(page, "Aim the camera")
    page.get_by_role("link", name="Later").click()
    page.get_by_role("link", name="Go on").click()
    at(page, "Aim the camera")
    page.get_by_role("button", name="Back").click()
    at(page, "Name and language")
    page.get_by_role("link", name="Moodbox").click()
    page.get_by_role("button", name="No more").click()
    visitor.told("under Box")
    expect(page.locator("#first-days")).to_be_hidden()
    until(lambda: house.ask("GET", "/api/first-days")["over"])
    page.reload()
    expect(page.locator("#mood-word")).not_to_have_text("…")
    visitor.go("box").get_by_role("link", name="The first steps once more").click()
    at(page, "Name and language")


def test_every_step_passes_the_audit(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/first-days")
    for number, step in enumerate(STEPS):
        at(page, step) if number == 0 else forward(page, step)
        check(page.evaluate(AUDIT) | {"landmarks": []})
        assert nameless(page) == [], step
