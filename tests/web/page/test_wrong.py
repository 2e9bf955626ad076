"""\"That's wrong\", and what the box learns from it."""

import re
from pathlib import PurePosixPath

import pytest
from playwright.sync_api import Page, expect

from tests.web.page.visitor import House, Visitor


def correct(page: Page, emotion: str) -> None:
    page.get_by_role("button", name="That’s wrong").click()
    dialog = page.get_by_role("dialog", name="What is it really?")
    expect(dialog).to_contain_text("I took it for happy.")
    dialog.get_by_role("button", name=emotion).click()
    expect(dialog).to_be_hidden()


def test_one_tap_says_what_the_mood_really_is(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    correct(page, "neutral")
    visitor.told("It was neutral; I learn from that.")
    newest = house.ask("GET", "/api/corrections")[0]
    assert (newest["was"], newest["mood"]) == ("happy", "neutral")
    assert len(newest["probabilities"]) == 7
    page.get_by_role("button", name="That’s wrong").click()
    expect(page.get_by_role("dialog")).to_contain_text("You said that it is neutral.")
    page.keyboard.press("Escape")

    visitor.go("history")
    expect(page.locator("#learned")).to_contain_text("correction")
    shifted = page.locator("#learned-shift .shift").filter(has_text="neutral")
    expect(shifted).to_have_text(re.compile(r"neutral\+0\.\d\d"))
    page.get_by_role("button", name=re.compile("Take back: it was neutral")).first.click()
    visitor.told("taken back")
    assert newest["id"] not in {each["id"] for each in house.ask("GET", "/api/corrections")}


@pytest.mark.slow
def test_the_mood_that_it_took_you_for_is_no_answer(visitor: Visitor) -> None:
    page = visitor.go("now")
    page.get_by_role("button", name="That’s wrong").click()
    dialog = page.get_by_role("dialog", name="What is it really?")
    expect(dialog.get_by_role("button", name="happy")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_everything_learned_is_exported_and_forgotten_when_asked(visitor: Visitor, house: House) -> None:
    house.ask("POST", "/api/corrections", {"mood": "surprise"})
    page = visitor.go("history")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    assert '"corrections"' in download.value.path().read_text()
    page.get_by_role("button", name="Forget it all").click()
    visitor.confirm("Forget it all")
    expect(page.locator("#learned")).to_contain_text("Nothing yet.")
    assert house.ask("GET", "/api/corrections") == []


def test_a_song_that_does_not_fit_comes_less_often_until_it_fits_again(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    playing = house.box.status()["player"]["file"]
    page.get_by_role("button", name="That’s wrong").click()
    page.get_by_role("button", name="The mood is right, but this song does not fit it").click()
    visitor.told("will come less often")
    house.left(playing)
    song = house.ask("GET", "/api/dislikes")[0]  # those that other visitors skipped are among them, in changing order
    title, emotion = PurePosixPath(song["file"]).stem, song["emotion"]
    visitor.go("history")
    page.get_by_role("button", name=f"It fits: {title}, for {emotion}", exact=True).click()
    visitor.told(f"“{title}” fits {emotion} again")
    left = {(song["emotion"], song["file"]) for song in house.ask("GET", "/api/dislikes")}
    assert (emotion, song["file"]) not in left
