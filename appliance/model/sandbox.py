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
from typing import IO

import msgspec

from appliance.lib.child_process import exit_words
from appliance.model.checks import MEMORY, CheckResults

PATIENCE = 90.0
"""Seconds for all checks together."""

_REPETITIONS = 3  # processes that run the golden vectors
_ROUNDING = 0.001  # of a probability
_ORDER = ("format", "runtime", "golden", "finite", "latency")
_MOST = 64_000  # bytes that the child may say; its lines and a runtime's complaints are a few hundred each
_ROOT = Path(__file__).resolve().parents[2]


def check_in_sandbox(data: bytes, limit: float, patience: float = PATIENCE) -> Iterator[CheckResults]:
    """Each check's outcome as it comes; the last one is of `latency` if all passed, or of the check that failed.

    `limit` is the latency allowed in milliseconds a face, `patience` the seconds granted to all checks together. The
    golden vectors are run in several processes, one after the other, before `golden` counts as passed: what a damaged
    model finds next to it in memory is another thing in each.
    """
    deadline = time.monotonic() + patience
    with os.fdopen(os.memfd_create("bundle", os.MFD_CLOEXEC), "w+b") as memory:
        memory.write(data)
        first: tuple[float, ...] = ()
        for repetition in range(_REPETITIONS):
            last = repetition == _REPETITIONS - 1
            memory.seek(0)
            for outcome in _check_once(memory, limit if last else None, patience, deadline):
                if outcome.check == "golden" and outcome.ok:
                    if _differ(first or outcome.answers, outcome.answers):
                        yield CheckResults(
                            check="golden", ok=False, text="each process gets other golden vectors from it"
                        )
                        return
                    first = outcome.answers
                if not outcome.ok:
                    yield outcome
                    return
                # what the first process said of format and runtime stands, golden is told when all have agreed
                if (repetition == 0) is (outcome.check in _ORDER[:2]) and (last or outcome.check != "golden"):
                    yield outcome


def _differ(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    """Whether two processes' answers are those of different computations; rounding alone is no difference."""
    return len(first) != len(second) or any(abs(a - b) > _ROUNDING for a, b in zip(first, second, strict=True))


def _check_once(memory: IO[bytes], limit: float | None, patience: float, deadline: float) -> Iterator[CheckResults]:
    """The checks in one fresh process: all of them, or without a limit those up to `golden`."""
    child = subprocess.Popen(
        [sys.executable, "-m", "appliance.model.checks", *([] if limit is None else [str(limit)])],
        stdin=memory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment(), start_new_session=True,
    )  # fmt: skip
    waiting = list(_ORDER if limit is not None else _ORDER[:3])
    words = b""
    try:
        for line in _lines(child, deadline):
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
