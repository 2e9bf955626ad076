"""The map of all songs: drawn, moved, heard, corrected and taken back, and journeyed from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import SongTags
from appliance.domain.commands import BeginTrip, PlaceSong, TakeBackLesson
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.lessons import Lesson, LessonKind
from appliance.domain.status import CatalogueStatus
from appliance.journey.plane import Plane
from tests.journey.libraries import library
from tests.web.page.test_quality import AUDIT, check, nameless
from tests.web.page.visitor import COOKIE, Visitor, until
from tests.web.running_page import KNOWN, PASSWORD, RunningPage
from tests.web.served import Served, with_quick_passwords

SONGS = 60


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPage]:
    """A page whose box has heard sixty songs, one of them in a folder."""
    with with_quick_passwords(), Served(tmp_path_factory.mktemp("map")) as served:
        running = served.running
        files = sorted(["happy/sun.flac", KNOWN, *(f"library/song {number:02}.flac" for number in range(SONGS - 2))])
        places = np.random.default_rng(5).uniform(0.3, 0.9, (SONGS, 2)).astype(np.float32)
        row = files.index(KNOWN)
        places[row] = (0, 0)
        given = np.full(SONGS, -1, np.int8)
        given[0] = EMOTIONS.index(Emotion.HAPPY)
        running.plane = Plane.of(library(SONGS, files=tuple(files), places=places, given=given))
        database = CatalogueDatabase(running.settings.state_dir)
        database.begin_scan()
        database.take_page([SongTags(file=file, title=Path(file).stem.title(), modified="1") for file in files])
        database.end_scan(datetime.now(UTC))
        database.close()
        (running.settings.songs_dir / "library").mkdir(parents=True)
        soundfile.write(running.settings.songs_dir / KNOWN, np.zeros(44_100 * 3), 44_100, format="OGG")
        status = running.context.status
        counts = CatalogueStatus(songs=10_000, heard=3412, broken=0, changes=1, done_at="2026-01-01T04:10:00+00:00")
        object.__setattr__(running.context, "status", lambda: msgspec.structs.replace(status(), catalogue=counts))
        yield running


def cookie_of(running: RunningPage) -> str:
    """Of the owner, who has signed in."""
    headers = {"Origin": running.url, "Content-Type": "application/json"}
    ask = Request(f"{running.url}/api/session", json.dumps({"password": PASSWORD}).encode(), headers)  # noqa: S310
    with urlopen(ask, timeout=20) as answer:  # noqa: S310 - the test's own page
        return str(answer.headers["Set-Cookie"]).partition(";")[0].removeprefix(f"{COOKIE}=")


@pytest.fixture(params=["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def looking(request: pytest.FixtureRequest, chromium: Browser, mapped: RunningPage) -> Iterator[Visitor]:
    """The owner in front of the map."""
    with Visitor.at(chromium, mapped.url, request.param, cookie_of(mapped)) as visitor:
        visitor.page.goto("/#map")
        expect(visitor.page.locator(".map-cluster").first).to_be_visible()
        expect(visitor.page.locator("#map-progress")).to_contain_text("heard")  # nothing moves the map any more
        yield visitor


def choose_middle(page: Page) -> None:
    """Take the song in the middle, by keys."""
    page.locator("#map-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-song-title")).to_have_text("Rain")


def placed(mapped: RunningPage) -> list[PlaceSong]:
    return [each for each in mapped.emitted if isinstance(each, PlaceSong)]


def test_the_map_comes_with_its_clusters_and_how_far_the_box_is(looking: Visitor) -> None:
    page = looking.page
    expect(page.locator("#map-progress")).to_contain_text("3,412 of 10,000 heard, done about")
    names = page.locator(".map-cluster")
    assert names.count() >= 2
    names.first.click()
    expect(names.first).to_have_attribute("aria-pressed", "true")
    names.first.click()
    expect(names.first).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("link", name="Songs", exact=True).first).to_have_attribute("aria-current", "page")


def test_it_is_enlarged_and_moved_by_buttons_and_keys(looking: Visitor) -> None:
    page = looking.page
    canvas = page.locator("#map-canvas")
    expect(canvas).to_have_attribute("data-zoom", "1.00")
    page.get_by_role("button", name="Larger").click()
    expect(canvas).to_have_attribute("data-zoom", "1.60")
    canvas.focus()
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    page.keyboard.press("ArrowLeft")
    until(lambda: bool(canvas.evaluate("canvas => canvas.toDataURL()") != before))
    page.keyboard.press("0")
    expect(canvas).to_have_attribute("data-zoom", "1.00")


def test_a_song_that_is_tapped_is_heard_and_told_of(looking: Visitor) -> None:
    page = looking.page
    box = page.locator("#map-canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#map-song-title")).to_have_text("Rain")
    expect(page.locator("#map-song")).to_contain_text("plays for neutral")
    audio = page.locator("#map-song audio")
    until(lambda: bool(audio.evaluate("audio => audio.duration > 2")))
    page.goto("/#songs")
    expect(page.locator("#songs #listening")).to_be_attached()


def test_a_song_is_dragged_to_where_it_belongs_and_that_is_undone(looking: Visitor, mapped: RunningPage) -> None:
    page = looking.page
    choose_middle(page)
    mapped.emitted.clear()
    box = page.locator("#map-canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - box["width"] / 4, y, steps=4)
    page.mouse.up()
    looking.told("“Rain” lies there now.")
    [put] = placed(mapped)
    assert put.file == KNOWN
    assert put.place
    assert put.place == pytest.approx((-0.56, 0), abs=0.03)
    mapped.lessons.append(Lesson(KNOWN, LessonKind.PLACED, -0.56, 0.0, datetime.now(UTC), id=5))
    page.get_by_role("button", name="Undo").click()
    looking.told("“rain” is where it was.")
    assert mapped.emitted[-1] == TakeBackLesson(5, "page")
    mapped.lessons.clear()


def test_a_song_is_moved_by_keys_alone(looking: Visitor, mapped: RunningPage) -> None:
    page = looking.page
    choose_middle(page)
    mapped.emitted.clear()
    page.locator("#map-canvas").focus()
    for key in ("Shift+ArrowUp", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    looking.told("“Rain” lies there now.")
    assert [each.place for each in placed(mapped)] == [(0, 0.1)]


def test_a_song_is_given_an_emotion(looking: Visitor, mapped: RunningPage) -> None:
    page = looking.page
    choose_middle(page)
    mapped.emitted.clear()
    page.get_by_label("It is music for").select_option("sad")
    looking.told("“Rain” plays for sad now.")
    assert [each.emotion for each in placed(mapped)] == [Emotion.SAD]


def test_songs_like_one_are_listed_and_lead_on(looking: Visitor) -> None:
    page = looking.page
    choose_middle(page)
    page.get_by_role("button", name="Songs like this one").click()
    others = page.locator(".map-other")
    expect(others).to_have_count(8)
    name = others.first.locator("bdi").inner_text()
    looking.expected.add(404)  # the test has but one song's file
    others.first.click()
    expect(page.locator("#map-song-title")).to_have_text(name)


def test_it_leads_from_a_song_to_happy(looking: Visitor, mapped: RunningPage) -> None:
    page = looking.page
    choose_middle(page)
    page.get_by_role("button", name="Play from here to happy").click()
    looking.told("It begins with “Rain”.")
    until(lambda: any(isinstance(each, BeginTrip) and each.file == KNOWN for each in mapped.emitted))


def test_it_passes_the_audit_and_stays_on_the_page(looking: Visitor) -> None:
    page = looking.page
    choose_middle(page)
    page.get_by_role("button", name="Songs like this one").click()
    expect(page.locator(".map-other").first).to_be_visible()
    check(page.evaluate(AUDIT))
    assert nameless(page) == []


def test_a_song_outside_of_the_folders_is_heard_and_given_an_emotion_in_the_list(
    looking: Visitor, mapped: RunningPage
) -> None:
    page = looking.page
    page.goto("/#songs")
    expect(page.locator("#library-count")).to_have_text("60 songs")
    page.get_by_label("Search").fill("rain")
    expect(page.locator("#song-list li")).to_have_count(1)
    expect(page.locator("#song-list .song-mood")).to_contain_text("sounds like neutral")
    page.get_by_role("button", name="Listen to Rain here").click()
    audio = page.locator("#listening audio")
    until(lambda: bool(audio.evaluate("audio => audio.duration > 2")))
    mapped.emitted.clear()
    page.get_by_label("Select Rain").press("Space")  # the player may lie over it
    page.get_by_label("Move to").select_option("fear")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    looking.told("1 song is for fear now.")
    assert [(each.file, each.emotion) for each in placed(mapped)] == [(KNOWN, Emotion.FEAR)]
