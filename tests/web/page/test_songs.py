"""Songs: counted, added, found, heard, moved and deleted."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.page.visitor import House, Visitor, until


def folder(page: Page, emotion: str) -> None:
    """Show the songs of an emotion."""
    page.get_by_role("button", name=re.compile(f"^{emotion}")).click()
    expect(page.get_by_role("heading", name=f"Songs for {emotion}")).to_be_visible()


def song(page: Page, title: str) -> Locator:
    """The row of a song."""
    return page.locator("#song-list li").filter(has=page.locator(".name", has_text=re.compile(f"^{re.escape(title)}$")))


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


CUT = """() => [...document.querySelectorAll(".folder-card > span")].filter((node) => {
    const [words, card] = [node, node.parentElement].map((each) => each.getBoundingClientRect().right);
    return node.scrollWidth > node.clientWidth || words > card;
}).map((node) => node.textContent)"""


def test_every_folders_words_have_room_at_every_width(visitor: Visitor) -> None:
    page = visitor.go("songs")
    expect(page.locator(".folder-card")).to_have_count(7)
    for width in (320, 360, 600, 704, 720, 820, 960, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(CUT) == [], f"at a width of {width} pixels"


def test_what_cannot_be_played_is_named(visitor: Visitor, house: House) -> None:
    broken = house.songs / "angry" / "broken.mp3"
    broken.write_bytes(b"")
    try:
        page = visitor.go("songs")
        expect(page.get_by_role("button", name=re.compile("^angry"))).to_contain_text("1 amiss")
        expect(page.locator("#amiss")).to_contain_text("broken.mp3")
        expect(page.locator("#amiss")).to_contain_text("copy it again")
    finally:
        broken.unlink()


def test_songs_are_found_by_their_words_and_sorted(visitor: Visitor) -> None:
    page = visitor.go("songs")
    expect(page.locator("#library-count")).to_have_text("14 songs", timeout=60_000)
    page.get_by_label("Search").fill("fear tone 1")
    expect(page.locator("#library-count")).to_have_text("1 song")
    expect(page.locator("#song-list li")).to_have_count(1)
    page.get_by_label("Search").fill("no such thing")
    expect(page.locator("#library-count")).to_have_text("Nothing is called so.")
    page.get_by_label("Search").fill("")
    folder(page, "sad")
    expect(page.locator("#library-count")).to_have_text("2 songs")
    page.get_by_label("Sort by").select_option("duration")
    expect(page.locator("#song-list li .length").first).to_have_text("0:45")


def test_a_song_is_chosen_uploaded_heard_moved_back_and_deleted(visitor: Visitor, house: House, tune: Path) -> None:
    page = visitor.go("songs/sad")
    page.locator("#pick").set_input_files(tune)
    expect(page.locator("#uploads")).to_contain_text("is there")
    assert (house.songs / "sad" / tune.name).read_bytes() == tune.read_bytes()
    expect(song(page, "a new tune")).to_be_visible(timeout=40_000)
    page.get_by_role("button", name="Close", exact=True).locator("visible=true").click()

    page.get_by_role("button", name="Listen to a new tune here").click()
    audio = page.locator("#listening audio")
    until(lambda: audio.evaluate("audio => audio.duration > 40"))
    assert page.evaluate("navigator.mediaSession.metadata.title") == "a new tune"
    page.get_by_role("button", name="Stop listening").click()
    expect(audio).to_be_hidden()

    page.get_by_label("Select a new tune").check(force=True)
    page.get_by_label("Move to").select_option("fear")
    assert (house.songs / "sad" / tune.name).exists()
    page.get_by_role("button", name="Move", exact=True).click()
    visitor.told("1 song moved to fear.")
    expect(page.get_by_role("heading", name="Songs for sad")).to_be_focused()
    assert (house.songs / "fear" / tune.name).exists()
    page.get_by_role("button", name="Undo").click()
    visitor.told("1 song moved back.")
    assert (house.songs / "sad" / tune.name).exists()

    expect(song(page, "a new tune")).to_be_visible(timeout=40_000)
    page.get_by_label("Select a new tune").check(force=True)
    page.get_by_role("button", name="Delete").locator("visible=true").click()
    visitor.confirm("Delete")
    visitor.told("1 song deleted.")
    assert not (house.songs / "sad" / tune.name).exists()
    expect(page.get_by_role("heading", name="Songs for sad")).to_be_focused()


def test_many_songs_are_moved_at_once_by_dragging(visitor: Visitor, house: House) -> None:
    page = visitor.go("songs/disgust")
    try:
        for number in (0, 1):
            page.get_by_label(f"Select tone {number}").check(force=True)
        expect(page.locator("#selection-count")).to_have_text("2 songs selected")
        (house.songs / "angry" / "tone 0.flac").rename(house.songs / "angry" / "kept 0.flac")
        (house.songs / "angry" / "tone 1.flac").rename(house.songs / "angry" / "kept 1.flac")
        transfer = page.evaluate_handle("new DataTransfer()")
        page.locator("#song-list li").first.dispatch_event("dragstart", {"dataTransfer": transfer})
        page.dispatch_event('.folder-card[data-mood="angry"]', "drop", {"dataTransfer": transfer})
        visitor.told("2 songs moved to angry.")
        assert len(list((house.songs / "angry").glob("*.flac"))) == 4
    finally:
        for number in (0, 1):
            moved = house.songs / "angry" / f"tone {number}.flac"
            if not (house.songs / "disgust" / moved.name).exists():
                moved.rename(house.songs / "disgust" / moved.name)
            kept = house.songs / "angry" / f"kept {number}.flac"
            if kept.exists():
                kept.rename(moved)


def test_songs_are_dropped_onto_a_mood_and_seen_on_another_phone(
    visitor: Visitor, chromium: Browser, house: House, tune: Path
) -> None:
    page = visitor.go("songs")
    with Visitor.at(chromium, house.url, "phone", house.cookie) as other:
        second = other.go("songs/surprise")
        expect(song(second, "tone 0")).to_be_visible()
        drop(page, '.folder-card[data-mood="surprise"]', "dropped.flac", tune.read_bytes()[:200_000])
        try:
            expect(page.locator("#uploads")).to_contain_text("is there")
            expect(page.get_by_role("button", name=re.compile("^surprise"))).to_contain_text("3 songs")
            expect(song(second, "dropped")).to_be_visible(timeout=40_000)
        finally:
            house.ask("DELETE", "/api/songs/surprise/dropped.flac")


def test_an_upload_is_seen_in_every_section_cancelled_and_tried_again(visitor: Visitor, house: House) -> None:
    page = visitor.go("songs")
    visitor.expected.add(0)
    page.route("**/api/songs/happy/*", lambda _: None)  # it is on its way for as long as it likes
    drop(page, '.folder-card[data-mood="happy"]', "slow.flac", (house.songs / "sad" / "tone 0.flac").read_bytes())
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("complementary", name="Uploads")).to_be_visible()
    expect(page.locator("#uploads-sum")).to_have_text("0 of 1")
    page.get_by_role("button", name="Cancel").locator("visible=true").click()
    expect(page.locator("#uploads .problem")).to_have_text("Cancelled.")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.unroute("**/api/songs/happy/*")
    page.get_by_role("button", name="Try again").click()
    try:
        expect(page.locator("#uploads")).to_contain_text("is there")
        expect(page.locator("#uploads-sum")).to_have_text("1 of 1")
    finally:
        house.ask("DELETE", "/api/songs/happy/slow.flac")


def test_a_song_whose_name_not_every_disk_can_hold_is_told_its_new_one(
    visitor: Visitor, house: House, tune: Path
) -> None:
    page = visitor.go("songs")
    try:
        drop(page, ".folder-card[data-mood=sad]", "why? <b>.flac", tune.read_bytes())
        expect(page.locator("#uploads")).to_contain_text("is there as why_ _b_.flac")
    finally:
        for file in (house.songs / "sad").glob("why*"):
            file.unlink()


def test_a_long_name_stays_on_the_page_and_a_turned_one_turns_nothing_else(
    visitor: Visitor, house: House, tune: Path
) -> None:
    names = ("a" * 190, "turned \u202e txt.exe")
    page = visitor.go("songs/fear")
    try:
        for name in names:
            (house.songs / "fear" / f"{name}.flac").write_bytes(tune.read_bytes()[:150_000])
        expect(song(page, names[0])).to_be_visible(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        turned = page.locator("#song-list li .name bdi", has_text="turned")
        assert turned.evaluate("node => getComputedStyle(node).unicodeBidi") == "isolate"
    finally:
        for name in names:
            (house.songs / "fear" / f"{name}.flac").unlink()


def test_a_session_that_ends_during_uploads_leads_to_the_door(visitor: Visitor, tune: Path) -> None:
    visitor.expected.add(401)
    page = visitor.go("songs/sad")
    expect(page.locator("#drop")).to_be_visible()
    page.context.clear_cookies()
    page.locator("#pick").set_input_files([tune, tune])
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
