import socket
from pathlib import Path

import pytest

from appliance.systemd.notify import Notifier


@pytest.fixture
def systemd(tmp_path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.setblocking(False)
    return listener


def heard(listener: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(listener.recv(4096).decode())
        except BlockingIOError:
            return messages


def notifier(listener: socket.socket, watchdog: str = "20000000") -> Notifier:
    return Notifier({"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": watchdog})


def test_ready_comes_with_a_status(systemd: socket.socket) -> None:
    notifier(systemd).ready("plays")
    assert heard(systemd) == ["READY=1\nSTATUS=plays"]


def test_a_status_is_sent_once_until_it_changes_and_stays_one_line(systemd: socket.socket) -> None:
    unit = notifier(systemd)
    for text in ("happy", "happy", "sad\nREADY=1"):
        unit.status(text)
    assert heard(systemd) == ["STATUS=happy", "STATUS=sad READY=1"]


def test_progress_feeds_the_watchdog_and_allows_for_the_next_step(systemd: socket.socket) -> None:
    unit = notifier(systemd)
    unit.progress(60.0)
    assert heard(systemd) == ["WATCHDOG_USEC=80000000\nWATCHDOG=1"]


def test_progress_that_says_the_same_wakes_systemd_rarely(systemd: socket.socket) -> None:
    unit = notifier(systemd)
    for pause in (1.0, 1.0, 1.0, 5.0, 5.0):
        unit.progress(pause)
    assert [message.split("\n")[0] for message in heard(systemd)] == [
        "WATCHDOG_USEC=21000000",
        "WATCHDOG_USEC=25000000",
    ]


def test_without_a_watchdog_progress_says_nothing(systemd: socket.socket) -> None:
    notifier(systemd, watchdog="").progress()
    assert heard(systemd) == []


def test_outside_systemd_nothing_happens() -> None:
    unit = Notifier({})
    unit.ready("plays")
    unit.progress()
    unit.stopping()
    assert not unit.listening


def test_a_systemd_that_has_gone_is_no_trouble(systemd: socket.socket) -> None:
    unit = notifier(systemd)
    Path(systemd.getsockname()).unlink()
    unit.ready("plays")
    assert unit.listening
