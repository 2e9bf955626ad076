"""The fuzz itself, and a second or two of it for each part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.fuzz import Fuzz, keep, run
from tests.fuzz.mutate import mutated, mutated_json
from tests.fuzz.targets import TARGETS

CASES = {
    "link": 10,
    "mpd": 60,
    "mqtt": 1500,
    "settings": 300,
    "bundle": 1500,
    "release": 3000,
    "sqlite": 150,
    "http": 40,
}
"""Cases that take a second or two."""


@pytest.mark.parametrize("name", TARGETS)
def test_made_up_input_finds_nothing(name: str, tmp_path: Path) -> None:
    report = run(name, TARGETS[name], tmp_path, seed=0, cases=CASES[name])
    assert not report.findings, "\n".join(finding.trace for finding in report.findings.values())


@contextmanager
def touchy(folder: Path) -> Iterator[Fuzz]:
    """Cannot stand a `b`."""

    def check(case: bytes) -> None:
        if b"b" in case:
            raise ValueError(case)

    yield Fuzz(lambda random: random.choice((b"a", b"b", b"c")), check)


def test_a_finding_is_kept_once_and_tried_first_from_then_on(tmp_path: Path) -> None:
    report = run("touchy", touchy, tmp_path, seed=1, cases=100, corpus=tmp_path)
    (finding,) = report.findings.values()
    assert (finding.case, report.cases) == (b"b", 100)
    assert finding.count > 1
    (file,) = keep("touchy", report, tmp_path)
    assert file.read_bytes() == b"b"
    again = run("touchy", touchy, tmp_path, seed=1, cases=0, corpus=tmp_path)
    assert [each.came for each in again.findings.values()] == [file.name]


def test_a_run_without_a_finding_keeps_nothing(tmp_path: Path) -> None:
    report = run("touchy", touchy, tmp_path, seed=1, cases=0, corpus=tmp_path)
    assert keep("touchy", report, tmp_path) == []


def test_the_same_seed_makes_the_same_cases() -> None:
    for make in (
        lambda random: mutated(random, b"some words"),
        lambda random: mutated_json(random, {"a": [1, {"b": 2}]}),
    ):
        assert [make(Random(f"7/{n}")) for n in range(50)] == [make(Random(f"7/{n}")) for n in range(50)]
