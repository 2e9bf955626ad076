"""The analyser's process and the box's end of its socket together, over real files."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import numpy as np
import pytest
import soundfile

from appliance.analyser import server as module
from appliance.analyser.messages import ListenTo, Ready, encode
from appliance.analyser.server import AnalyserServer
from appliance.catalogue import catalogue as catalogue_module
from appliance.catalogue.catalogue import Catalogue
from appliance.catalogue.songs import Counts
from tests.catalogue.songs import NOW, song
from tests.hung_mount import hung_mount

ROOT = Path(__file__).parents[2]


def tune(file: Path, seed: int = 0, seconds: float = 6.0) -> Path:
    """A chord whose loudness beats, different for each seed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    at = np.arange(int(22_050 * seconds)) / 22_050
    wave = sum(np.sin(2 * np.pi * pitch * at) for pitch in rng.uniform(100, 2000, 3))
    soundfile.write(file, 0.1 * wave * (2 + np.sign(np.sin(2 * np.pi * rng.uniform(1, 3) * at))), 22_050)
    return file


def state_of(pid: int) -> str:
    """The kernel's letter for what a process does; empty once it has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def megabytes(pid: int) -> float:
    """What a process has in memory, its share of what it shares with others; 0 once it has gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")), 0.0)


class Listening:
    """A catalogue, a server, and an analyser that may be killed; songs lie in `songs`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.songs = folder, folder / "songs"
        self.socket = folder / "work.sock"
        self.catalogue = Catalogue(folder / "state", lambda: NOW)
        self.reason = ""
        self.server = AnalyserServer(self.socket, lambda: self.songs, self.catalogue, lambda: self.reason)
        self.process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Listening:
        self._task = asyncio.create_task(self.catalogue.run())
        await self.server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        await self.server.stop()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.catalogue.close()

    def start(self, content_seconds: float = 60.0) -> None:
        # On a machine that is busy with tests the idle class would hardly ever have its turn.
        program = (
            "import appliance.analyser.process as p; p._step_back = lambda: None; p._TURN = 0.2; "
            f"p.CONTENT_SECONDS = {content_seconds}; p.main()"
        )
        self.process = subprocess.Popen([sys.executable, "-c", program, "--socket", str(self.socket)], cwd=ROOT)

    async def tell(self, *files: str) -> None:
        await self.catalogue.begin_scan()
        await self.catalogue.take_page([song(file) for file in files])
        await self.catalogue.end_scan()
        while self.catalogue.counts.songs != len(files):
            await asyncio.sleep(0.01)

    async def until(self, counts: Counts, seconds: float = 120.0) -> None:
        async with asyncio.timeout(seconds):
            while self.catalogue.counts != counts:
                await asyncio.sleep(0.05)

    def child(self) -> int | None:
        """The process id of the child that listens to a song."""
        assert self.process
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(text.split()[0]) if text.strip() else None


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "SOON", 0.01)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.1)


async def test_songs_are_heard_and_junk_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with Listening(tmp_path) as box:
        good = [f"library/{number}.flac" for number in range(3)]
        for number, file in enumerate(good):
            tune(box.songs / file, number)
        (box.songs / "library/junk.mp3").write_bytes(np.random.default_rng(1).bytes(50_000))
        (box.songs / "library/empty.ogg").write_bytes(b"")
        soundfile.write(box.songs / "library/silent.flac", np.zeros(200_000), 22_050)
        (box.songs / "library/cut.flac").write_bytes((box.songs / good[0]).read_bytes()[:3000])
        os.mkfifo(box.songs / "library/fifo.flac")
        bad = ["library/junk.mp3", "library/empty.ogg", "library/silent.flac", "library/cut.flac", "library/fifo.flac"]
        await box.tell(*good, *bad)
        box.start()
        await box.until(Counts(songs=8, heard=3, broken=5))
        told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert sorted(text.split(" cannot be listened to: it ")[0] for text in told) == sorted(bad)
        while box.catalogue.index().heard().sum() != 3:
            await asyncio.sleep(0.05)


async def test_a_moved_song_and_a_copy_are_not_heard_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Listening(tmp_path) as box:
        tune(box.songs / "library/a.flac")
        await box.tell("library/a.flac")
        box.start()
        await box.until(Counts(songs=1, heard=1))
        data = (box.songs / "library/a.flac").read_bytes()
        (box.songs / "library/a.flac").rename(box.songs / "library/b.flac")
        (box.songs / "library/copy.flac").write_bytes(data)
        monkeypatch.setattr(box.catalogue, "write_heard", None)  # called, it would end the analyser's connection
        await box.tell("library/b.flac", "library/copy.flac")
        await box.until(Counts(songs=2, heard=2))


async def test_whatever_is_killed_the_songs_are_heard_in_the_end(tmp_path: Path) -> None:
    files = [f"library/{number}.flac" for number in range(6)]
    async with Listening(tmp_path) as box:
        for number, file in enumerate(files):
            tune(box.songs / file, number, 20.0)
        await box.tell(*files)
        box.start()
        async with asyncio.timeout(90):
            while (child := box.child()) is None:
                await asyncio.sleep(0.005)
        assert box.process
        box.process.send_signal(signal.SIGKILL)
        box.process.wait()
        async with asyncio.timeout(60):
            while state_of(child) not in ("", "Z"):
                await asyncio.sleep(0.05)
        box.start()
        await box.until(Counts(songs=6, heard=6))


async def test_while_there_are_better_things_to_do_the_child_is_held(tmp_path: Path) -> None:
    async with Listening(tmp_path) as box:
        tune(box.songs / "library/long.flac", 1, 120.0)
        await box.tell("library/long.flac")
        box.start()
        async with asyncio.timeout(90):
            while (child := box.child()) is None:
                await asyncio.sleep(0.005)
        box.reason = "somebody has just come"
        async with asyncio.timeout(60):
            while state_of(child) != "T":
                await asyncio.sleep(0.02)
        assert box.server.waiting == "somebody has just come"
        box.reason = ""
        await box.until(Counts(songs=1, heard=1))


async def test_a_disk_that_is_away_breaks_no_song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNREACHABLE", 2)
    monkeypatch.setattr(module, "UNREACHABLE_REST", 1.0)
    files = ["library/a.flac", "library/b.flac", "library/c.flac"]
    async with Listening(tmp_path) as box:
        await box.tell(*files)
        box.start()
        async with asyncio.timeout(90):
            while box.server.waiting != "the songs' disk cannot be read":
                await asyncio.sleep(0.05)
        for number, file in enumerate(files):
            tune(box.songs / file, number)
        await box.until(Counts(songs=3, heard=3))


async def test_an_impostor_at_the_socket_is_left(tmp_path: Path) -> None:
    async with Listening(tmp_path) as box:
        tune(box.songs / "library/a.flac")
        await box.tell("library/a.flac")
        for said in (b"nonsense\n", encode(Ready(1)) * 3, b"x" * 200_000, encode(ListenTo(1, "/"))):
            reader, writer = await asyncio.open_unix_connection(box.socket)
            writer.write(said)
            with contextlib.suppress(ConnectionResetError):  # where it was left with some of it unread
                async with asyncio.timeout(60):
                    while await reader.read(4096):
                        pass
            writer.close()
        box.start()
        await box.until(Counts(songs=1, heard=1))


async def test_listening_takes_little_memory(tmp_path: Path) -> None:
    async with Listening(tmp_path) as box:
        noise = np.random.default_rng(1).normal(0, 0.1, (44_100 * 100, 2))
        (box.songs / "library").mkdir(parents=True)
        soundfile.write(box.songs / "library/long.flac", noise, 44_100)
        await box.tell("library/long.flac")
        box.start()
        assert box.process
        peak = 0
        while box.catalogue.counts.left:
            peak = max(peak, sum(megabytes(pid) for pid in (box.process.pid, box.child()) if pid))
            await asyncio.sleep(0.02)
        assert box.catalogue.counts == Counts(songs=1, heard=1)
        assert 20 < peak < 110


@pytest.mark.needs("root")
async def test_a_share_that_hangs_holds_up_no_song_elsewhere(tmp_path: Path) -> None:
    async with Listening(tmp_path) as box:
        (box.songs / "library/nas").mkdir(parents=True)
        tune(box.songs / "library/a.flac")
        with hung_mount(box.songs / "library/nas"):
            await box.tell("library/a.flac", "library/nas/b.flac")
            box.start(content_seconds=5.0)
            await box.until(Counts(songs=2, heard=1))
