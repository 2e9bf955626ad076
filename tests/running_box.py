"""A whole Moodbox as a process of its own, for tests that use it as its owner does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskOverride, AskSkip, AskStatus, NotRunning
from appliance.domain.emotions import EMOTIONS, Emotion

ROOT = Path(__file__).resolve().parents[1]
RATE = 44_100
PITCHES = {emotion: 300 + 100 * number for number, emotion in enumerate(EMOTIONS)}
"""The pitch in hertz of every test song of an emotion."""


def write_songs(folder: Path, emotions: Mapping[Emotion, int] | None = None, seconds: float = 20.0) -> Path:
    """Songs that are one steady tone each, whose pitch tells the emotion; two for each unless told otherwise."""
    for emotion, count in (emotions or dict.fromkeys(EMOTIONS, 2)).items():
        (folder / emotion).mkdir(parents=True, exist_ok=True)
        wave = 0.5 * np.sin(2 * np.pi * PITCHES[emotion] * np.arange(int(RATE * seconds)) / RATE)
        for number in range(count):
            soundfile.write(folder / emotion / f"tone {number}.flac", wave, RATE)
    return folder


def pitch(samples: bytes) -> float:
    """The strongest frequency in hertz of 16-bit stereo sound."""
    wave = np.frombuffer(samples[: len(samples) // 4 * 4], np.int16).reshape(-1, 2)[:, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.fft.rfftfreq(len(wave), 1 / RATE)[spectrum.argmax()])


def wait_for_status(
    socket: Path,
    what: Callable[[dict[str, Any]], bool],
    seconds: float,
    printed: Callable[[], str],
    alive: Callable[[], bool] = lambda: True,
) -> dict[str, Any]:
    """The first status for which `what` holds; fails with the last one and all that the box printed."""
    deadline = time.monotonic() + seconds
    status: dict[str, Any] = {}
    while time.monotonic() < deadline:
        assert alive(), f"the box ended:\n{printed()}"
        try:
            status = ask(socket, AskStatus())
        except NotRunning:
            pass
        else:
            if what(status):
                return status
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s; the last status:\n{json.dumps(status, indent=1)}\n{printed()}")


class RunningBox:
    """`moodbox run` in a folder of its own; what it prints is in `printed`."""

    def __init__(
        self, folder: Path, camera: str, songs: Path, settings: str = "", output: str = "null", source: Path = ROOT
    ) -> None:
        self.folder, self.source = folder, source
        self.settings = folder / "moodbox.toml"
        self.settings.write_text(
            f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n[camera]\nsource = "{camera}"\n'
            f'[music]\nsongs = "{songs}"\noutput = "{output}"\nport = 0\n{settings}\n'
            + ("" if "[web]" in settings else "[web]\nenabled = false\n")  # boxes that run side by side share one port
        )
        self._log = folder / "printed.txt"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "appliance.cli", "--settings", str(self.settings), "run"],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=source,
                env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(source)},
            )

    @property
    def printed(self) -> str:
        """What the box has printed so far."""
        return self._log.read_text()

    def status(self) -> dict[str, Any]:
        return ask(self.folder / "run" / SOCKET, AskStatus())

    def skip(self) -> None:
        ask(self.folder / "run" / SOCKET, AskSkip())

    def override(self, emotion: Emotion | None) -> None:
        ask(self.folder / "run" / SOCKET, AskOverride(emotion))

    def wait(self, what: Callable[[dict[str, Any]], bool], seconds: float = 90.0) -> dict[str, Any]:
        """The first status for which `what` holds; fails with the last one and all that was printed."""
        return wait_for_status(self.folder / "run" / SOCKET, what, seconds, lambda: self.printed, self._alive)

    def _alive(self) -> bool:
        return self.process.poll() is None

    def wait_printed(self, words: str, seconds: float = 90.0) -> None:
        """Wait until the box has printed these words."""
        deadline = time.monotonic() + seconds
        while words not in self.printed:
            assert time.monotonic() < deadline, f"{words!r} was not printed within {seconds} s:\n{self.printed}"
            time.sleep(0.1)

    def children(self) -> dict[str, int]:
        """The process ids of `vision` and `mpd`, as far as they live."""
        found = {}
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:  # it has just ended
                continue
            if b"appliance.vision" in command:
                found["vision"] = int(child)
            elif b"mpd.conf" in command:
                found["mpd"] = int(child)
        return found

    def kill(self, name: str) -> None:
        """End one of the box's children as a fault would: at once."""
        os.kill(self.children()[name], signal.SIGKILL)

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ask the box to stop, and return its exit status."""
        self.process.send_signal(by)
        return self.process.wait(90)


@contextmanager
def running_box(
    folder: Path, camera: str | Path, songs: Path, settings: str = "", output: str = "null", source: Path = ROOT
) -> Iterator[RunningBox]:
    """A running box of the tree at `source`, which is ended at the latest when the context closes."""
    box = RunningBox(folder, str(camera), songs, settings, output, source)
    try:
        yield box
    finally:
        if box.process.poll() is None:
            box.process.terminate()
            try:
                box.process.wait(60)
            except subprocess.TimeoutExpired:
                box.process.kill()
                box.process.wait()
