"""Listens to files in a child process with limits of time and memory: what is in a file cannot take its parent along.

`python -m appliance.sound.child MEGABYTES` reads a line of JSON for each file from its standard input, a file's name,
and answers each with a line: what was heard, or `{"problem": …}`.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from appliance.sound.features import Unhearable
from appliance.sound.hear import Heard, analyse_file

SECONDS = 60.0
"""Granted to each file."""
MEMORY = 512
"""Megabytes granted to the child, and to each ffmpeg that it starts."""
_GOODBYE = 2.0
_MOST = 1 << 20
_ROOT = Path(__file__).resolve().parents[2]


class Ears:
    """Hears one file after the other in a child, which is started when needed and ended by `close`."""

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEMORY) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Ears:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hear(self, path: Path) -> Heard:
        """What is heard in a file. Raises Unhearable if that cannot be said, within the limits."""
        child = self._started()
        try:
            assert child.stdin
            child.stdin.write(json.dumps(os.fspath(path.absolute())).encode() + b"\n")
            child.stdin.flush()
            answer = self._answer(child)
        except BaseException:
            self.close()
            raise
        if "problem" in answer:
            if answer.get("spent"):
                self.close()
            raise Unhearable(answer["problem"])
        return _unpacked(answer)

    def close(self) -> None:
        """End the child; one that hangs on a disk is left behind."""
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_GOODBYE)
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            command = [sys.executable, "-m", "appliance.sound.child", str(self._megabytes)]
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=_environment(), start_new_session=True,
            )  # fmt: skip
        return self._child

    def _answer(self, child: subprocess.Popen[bytes]) -> dict[str, Any]:
        assert child.stdout
        deadline = time.monotonic() + self._seconds
        said = b""
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready or len(said) > _MOST:
                return {"problem": f"cannot be heard within {self._seconds:.0f} s", "spent": True}
            chunk = os.read(child.stdout.fileno(), 65_536)
            if not chunk:
                return {"problem": "broke the decoder, or needs too much memory", "spent": True}
            said += chunk
        answer: dict[str, Any] = json.loads(said)
        return answer


def main() -> None:
    """Hear what is named on the standard input until it ends."""
    limit = int(sys.argv[1]) << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        answer = json.dumps(_heard(Path(json.loads(line))))
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def _heard(path: Path) -> dict[str, Any]:
    try:
        return _packed(analyse_file(path))
    except Unhearable as error:
        return {"problem": str(error)}
    except OSError as error:
        return {"problem": f"cannot be read: {error.strerror or error}"}
    except MemoryError:
        return {"problem": "needs too much memory", "spent": True}


def _packed(heard: Heard) -> dict[str, Any]:
    return {
        "seconds": heard.seconds, "features": heard.features.tolist(), "version": heard.version,
        "valence": heard.valence, "arousal": heard.arousal, "tempo": heard.tempo, "mode": heard.mode,
        "sound": heard.sound.tolist(), "traits": heard.traits.tolist(),
    }  # fmt: skip


def _unpacked(answer: dict[str, Any]) -> Heard:
    arrays = {"features": np.float32, "sound": np.int8, "traits": np.int8}
    return Heard(**answer | {name: np.array(answer[name], kind) for name, kind in arrays.items()})


def _environment() -> dict[str, str]:
    """Of the caller's environment only what is needed to find programs, one thread, and the path of this package."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return kept | single | {"PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    main()
