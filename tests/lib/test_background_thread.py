from __future__ import annotations

import threading

import pytest

from appliance.lib.background_thread import BackgroundThread


def test_work_is_done_in_order_and_its_result_kept() -> None:
    done: list[int] = []
    thread = BackgroundThread("test")
    futures = [thread.submit(lambda number=number: done.append(number) or number) for number in range(100)]
    assert [future.result(5) for future in futures] == list(range(100))
    assert done == list(range(100))
    assert thread.close(5)


def test_work_that_fails_tells_who_waits_and_stops_nothing() -> None:
    thread = BackgroundThread("test")
    failed, after = thread.submit(lambda: 1 // 0), thread.submit(lambda: 2)
    with pytest.raises(ZeroDivisionError):
        failed.result(5)
    assert after.result(5) == 2
    thread.close(5)


def test_work_that_hangs_does_not_hold_up_an_exit() -> None:
    hung = threading.Event()
    thread = BackgroundThread("test")
    thread.submit(hung.wait)
    thread.submit(lambda: None)
    assert not thread.close(0.1)
    assert thread.waiting >= 1
    hung.set()
