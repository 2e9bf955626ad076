"""A real PipeWire of the test's own, with loudspeakers that are plugged in and pulled out, and are listened to."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from tests.outputs.spectrum import Samples

NEEDS = ("pipewire", "pipewire-pulse", "wireplumber", "dbus-run-session", "pactl", "parec")
RATE = 44_100
_SECONDS = 60.0


class SoundServer:
    """PipeWire with PulseAudio's socket, in a run directory of its own; `environment` leads to it."""

    def __init__(self, folder: Path) -> None:
        run = folder / "x"
        run.mkdir(mode=0o700)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "PIPEWIRE_"))}
        self.environment = kept | {"XDG_RUNTIME_DIR": str(run), "HOME": str(folder), "XDG_STATE_HOME": str(folder)}
        self._run = run
        self._stack = ExitStack()

    def __enter__(self) -> SoundServer:
        self._start("pipewire")
        self._wait((self._run / "pipewire-0").is_socket)
        self._start("dbus-run-session", "--", "wireplumber")  # which wants a session's bus
        self._start("pipewire-pulse")
        self._wait((self._run / "pulse" / "native").is_socket)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, *command: str) -> None:
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)

    def _wait(self, what: Callable[[], object]) -> None:
        limit = time.monotonic() + _SECONDS
        while not what():
            assert time.monotonic() < limit, "PipeWire does not start"
            time.sleep(0.05)

    def _pactl(self, *words: str) -> str:
        command = ["pactl", *words]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def plug_in(self, name: str) -> str:
        """Plug a loudspeaker in; what is to be pulled out again."""
        number = self._pactl("load-module", "module-null-sink", f"sink_name={name}", "rate=44100")
        self._wait(lambda: f"\t{name}\t" in self._pactl("list", "short", "sinks"))
        return number

    def pull_out(self, plugged: str) -> None:
        self._pactl("unload-module", plugged)

    @contextmanager
    def listening(self, name: str) -> Iterator[Callable[[], Samples]]:
        """What is heard from a loudspeaker from now on: left and right, -1 to 1, so far."""
        file = Path(self.environment["HOME"]) / f"{name}.raw"
        form = ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=2", "--latency-msec=50")
        command = ["parec", f"--device={name}.monitor", *form]
        with file.open("wb") as heard:
            process = subprocess.Popen(command, env=self.environment, stdout=heard)
        try:
            self._wait(lambda: file.stat().st_size)

            def samples() -> Samples:
                data = file.read_bytes()
                return np.frombuffer(data[: len(data) // 4 * 4], "<i2").reshape(-1, 2).astype(np.float64) / 32_768

            yield samples
        finally:
            process.terminate()
            process.wait()
