"""The running box's part of updates: a real process that fetches, and a stand-in for the unit that installs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from appliance.app import update_watch
from appliance.app.update_watch import AGAIN, DAILY, UpdateWatch
from appliance.releases.keeper import UpdateKeeper
from appliance.releases.offer import ReleaseOffer, write_offer
from appliance.releases.places import FOLDER
from appliance.releases.wish import WISH, UpdateProgress, write_progress
from tests.releases.loopback import Loopback, loopback
from tests.releases.made import release, trusted

FILE = "moodbox-9.0.0.release"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PATIENCE = 180.0


@pytest.fixture
def web() -> Iterator[Loopback]:
    with loopback() as served:
        served.offer(FILE, release())
        yield served


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_watch, "FIRST", 0.0)
    monkeypatch.setattr(update_watch, "_EVERY", 0.02)


class Box:
    """The watch of a box whose places lie in a test's folder."""

    def __init__(self, folder: Path) -> None:
        self.places, self.folder, self.run_dir = trusted(folder), folder / "state" / FOLDER, folder / "run"
        (self.run_dir / FOLDER).mkdir(parents=True)
        self.said: list[str] = []
        self.now = NOW

    def watch(self, index: str) -> UpdateWatch:
        return UpdateWatch(self.folder, self.run_dir, index, lambda: self.now, self.said.append, self.places)

    def offered(self, web: Loopback) -> UpdateWatch:
        """The watch of a box that the index at `web` has offered a release today."""
        index, moment = f"{web.url}/index.json", NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        write_offer(self.folder, ReleaseOffer(index=index, checked=moment, version="9.0.0", url=f"{web.url}/{FILE}"))
        return self.watch(index)

    def install(self, status: int, *lines: str) -> None:
        """What the unit does, once there is a wish."""

        def run(_: Sequence[str], said: Callable[[str], None]) -> int:
            for line in lines:
                said(line)
            return status

        UpdateKeeper(self.folder, self.places, run).carry_out(self.run_dir / FOLDER / WISH)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


async def until(watch: UpdateWatch, reached: Callable[[], bool]) -> None:
    """Run the watch until something is so."""
    task = asyncio.create_task(watch.run())
    try:
        async with asyncio.timeout(PATIENCE):
            while not reached():
                assert not task.done(), task.exception()
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_without_an_index_nobody_is_asked(box: Box) -> None:
    watch = box.watch("")
    watch.look()
    looks = 0

    def a_while() -> bool:
        nonlocal looks
        looks += 1
        return looks > 20

    await until(watch, a_while)
    assert watch.status().checked is None
    assert not watch.status().index
    assert not box.folder.exists()


async def test_the_index_is_asked_and_its_offer_shown(box: Box, web: Loopback) -> None:
    watch = box.watch(f"{web.url}/index.json")
    await until(watch, lambda: watch.status().latest is not None)
    status = watch.status()
    assert (status.latest, status.summary, status.stage, status.problem) == ("9.0.0", "- It sings.", None, None)
    assert status.possible
    assert watch.offer.signer == "maker"
    assert len(box.said) == 1
    assert box.said[0].startswith("Moodbox 9.0.0 is on offer")


@pytest.mark.parametrize(
    ("passed", "problem", "due"),
    [
        (DAILY - timedelta(minutes=1), "", False),
        (DAILY, "", True),
        (AGAIN, "gone", True),
        (AGAIN - timedelta(minutes=1), "gone", False),
        (-timedelta(days=400), "", True),
    ],
)
def test_it_is_asked_again_after_a_day(box: Box, passed: timedelta, problem: str, due: bool) -> None:
    watch = box.watch("https://example.org/index.json")
    watch._offer = ReleaseOffer(checked=(NOW - passed).strftime("%Y-%m-%dT%H:%M:%SZ"), problem=problem)
    assert watch._due() == due


async def test_what_is_on_offer_is_fetched_and_handed_over(box: Box, web: Loopback) -> None:
    watch = box.offered(web)
    watch.install()
    await until(watch, lambda: watch.status().stage == "checking")
    assert (box.folder / FILE).read_bytes() == release()
    box.install(1, "moodbox: the update was not taken: it did not play")
    await until(watch, lambda: watch.status().stage is None)
    assert watch.status().problem == "the update was not taken: it did not play"
    assert "The update was not taken: the update was not taken: it did not play" in box.said


async def test_a_fetch_that_was_killed_goes_on_at_the_next_wish(box: Box, web: Loopback) -> None:
    large = {"appliance/__init__.py": b"", "provisioning/update.sh": b"", "models/large": bytes(3_000_000)}
    web.files[f"/{FILE}"] = data = release(content=large)
    over = threading.Event()

    def stops(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:1_000_000])
        handler.wfile.flush()
        over.wait(PATIENCE)

    web.deeds[f"/{FILE}"] = stops
    watch = box.offered(web)
    watch.install()
    # the box is stopped in the middle of it, and the process ends with it
    await until(watch, lambda: (watch.status().share or 0) > 0.1)
    over.set()
    (part,) = box.folder.glob("*.part")
    have = part.stat().st_size
    assert 0 < have <= 1_000_000
    del web.deeds[f"/{FILE}"]
    web.asked.clear()
    again = box.offered(web)
    again.install()
    await until(again, (box.run_dir / FOLDER / WISH).exists)
    assert (box.folder / FILE).read_bytes() == data
    assert [headers["Range"] for _, headers in web.asked if "Range" in headers] == [f"bytes={have}-"]


async def test_what_cannot_be_fetched_says_why(box: Box, web: Loopback) -> None:
    watch = box.offered(web)
    web.files[f"/{FILE}"] = release()[:-3] + b"???"
    watch.install()
    await until(watch, lambda: watch.status().problem is not None)
    assert "was altered" in (watch.status().problem or "")
    assert watch.status().stage is None
    assert not (box.run_dir / FOLDER / WISH).exists()


async def test_a_unit_that_does_not_begin_is_told(box: Box, web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_watch, "BEGUN", 0.05)
    watch = box.offered(web)
    watch.install()
    await until(watch, lambda: watch.status().problem is not None)
    assert "systemctl status moodbox-update" in (watch.status().problem or "")


async def test_an_update_that_somebody_else_has_begun_is_shown(box: Box) -> None:
    watch = box.watch("")
    write_progress(box.places.progress, UpdateProgress(id="a", stage="installing", version="9.0.0", text="On trial"))
    await until(watch, lambda: watch.status().stage == "installing")


async def test_what_was_offered_is_known_after_a_restart(box: Box) -> None:
    index = "https://192.0.2.1/index.json"
    moment = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    write_offer(box.folder, ReleaseOffer(index=index, checked=moment, version="9.0.0", url=index, notes="x" * 400))
    watch = box.watch(index)
    await until(watch, lambda: watch.status().latest == "9.0.0")
    assert len(watch.status().summary) == 250
