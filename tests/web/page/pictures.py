"""The pictures of the page in README and the owner's documents, made anew: `python -m tests.web.page.pictures`.

They show a staged box: songs, faces and networks are made up, so that nobody's own are seen. Writes page.png,
player.png, songs.png and mirror.png, and of the first steps set-up-wifi.png and set-up-password.png into docs/owner.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import SongTags
from appliance.domain import events
from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Policy
from appliance.domain.reasons import MoodSeen
from appliance.web.portal import PATH
from appliance.wifi.messages import FOLDER, SetupState, state_file, write_state
from appliance.wifi.networks import WifiNetwork
from tests.running_box import write_songs
from tests.web.page.visitor import COOKIE
from tests.web.running_page import SONG, RunningPage, staged

ROOT = Path(__file__).resolve().parents[3]
TITLES = (
    ("Morning at the harbour", "Lotte Brandt", "Tides"),
    ("Seven small lanterns", "The Paper Boats", "Night market"),
    ("Run, little fox", "Kite & Cable", "Autumn games"),
    ("What the rain said", "Ines Moreau", "Windows"),
    ("A long way from Lund", "Nordvik Quartet", "Letters home"),
    ("Lemon tree waltz", "Casa Verde", "Sunday table"),
    ("Slow train, open sky", "Harold Finch", "Timetables"),
)
BECAUSE = MoodSeen(emotion=Emotion.HAPPY, people=2, seen=5, led=4, unit="minute", policy=Policy.MATCH)


def _file(number: int, emotion: Emotion) -> str:
    return f"{emotion}/{TITLES[number % len(TITLES)][0]}.flac"


def _fill_catalogue(folder: Path) -> None:
    database = CatalogueDatabase(folder)
    database.begin_scan()
    songs = (
        SongTags(file=f"{emotion}/{title}.flac", title=title, artist=artist, album=album, duration=151.0 + 17 * number)
        for number, (title, artist, album) in enumerate(TITLES)
        for emotion in (EMOTIONS[number % len(EMOTIONS)],)
    )
    database.take_page(list(songs))
    database.end_scan(datetime.now(UTC))
    database.close()


def _faces(turn: int) -> Iterator[Face]:
    """Two people, one ever gladder."""
    glad = min(0.95, 0.6 + 0.03 * turn)
    for x, reading in (
        (0.62, {Emotion.HAPPY: glad, Emotion.NEUTRAL: 1 - glad}),
        (0.2, {Emotion.HAPPY: 0.5, Emotion.SURPRISE: 0.2 + 0.02 * turn, Emotion.NEUTRAL: 0.3 - 0.02 * turn}),
    ):
        yield Face((640 * x, 120, 130, 160), 0.9, Reading.of(reading), 1.5)


async def _live(running: RunningPage) -> None:
    for turn in range(10_000):
        look = Look(running.clock.monotonic(), CameraState.OPEN, tuple(_faces(turn % 14)), (640, 480), 0.5, 10.0)
        running.send(events.Looked(look))
        await asyncio.sleep(0.5)


def _play(running: RunningPage) -> None:
    title, artist, album = TITLES[0]
    queue = tuple(
        events.QueuedSong(_file(number, Emotion.HAPPY), *TITLES[number][:2], emotion=Emotion.HAPPY, reason=BECAUSE)
        for number in (1, 2, 3)
    )
    playing = replace(
        SONG, file=_file(0, Emotion.HAPPY), title=title, artist=artist, album=album, duration=214.0, elapsed=83.0,
        emotion=Emotion.HAPPY, reason=BECAUSE, ours=True, queue=queue,
    )  # fmt: skip
    running.send(events.PlayerChanged(playing))


async def _shoot(browser: Browser, running: RunningPage, cookie: str, place: Path) -> None:
    for name, path, size, scheme in (
        ("page", "/", (1440, 860), "light"),
        ("player", "/", (390, 844), "dark"),
        ("songs", "/#songs", (1100, 860), "light"),
        ("mirror", "/mirror", (1280, 720), "dark"),
    ):
        context = await browser.new_context(
            base_url=running.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        await context.add_cookies([{"name": COOKIE, "value": cookie, "url": running.url}])
        page: Page = await context.new_page()
        await page.goto(path)
        await page.wait_for_timeout(5_000)
        await page.screenshot(path=place / f"{name}.png")
        await context.close()


async def _shoot_set_up(browser: Browser, folder: Path, place: Path) -> None:
    """A box that is set up from a phone: the choice of a Wi-Fi in its access point, and of a password at home."""
    run = folder / "run"
    (run / FOLDER).mkdir(parents=True)
    state_file(run).parent.mkdir()
    networks = tuple(
        WifiNetwork(ssid=name.encode().hex(), kind="wpa" if locked else "open", signal=signal)
        for name, locked, signal in (("At home", True, 88), ("Lantern Café", False, 61), ("Number 12", True, 40))
    )
    write_state(state_file(run), SetupState(name="Moodbox-1A2B", address="127.0.0.1", networks=networks))
    async with staged(folder) as running:
        context = await browser.new_context(
            base_url=running.url, viewport={"width": 390, "height": 610}, locale="en-US", device_scale_factor=2
        )
        page = await context.new_page()
        for name, path in (("set-up-wifi", PATH), ("set-up-password", "/")):
            await page.goto(path)
            if path == PATH:
                await page.get_by_label("At home").check()
            await page.screenshot(path=place / f"{name}.png")
        await context.close()


async def make_pictures(place: Path) -> None:
    """Write the pictures into a folder."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_songs(folder / "songs", seconds=1)
        async with staged(folder, mood__first_after=2.0, mood__min_looks=2, mood__policy="match") as running:
            cookie = {each.key: each.value for each in (await running.owner()).session.cookie_jar}[COOKIE]
            _fill_catalogue(running.settings.state_dir)
            _play(running)
            living = asyncio.create_task(_live(running))
            await asyncio.sleep(4)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
                )
                await _shoot(browser, running, cookie, place)
                await _shoot_set_up(browser, folder / "new", place)
                await browser.close()
            living.cancel()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(make_pictures(ROOT / "docs" / "owner"))
