"""Songs: counted, added, heard, moved and deleted."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.page.visitor import House, Visitor, until


def folder(page: Page, emotion: str) -> None:
    """Open the folder of an emotion."""
    page.get_by_role("button", name=re.compile(f"^{emotion}")).click()
    expect(page.get_by_role("heading", name=emotion)).to_be_focused()


def drop(page: Page, selector: str, name: str, content: bytes) -> None:
    """Drop a file onto an element, as the browser does."""
    transfer = page.evaluate_handle(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name));
            return transfer;
        }""",
        [name, base64.b64encode(content).decode()],
    )
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event(selector, kind, {"dataTransfer": transfer})


def test_each_folder_is_shown_with_its_count(visitor: Visitor) -> None:
    page = visitor.go("songs")
    expect(page.locator(".folder-card")).to_have_count(7)
    expect(page.get_by_role("button", name=re.compile("^sad"))).to_contain_text("2 songs")


def test_what_cannot_be_played_is_named(visitor: Visitor, house: House) -> None:
    broken = house.songs / "angry" / "broken.mp3"
    broken.write_bytes(b"")
    try:
        page = visitor.go("songs")
        expect(page.get_by_role("button", name=re.compile("^angry"))).to_contain_text("1 amiss")
        folder(page, "angry")
        expect(page.locator("#folder")).to_contain_text("broken.mp3")
    finally:
        broken.unlink()


def test_a_song_is_chosen_uploaded_heard_moved_and_deleted(visitor: Visitor, house: House, tune: Path) -> None:
    page = visitor.go("songs")
    folder(page, "sad")
    page.get_by_label("Choose songs").set_input_files(tune)
    expect(page.locator("#uploads")).to_contain_text("is there")
    assert (house.songs / "sad" / tune.name).read_bytes() == tune.read_bytes()

    page.get_by_role("button", name="Listen to a new tune here").click()
    audio = page.locator("#folder audio")
    until(lambda: audio.evaluate("audio => audio.duration > 40"))
    page.get_by_role("button", name="Listen to a new tune here").click()
    expect(audio).to_have_count(0)

    page.get_by_role("button", name="More for a new tune").click()
    page.get_by_label("Move to").locator("visible=true").select_option("fear")
    visitor.told("is in fear now")
    assert (house.songs / "fear" / tune.name).exists()

    page.goto("/#songs/fear")
    page.get_by_role("button", name="More for a new tune").click()
    page.get_by_role("button", name="Delete").locator("visible=true").click()
    visitor.confirm("Delete")
    visitor.told("is deleted")
    assert not (house.songs / "fear" / tune.name).exists()


def test_songs_are_dropped_onto_a_mood(visitor: Visitor, house: House, tune: Path) -> None:
    page = visitor.go("songs")
    drop(page, '.folder-card[data-mood="surprise"]', "dropped.flac", tune.read_bytes()[:200_000])
    try:
        expect(page.locator("#uploads")).to_contain_text("is there")
        expect(page.get_by_role("button", name=re.compile("^surprise"))).to_contain_text("3 songs")
    finally:
        house.ask("DELETE", "/api/songs/surprise/dropped.flac")


def test_a_song_whose_name_not_every_disk_can_hold_is_told_its_new_one(
    visitor: Visitor, house: House, tune: Path
) -> None:
    page = visitor.go("songs")
    try:
        drop(page, ".folder-card[data-mood=sad]", "why? <b>.flac", tune.read_bytes())
        expect(page.locator("#uploads")).to_contain_text("is there as why_ _b_.flac")
    finally:
        for song in (house.songs / "sad").glob("why*"):
            song.unlink()


def test_a_session_that_ends_during_uploads_leads_to_the_door(visitor: Visitor, tune: Path) -> None:
    visitor.expected.add(401)
    page = visitor.go("songs/sad")
    expect(page.get_by_label("Choose songs")).to_be_attached()
    page.context.clear_cookies()
    page.get_by_label("Choose songs").set_input_files([tune, tune])
    expect(page.get_by_role("alert")).to_contain_text("You have been signed out")


def test_what_is_no_music_is_refused_with_a_reason(visitor: Visitor) -> None:
    page = visitor.go("songs")
    drop(page, '.folder-card[data-mood="happy"]', "letter.txt", b"dear box")
    expect(page.locator("#uploads")).to_contain_text("No music that the box plays")
    drop(page, '.folder-card[data-mood="happy"]', "empty.flac", b"")
    expect(page.locator("#uploads")).to_contain_text("The file is empty.")
    visitor.expected.add(415)
    drop(page, '.folder-card[data-mood="happy"]', "lie.flac", b"dear box, this is no music" * 100)
    expect(page.locator("#uploads .problem").first).to_contain_text(re.compile("lie.flac|flac|music", re.IGNORECASE))


@pytest.mark.slow
def test_a_song_that_is_there_already_is_not_written_over(visitor: Visitor, house: House) -> None:
    page = visitor.go("songs")
    visitor.expected.add(409)
    before = (house.songs / "happy" / "tone 0.flac").read_bytes()
    drop(page, '.folder-card[data-mood="happy"]', "tone 0.flac", (house.songs / "sad" / "tone 0.flac").read_bytes())
    expect(page.locator("#uploads .problem")).to_be_visible()
    assert (house.songs / "happy" / "tone 0.flac").read_bytes() == before
