"""Runs the checks of a bundle in a confined child process, so that no model can take the box down."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from appliance.lib.child_process import exit_words
from appliance.model.checks import MEMORY, CheckResults

PATIENCE = 90.0
"""Seconds for all checks together."""

_ORDER = ("format", "runtime", "golden", "finite", "latency")
_MOST = 64_000  # bytes that the child may say; its lines and a runtime's complaints are a few hundred each
_ROOT = Path(__file__).resolve().parents[2]


def check_in_sandbox(data: bytes, limit: float, patience: float = PATIENCE) -> Iterator[CheckResults]:
    """Each check's outcome as it comes; the last one is of `latency` if all passed, or of the check that failed.

    `limit` is the latency allowed in milliseconds a face, `patience` the seconds granted to all checks together.
    """
    with os.fdopen(os.memfd_create("bundle", os.MFD_CLOEXEC), "w+b") as memory:
        memory.write(data)
        memory.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "appliance.model.checks", str(limit)],
            stdin=memory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment(), start_new_session=True,
        )  # fmt: skip
    waiting = list(_ORDER)
    words = b""
    try:
        for line in _lines(child, time.monotonic() + patience):
            try:
                outcome = msgspec.json.decode(line, type=CheckResults)
            except msgspec.DecodeError:
                words = line
                continue
            yield outcome
            if not outcome.ok or waiting.pop(0) != outcome.check or not waiting:
                return
        yield CheckResults(check=waiting[0], ok=False, text=_how(child.wait(), words))
    except TimeoutError:
        yield CheckResults(check=waiting[0], ok=False, text=f"no answer within {patience:g} s")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        assert child.stdout
        child.stdout.close()


def _environment() -> dict[str, str]:
    """Of the caller's environment only what is needed to find libraries, and the path of this package."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return kept | single | {"PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _lines(child: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """The lines that the child writes. Raises TimeoutError at the deadline or when it talks without end."""
    assert child.stdout
    pending, heard = b"", 0
    while True:
        ready, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(child.stdout.fileno(), 4096) if ready else b""
        heard += len(chunk)
        if not ready or heard > _MOST:
            raise TimeoutError
        if not chunk:
            return
        *lines, pending = (pending + chunk).split(b"\n")
        yield from lines


def _how(status: int, words: bytes) -> str:
    said = words.decode(errors="replace").strip()[:300]
    how = f"it ended {exit_words(status)}"
    if -status in (signal.SIGKILL, signal.SIGABRT):
        how += f"; more than {MEMORY // 1_000_000} MB of memory are not granted"
    return f"{how}: {said}" if said else how
