"""The checks that a bundle must pass on this box before it may be in force: `python -m appliance.model.checks`.

A process of its own (see `checker`), for a model is a program: it may crash its runtime, eat all memory or never end.
The bundle comes in on standard input, a line of JSON for each check goes out.
"""

from __future__ import annotations

import contextlib
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:  # at run time numpy is imported under the limits
    import numpy as np
    from numpy.typing import NDArray

MEMORY = 256_000_000
"""Bytes that the checks may use for data. The model that ships needs about 40 MB, the interpreter included."""
PROCESSOR = 60
"""Seconds of processor time that the checks may use."""

_WARM_UP, _RUNS = 3, 15


class CheckResults(msgspec.Struct, frozen=True, kw_only=True):
    """One check's outcome."""

    check: str
    """`format`, `runtime`, `golden`, `finite` or `latency`."""
    ok: bool
    text: str
    value: float | None = None
    """Largest difference for `golden`, milliseconds for `latency`."""
    answers: tuple[float, ...] = ()
    """Of `golden`: every probability that the model gave, to be compared with those of another process."""


def run(data: bytes, limit: float | None) -> Iterator[CheckResults]:
    """The checks in order, ending with the first that fails. `limit` is the latency allowed, in milliseconds a face;
    with None `golden` is the last.
    """
    from appliance.model import bundle
    from appliance.model.classifier import TOLERANCE, ExpressionClassifier
    from appliance.model.errors import ModelError
    from appliance.model.runtime import runtime_name

    check = "format"
    try:
        loaded = bundle.parse_bundle(data)
        manifest = loaded.manifest
        yield CheckResults(
            check=check, ok=True, text=f"{manifest.name} {manifest.version}, {len(data)} bytes, hashes agree"
        )
        check = "runtime"
        classifier = ExpressionClassifier(loaded)
        yield CheckResults(check=check, ok=True, text=f"{runtime_name()} runs it")
        check = "golden"
        found = classifier.golden()
        text = f"{len(loaded.golden.inputs)} golden vectors differ by at most {found:.4f} (allowed {TOLERANCE})"
        answers = tuple(classifier.named(loaded.golden.inputs).ravel().tolist())
        yield CheckResults(check=check, ok=True, text=text, value=found, answers=answers)
        if limit is None:
            return
        check = "finite"
        classifier.classify(_extremes(manifest.input.shape))
        yield CheckResults(check=check, ok=True, text="extreme pictures give finite numbers")
        check = "latency"
        one = loaded.golden.inputs[:1]
        taken = _median_milliseconds(lambda: classifier.classify(one))
        text = f"a face takes {taken:.2f} ms here (allowed {limit:g} ms)"
        yield CheckResults(check=check, ok=taken <= limit, text=text, value=taken)
    except ModelError as error:
        yield CheckResults(check=check, ok=False, text=" ".join(str(error).split()))
    except MemoryError:
        yield CheckResults(check=check, ok=False, text=f"it needs more than {MEMORY // 1_000_000} MB of memory")


def _extremes(shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Black, white, and noise: uint8 (3, height, width, channels)."""
    import numpy as np

    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return np.stack([np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8), noise])


def _median_milliseconds(run_once: Callable[[], object]) -> float:
    for _ in range(_WARM_UP):
        run_once()
    taken = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        run_once()
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


def confine() -> None:
    """Limit this process for good: memory, processor time, no core file, no writing to files, first to be killed."""
    for what, limit in (
        (resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> int:
    """Check standard input; the argument is the latency allowed, without one `golden` is the last. 0 if all passed."""
    confine()
    report = None
    for report in run(sys.stdin.buffer.read(), float(sys.argv[1]) if sys.argv[1:] else None):
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
    return 0 if report and report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
