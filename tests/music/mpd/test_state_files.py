"""MPD starts whatever has happened to the files that it keeps."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from appliance.doctor import checks
from appliance.music.mpd import state_files
from appliance.music.mpd.client import MpdClient, probe
from appliance.music.mpd.process import MpdProcess
from appliance.music.mpd.state_files import DATABASE, FILES, STATE, STICKERS, before_start, broken_files, problems
from appliance.settings.music import MusicSettings
from appliance.settings.settings import parse_settings
from tests.damage import damaged
from tests.music.mpd.test_process import serving


def truncated(file: Path) -> None:
    os.truncate(file, 5000)


def junk(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(5000))


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def no_table(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as stickers:
        stickers.execute("CREATE TABLE sticker(another INTEGER)")
        stickers.commit()


@asynccontextmanager
async def used_files(folder: Path) -> AsyncIterator[Path]:
    """MPD's own folder after MPD has run there."""
    async with serving(folder) as server:
        mpd = MpdClient(server.address, asyncio.Event())
        await mpd.open()
        while (await mpd.status()).updating:
            await asyncio.sleep(0.02)
        mpd.close()
    yield folder / "s" / "mpd"


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (STICKERS, truncated),
        (STICKERS, junk),
        (STICKERS, a_folder),
        (STICKERS, a_pipe),
        (STICKERS, no_table),
        (DATABASE, a_folder),
        (DATABASE, a_pipe),
        (STATE, a_folder),
        (STATE, a_pipe),
    ],
)
async def test_a_broken_file_of_mpds_is_set_aside_and_named(
    name: str, damage: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with used_files(tmp_path) as files:
        damage(files / name)
    async with serving(tmp_path) as server:
        assert await probe(server.address) >= "0.21"
        (aside,) = broken_files(files)
        assert aside.name.startswith(f"{name}.broken-")
        (problem,) = server.problems
        assert str(files / name) in problem
        assert aside.name in problem
    warned = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert [text for text in warned if "set aside" in text] == [problem.removeprefix("music: ")]
    found = [finding.text for finding in checks._mpd(parse_settings(f'[paths]\nstate = "{tmp_path / "s"}"'), None)]
    assert any(str(aside) in text for text in found)


async def test_files_that_are_well_stay(tmp_path: Path) -> None:
    async with used_files(tmp_path) as files:
        pass
    async with serving(tmp_path) as server:
        assert server.problems == ()
    assert broken_files(files) == []


async def test_mpd_starts_after_random_damage_to_its_stickers(tmp_path: Path) -> None:
    async with used_files(tmp_path) as files:
        whole = (files / STICKERS).read_bytes()
    chance = random.Random(11)
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 30, 3000))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (files / STICKERS).write_bytes(damaged)
        async with serving(tmp_path):
            pass


def test_what_kills_mpd_again_and_again_is_set_aside_once(tmp_path: Path) -> None:
    state, run = tmp_path / "state", tmp_path / "run"
    state.mkdir()
    (state / DATABASE).write_text("what makes MPD crash")
    for _ in range(state_files.STARTS - 1):
        before_start(state, run)
    assert broken_files(state) == []
    before_start(state, run)
    (aside,) = broken_files(state)
    assert aside.read_text() == "what makes MPD crash"
    assert len(problems(run)) == 1
    (state / DATABASE).write_text("it was not that")
    for _ in range(2 * state_files.STARTS):
        before_start(state, run)
    assert len(broken_files(state)) == 1


def test_starts_after_orderly_ends_are_no_reason_for_suspicion(tmp_path: Path) -> None:
    state, run = tmp_path / "state", tmp_path / "run"
    state.mkdir()
    for _ in range(2 * state_files.STARTS):
        before_start(state, run)
        time.sleep(0.03)  # the times of files come in steps of up to 10 ms
        (state / STATE).write_text("MPD has ended")
    assert broken_files(state) == []


def test_a_folder_that_cannot_be_written_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "run").write_text("a file where a folder belongs")
    before_start(tmp_path, tmp_path / "run")
    assert "cannot be examined" in caplog.text


def test_another_mpd_has_no_files_of_ours(tmp_path: Path) -> None:
    assert MpdProcess(tmp_path, tmp_path, tmp_path, MusicSettings(mpd="stereo.local")).problems == ()
    assert set(FILES) == {DATABASE, STATE, STICKERS}


@pytest.mark.parametrize("name", [DATABASE, STATE])
async def test_mpd_starts_after_random_damage_to_its_other_files(tmp_path: Path, name: str) -> None:
    async with used_files(tmp_path) as files:
        whole = (files / name).read_bytes()
    for seed in range(12):
        (files / name).write_bytes(damaged(whole, seed))
        async with serving(tmp_path) as server:
            assert await probe(server.address) >= "0.21"
