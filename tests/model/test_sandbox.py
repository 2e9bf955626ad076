import time
from collections.abc import Iterator
from itertools import count

import pytest

from appliance.model import sandbox
from appliance.model.checks import CheckResults
from appliance.model.sandbox import check_in_sandbox
from tests.model import tiny


def last(data: bytes, limit: float = 1000.0, patience: float = 60.0) -> tuple[str, bool, str]:
    outcomes = list(check_in_sandbox(data, limit, patience))
    assert all(outcome.ok for outcome in outcomes[:-1])
    return outcomes[-1].check, outcomes[-1].ok, outcomes[-1].text


def test_a_good_model_passes_every_check_and_its_figures_are_told() -> None:
    outcomes = list(check_in_sandbox(tiny.make(), 1000))
    assert [outcome.check for outcome in outcomes] == ["format", "runtime", "golden", "finite", "latency"]
    assert all(outcome.ok for outcome in outcomes)
    golden, latency = outcomes[2].value, outcomes[4].value
    assert golden is not None
    assert golden < 0.001
    assert latency is not None
    assert 0 < latency < 1000


@pytest.mark.parametrize(
    ("data", "check_that_fails", "words"),
    [
        (tiny.make()[:-1], "format", "damaged"),
        (tiny.make(model=b"no model at all " * 20), "runtime", "TFL3"),
        (tiny.make(model=tiny.tflite(24)), "runtime", "(1, 24, 24, 1), the manifest says (1, 16, 16, 1)"),
        (tiny.make(model=tiny.tflite(version=99)), "runtime", "version '99'"),
        (tiny.make(labels=tuple(reversed(tiny.LABELS))), "golden", "differ by"),
        (tiny.make(model=tiny.tflite(bias=float("nan"))), "golden", "not finite"),
        (tiny.make(model=tiny.tflite(256, burden=30, greedy=True), size=256), "runtime", ""),
    ],
    ids=["truncated", "no-model", "input-size", "operation-too-new", "label-order", "nan", "memory"],
)
def test_a_model_that_cannot_be_used_fails_at_the_right_check(data: bytes, check_that_fails: str, words: str) -> None:
    name, ok, text = last(data)
    assert (name, ok) == (check_that_fails, False)
    assert words in text


def test_a_model_that_crashes_its_runtime_crashes_nothing_else() -> None:
    name, ok, text = last(tiny.make(model=tiny.crashing()))
    assert (name, ok) == ("runtime", False)
    assert text


def test_a_model_that_is_too_slow_is_told_its_time_and_the_limit() -> None:
    name, ok, text = last(tiny.make(model=tiny.tflite(128, burden=4), size=128), limit=0.01)
    assert (name, ok) == ("latency", False)
    assert "allowed 0.01 ms" in text


def test_checks_that_do_not_end_are_ended() -> None:
    began = time.monotonic()
    _name, ok, text = last(tiny.make(model=tiny.tflite(128, burden=12), size=128), patience=1.0)
    assert not ok
    assert "within 1 s" in text
    assert time.monotonic() - began < 20


def test_a_model_that_answers_otherwise_in_each_process_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    number = count()

    def check_once(*_: object) -> Iterator[CheckResults]:
        yield CheckResults(check="golden", ok=True, text="", answers=(0.5, 0.5 - 0.01 * next(number)))

    monkeypatch.setattr(sandbox, "_check_once", check_once)
    assert last(b"") == ("golden", False, "each process gets other golden vectors from it")
    assert next(number) == 2
