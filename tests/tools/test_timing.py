import itertools
from collections import Counter

from tools.train_and_quantize import timing


def test_all_models_of_a_run_are_called_equally_often() -> None:
    calls: Counter[str] = Counter()
    found = timing.medians({name: lambda name=name: calls.update([name]) for name in ("ours", "theirs")}, rounds=12)
    assert calls["ours"] == calls["theirs"] >= 13
    assert found.keys() == {"ours", "theirs"}


def test_models_take_turns_so_that_a_busy_moment_is_shared() -> None:
    order: list[str] = []
    timing.medians({name: lambda name=name: order.append(name) for name in ("ours", "theirs")}, rounds=20)
    changes = sum(before != after for before, after in itertools.pairwise(order))
    assert changes >= 7


def test_waiting_is_not_counted_but_work_is() -> None:
    import time

    found = timing.medians({"waits": lambda: time.sleep(0.02), "works": lambda: sum(range(300_000))}, rounds=5)
    assert found["waits"] < found["works"]
