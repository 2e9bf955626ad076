"""What is fuzzed, and the loop that does it: cases are made from a seed, tried, and kept when they find something."""

from __future__ import annotations

import hashlib
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).parent / "corpus"
"""Cases that once found something, in a folder for each target; they are tried first."""
PATIENCE = 30
"""Seconds after which a case is a finding because it does not end."""


@dataclass(frozen=True)
class Fuzz:
    """A part that is open for cases: `check` raises, whatever it is, when it finds something."""

    make: Callable[[Random], bytes]
    check: Callable[[bytes], None]


Target = Callable[[Path], AbstractContextManager[Fuzz]]
"""Opens a part in an empty folder."""


@dataclass
class Finding:
    """One kind of failure, by the case that showed it first."""

    name: str
    """The error and the line of the product or of the check that it comes from."""
    case: bytes
    came: str
    """Which case it was."""
    trace: str
    count: int = 1


@dataclass
class Report:
    """What came of a run."""

    cases: int = 0
    seconds: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)


class TakesTooLong(Exception):
    """A case has not ended."""


def run(
    name: str,
    target: Target,
    folder: Path,
    *,
    seed: int,
    seconds: float = float("inf"),
    cases: float = float("inf"),
    corpus: Path = CORPUS,
) -> Report:
    """Try the corpus, then new cases until the time or the number is up."""
    report = Report()
    began = time.monotonic()
    with target(folder) as fuzz, _alarm():
        for file in sorted((corpus / name).glob("*.case")):
            _try(fuzz, file.read_bytes(), file.name, report)
        number = 0
        while number < cases and time.monotonic() - began < seconds:
            _try(fuzz, fuzz.make(Random(f"{seed}/{number}")), f"seed {seed}, case {number}", report)
            number += 1
    report.seconds = time.monotonic() - began
    return report


def keep(name: str, report: Report, corpus: Path = CORPUS) -> list[Path]:
    """Write the cases of new findings into the corpus."""
    files = []
    for finding in report.findings.values():
        file = corpus / name / f"{hashlib.sha256(finding.case).hexdigest()[:16]}.case"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(finding.case)
        files.append(file)
    return files


def _try(fuzz: Fuzz, case: bytes, came: str, report: Report) -> None:
    signal.alarm(PATIENCE)
    report.cases += 1
    try:
        fuzz.check(case)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        name = f"{type(error).__name__} at {_place(error)}"
        if name in report.findings:
            report.findings[name].count += 1
        else:
            trace = "".join(traceback.format_exception(error))
            report.findings[name] = Finding(name, case, came, trace)
    finally:
        signal.alarm(0)


def _place(error: BaseException) -> str:
    """The last line of ours that an error went through; the product's rather than the fuzz's."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/appliance/" in frame.filename] or frames
    file = Path(ours[-1].filename)
    return f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}:{ours[-1].lineno}"


@contextmanager
def _alarm() -> Iterator[None]:
    def too_long(*_: object) -> None:
        raise TakesTooLong(f"not over after {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, too_long)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
