import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.events import Looked, VisionHello, VisionLost
from appliance.domain.looks import CameraState
from appliance.link.server import LinkServer
from appliance.model.shipped import shipped_model
from appliance.vision import assets
from tests.machines.picture_search import file_holds_a_picture

ROOT = Path(__file__).resolve().parents[2]


def settings_file(folder, source, extra=""):
    file = folder / "moodbox.toml"
    file.write_text(f"[camera]\nsource = {str(source)!r}\nlooks_per_second = 5.0\nidle_seconds = 0.2\n{extra}")
    return file


def start(settings, link, folder=ROOT):
    command = [sys.executable, "-m", "appliance.vision", "--settings", settings, "--link", link]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment)


@contextlib.contextmanager
def vision(settings, link, folder=ROOT):
    process = start(settings, link, folder)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


SMALLEST_PICTURE = 20_000
"""Bytes of a frame that is compressed until nobody could be told by it any more."""


def written_and_open(pid):
    """Bytes that a process has caused to be written to disks, and the files it has open for writing."""
    proc = Path(f"/proc/{pid}")
    written = int(proc.joinpath("io").read_text().split("\nwrite_bytes: ")[1].split()[0])
    writable = [f for f in proc.joinpath("fd").iterdir() if f.lstat().st_mode & 0o200 and f.resolve().is_file()]
    return written, writable


class Conductor:
    def __init__(self, path):
        self.events = []
        self.server = LinkServer(path, self.events.append)

    async def __aenter__(self):
        await self.server.start()
        self.server.order_camera(True)
        return self

    async def __aexit__(self, *_):
        await self.server.stop()

    async def until(self, wanted, seconds=90.0):
        """The first event from now on that is as wanted."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while self.events:
                if wanted(event := self.events.pop(0)):
                    return event
            await asyncio.sleep(0.02)
        raise AssertionError("it did not come about")


def saw(faces):
    return lambda e: isinstance(e, Looked) and e.look.camera is CameraState.OPEN and len(e.look.faces) == faces


def camera_is(state):
    return lambda e: isinstance(e, Looked) and e.look.camera is state


async def test_a_picture_becomes_looks_over_the_socket(tmp_path):
    link = tmp_path / "link.sock"
    with vision(settings_file(tmp_path, assets.assets_folder() / assets.PORTRAIT), link) as process:
        async with Conductor(link) as conductor:
            hello = await conductor.until(lambda e: isinstance(e, VisionHello))
            assert "astronaut.png" in hello.source
            assert hello.model.startswith("moodbox")
            look = (await conductor.until(saw(1))).look
            assert look.size == (512, 512)
            assert look.faces[0].reading.top is Emotion.HAPPY
            assert abs(look.time - time.monotonic()) < 10
            conductor.server.order_camera(False)
            await conductor.until(camera_is(CameraState.OFF))
            conductor.server.order_camera(True)
            await conductor.until(saw(1))
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 90) == 0
            await conductor.until(lambda e: e == VisionLost())
            assert [line for line in process.stderr if "conductor" not in line] == []


async def test_the_stand_in_is_announced_and_its_film_moves(tmp_path):
    link = tmp_path / "link.sock"
    with vision(settings_file(tmp_path, "portrait"), link):
        async with Conductor(link) as conductor:
            hello = await conductor.until(lambda e: isinstance(e, VisionHello))
            assert "stands in" in hello.announcement
            boxes = {(await conductor.until(saw(1))).look.faces[0].box for _ in range(5)}
            assert len(boxes) == 5


async def test_a_conductor_that_restarts_is_found_again(tmp_path):
    link = tmp_path / "link.sock"
    with vision(settings_file(tmp_path, "portrait"), link) as process:
        for _ in range(2):
            async with Conductor(link) as conductor:
                await conductor.until(lambda e: isinstance(e, VisionHello))
                await conductor.until(saw(1))
        assert process.poll() is None


async def test_a_killed_vision_process_is_noticed_and_a_new_one_goes_on(tmp_path):
    link = tmp_path / "link.sock"
    settings = settings_file(tmp_path, "portrait")
    async with Conductor(link) as conductor:
        with vision(settings, link) as process:
            await conductor.until(saw(1))
            process.kill()
            await conductor.until(lambda e: e == VisionLost())
        with vision(settings, link):
            await conductor.until(saw(1))


async def test_a_picture_that_vanishes_and_returns(tmp_path, portrait):
    link, file = tmp_path / "link.sock", tmp_path / "a.png"
    cv2.imwrite(str(file), portrait)
    with vision(settings_file(tmp_path, file), link):
        async with Conductor(link) as conductor:
            await conductor.until(saw(1))
            file.unlink()
            failed = await conductor.until(camera_is(CameraState.FAILED))
            assert "a.png: cannot be read" in failed.look.problem
            cv2.imwrite(str(file), np.full((480, 640, 3), 120, np.uint8))
            await conductor.until(saw(0))


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
async def test_a_crash_leaves_no_pixel_on_disk(tmp_path, number):
    link, here = tmp_path / "link.sock", tmp_path / "here"
    here.mkdir()
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    with vision(settings_file(tmp_path, "portrait"), link, here) as process:
        async with Conductor(link) as conductor:
            await conductor.until(saw(1))
            assert resource.prlimit(process.pid, resource.RLIMIT_CORE) == (0, 0)
            process.send_signal(number)
            how = await asyncio.to_thread(os.waitid, os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            assert (how.si_code, how.si_status) == (os.CLD_KILLED, number)
            assert list(here.iterdir()) == []
            written = [file for file in tmp_path.rglob("*") if file.is_file()]
            assert [file for file in written if file_holds_a_picture(file)] == []


async def test_no_frame_is_ever_written_to_disk(tmp_path):
    link = tmp_path / "link.sock"
    settings = settings_file(tmp_path, "portrait")
    with vision(settings, link) as process:
        async with Conductor(link) as conductor:
            for _ in range(3):  # by then everything that it reads has been read
                await conductor.until(saw(1))
            before, open_files = written_and_open(process.pid)
            # A file that is read for the first time has its time of access noted, in blocks of the file system's.
            assert before < SMALLEST_PICTURE
            assert not open_files
            for _ in range(4):
                await conductor.until(saw(1))
            assert written_and_open(process.pid) == (before, [])


def test_a_bad_model_ends_it_with_one_clear_line(tmp_path):
    half = tmp_path / "half.moodmodel"
    half.write_bytes(shipped_model().read_bytes()[:2000])
    settings = settings_file(tmp_path, "portrait", f"[vision]\nmodel = {str(half)!r}\n")
    process = start(settings, tmp_path / "link.sock")
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    (line,) = [line for line in errors.splitlines() if line.startswith("vision: ")]
    assert "half.moodmodel" in line
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[camera]\nsorce = 'auto'\n", "did you mean 'source'"),
        ("[vision]\nmodel = '/none.moodmodel'\n", "/none.moodmodel"),
    ],
)
def test_bad_settings_end_it_with_one_clear_line(tmp_path, text, complaint):
    (tmp_path / "s.toml").write_text(text)
    process = start(tmp_path / "s.toml", tmp_path / "link.sock")
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    assert complaint in errors
