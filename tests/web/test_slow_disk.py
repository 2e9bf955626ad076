"""A card on which every fsync takes seconds keeps nobody waiting but who asked for something to be kept."""

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.songs.music import music
from tests.web.running_page import PASSWORD, Browser, RunningPage, staged, until

SONG = music(size=300_000)
PATIENCE = 20.0
"""Seconds after which an fsync ends though nobody was answered: somebody waits for it."""


class SlowDisk:
    """From `begin` to `end` every fsync takes until three more requests have been answered."""

    def __init__(self, begin: Callable[[], None]) -> None:
        self.begin = begin
        self.answered, self.syncing, self.kept_waiting = 0.0, 0, False

    def sync(self) -> None:
        enough, until_then = self.answered + 3, time.monotonic() + PATIENCE
        self.syncing += 1
        while self.answered < enough and not self.kept_waiting:
            self.kept_waiting = time.monotonic() > until_then
            time.sleep(0.005)
        self.syncing -= 1

    def end(self) -> None:
        self.answered = math.inf


@pytest.fixture
def slow_disk(running: RunningPage, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    def begin() -> None:
        running.settings.run_dir.mkdir()
        for name, kept in (("fsync", os.fsync), ("fdatasync", os.fdatasync)):
            monkeypatch.setattr(os, name, lambda file, kept=kept: (disk.sync(), kept(file)))

    disk = SlowDisk(begin)
    yield disk
    disk.end()


async def answered_during(disk: SlowDisk, browser: Browser, doing: Awaitable[Any]) -> Any:
    """Have another browser answered again and again while something is done; returns its result."""
    disk.begin()
    task = asyncio.ensure_future(doing)
    while not task.done() or disk.syncing:
        await asyncio.sleep(0.01)
        assert (await browser.ask("GET", "/api/session")).status == 200
        disk.answered += 1
    assert not disk.kept_waiting
    disk.end()
    return task.result()


async def delete_key(owner: Browser) -> Any:
    [key] = (await owner.ask("GET", "/api/tokens")).json
    return await owner.ask("DELETE", f"/api/tokens/{key['id']}")


WRITES: dict[str, Callable[[Browser], Awaitable[Any]]] = {
    "sign in": lambda owner: owner.sign_in(),
    "sign out": lambda owner: owner.ask("DELETE", "/api/session"),
    "change the password": lambda owner: owner.ask("POST", "/api/password", {"old": PASSWORD, "password": PASSWORD}),
    "make a key": lambda owner: owner.ask("POST", "/api/tokens", {"name": "y"}),
    "delete a key": delete_key,
    "upload": lambda owner: owner.ask("PUT", "/api/songs/happy/new.flac", data=SONG),
    "move": lambda owner: owner.ask("POST", "/api/songs/happy/a.flac/move", {"to": "sad"}),
    "delete": lambda owner: owner.ask("DELETE", "/api/songs/happy/a.flac"),
}


@pytest.mark.parametrize("what", WRITES)
async def test_while_something_is_kept_others_are_answered_at_once(
    running: RunningPage, owner: Browser, songs: Path, slow_disk: SlowDisk, what: str
) -> None:
    assert (await owner.ask("POST", "/api/tokens", {"name": "x"})).status == 201
    (songs / "happy" / "a.flac").write_bytes(SONG)
    other = await running.owner()
    assert (await answered_during(slow_disk, other, WRITES[what](owner))).status < 300


async def test_while_the_first_password_is_kept_others_are_answered(running: RunningPage, slow_disk: SlowDisk) -> None:
    asked = running.browser().ask("POST", "/api/password", {"password": PASSWORD})
    assert (await answered_during(slow_disk, running.browser(), asked)).status == 204


async def test_who_signs_in_does_not_wait_for_the_disk(owner: Browser, slow_disk: SlowDisk) -> None:
    slow_disk.begin()
    assert (await owner.sign_in()).status == 204
    assert not slow_disk.kept_waiting


async def test_a_key_that_is_not_on_disk_yet_is_not_shown(owner: Browser, slow_disk: SlowDisk) -> None:
    slow_disk.begin()
    making = asyncio.create_task(owner.ask("POST", "/api/tokens", {"name": "x"}))
    await until(lambda: slow_disk.syncing > 0)
    assert (await owner.ask("GET", "/api/tokens")).json == []
    assert not slow_disk.kept_waiting
    slow_disk.end()
    assert (await making).status == 201
    assert len((await owner.ask("GET", "/api/tokens")).json) == 1


async def test_keys_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    async with staged(tmp_path) as running:
        owner = await running.owner()
        made = await asyncio.gather(*(owner.ask("POST", "/api/tokens", {"name": str(n)}) for n in range(5)))
        assert [answer.status for answer in made] == [201] * 5
    async with staged(tmp_path) as running:
        listed = (await (await running.owner()).ask("GET", "/api/tokens")).json
        assert {key["name"] for key in listed} == set("01234")


async def test_a_password_that_cannot_be_kept_is_said_to_who_sets_it(running: RunningPage, owner: Browser) -> None:
    (running.settings.state_dir / "page-password.json.part").mkdir()
    answer = await owner.ask("POST", "/api/password", {"old": PASSWORD, "password": "battery staple"})
    assert answer.status == 507
    assert "cannot be written" in answer.json["error"]
    assert (await running.browser().sign_in()).status == 204
