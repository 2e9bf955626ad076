"""The newest of several contents, in a thread of its own."""

from __future__ import annotations

import itertools
import threading
import time

from appliance.lib.newest_writer import NewestWriter


def test_on_a_slow_card_nobody_waits_and_the_newest_is_written() -> None:
    go, written = threading.Event(), list[int]()

    def write(number: int) -> None:
        go.wait(10)
        written.append(number)

    writer = NewestWriter("test", write)
    began = time.monotonic()
    for number in range(1000):
        writer.put(number)
    assert not writer.settle(0.1)
    assert time.monotonic() - began < 5
    go.set()
    assert writer.settle(10)
    assert written[-1] == 999
    assert len(written) <= 3


def test_between_two_writes_there_is_a_pause_and_at_the_end_none() -> None:
    written: list[tuple[float, int]] = []
    writer = NewestWriter("test", lambda number: written.append((time.monotonic(), number)), pause=0.4)
    for number in range(60):
        writer.put(number)
        time.sleep(0.01)
    began = time.monotonic()
    writer.put(60)
    assert writer.settle(10)
    assert time.monotonic() - began < 0.35
    assert written[-1][1] == 60
    before_the_end = [at for at, _ in written[:-1]]
    assert all(after - before >= 0.4 for before, after in itertools.pairwise(before_the_end))
    assert 2 <= len(written) <= 5


def test_the_thread_is_gone_when_there_is_nothing_to_write() -> None:
    writer = NewestWriter("of the newest writer's test", lambda _: None)
    writer.put(1)
    assert writer.settle(10)
    time.sleep(0.1)
    assert "of the newest writer's test" not in {thread.name for thread in threading.enumerate()}
    assert writer.settle(0)
