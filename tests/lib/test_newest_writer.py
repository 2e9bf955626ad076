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


def test_between_two_writes_there_is_a_pause() -> None:
    written: list[float] = []
    writer = NewestWriter("test", lambda _: written.append(time.monotonic()), pause=0.2)
    while len(written) < 3:
        writer.put(0)
        time.sleep(0.01)
    assert all(after - before >= 0.2 for before, after in itertools.pairwise(written[:3]))
    assert writer.settle(10)


def test_at_the_end_there_is_no_pause() -> None:
    written: list[int] = []
    writer = NewestWriter("test", written.append, pause=60.0)
    writer.put(1)
    while not written:
        time.sleep(0.01)
    writer.put(2)
    assert writer.settle(30)
    assert written == [1, 2]


def test_the_thread_is_gone_when_there_is_nothing_to_write() -> None:
    writer = NewestWriter("of the newest writer's test", lambda _: None)
    writer.put(1)
    assert writer.settle(10)
    while "of the newest writer's test" in {thread.name for thread in threading.enumerate()}:
        time.sleep(0.01)
    assert writer.settle(0)
