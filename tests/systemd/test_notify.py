import socket
from pathlib import Path

import pytest

from appliance.systemd import notify
from appliance.systemd.notify import Notifier

with_library = pytest.mark.skipif(not notify.has_library(), reason="needs Debian's Python and its python3-systemd")


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """What listens in systemd's place; the environment is that of a unit with a watchdog."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.setblocking(False)
    monkeypatch.setenv("NOTIFY_SOCKET", listener.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "20000000")
    return listener


def heard(listener: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(listener.recv(4096).decode())
        except BlockingIOError:
            return messages


@with_library
def test_ready_comes_with_a_status(systemd: socket.socket) -> None:
    Notifier().ready("plays")
    assert heard(systemd) == ["READY=1\nSTATUS=plays"]


@with_library
def test_a_status_is_sent_once_until_it_changes_and_stays_one_line(systemd: socket.socket) -> None:
    unit = Notifier()
    for text in ("happy", "happy", "sad\nREADY=1"):
        unit.status(text)
    assert heard(systemd) == ["STATUS=happy", "STATUS=sad READY=1"]


@with_library
def test_progress_feeds_the_watchdog_and_allows_for_the_next_step(systemd: socket.socket) -> None:
    unit = Notifier()
    unit.progress(60.0)
    assert heard(systemd) == ["WATCHDOG_USEC=80000000\nWATCHDOG=1"]


@with_library
def test_progress_that_says_the_same_wakes_systemd_rarely(systemd: socket.socket) -> None:
    unit = Notifier()
    for pause in (1.0, 1.0, 1.0, 5.0, 5.0):
        unit.progress(pause)
    assert [message.split("\n")[0] for message in heard(systemd)] == [
        "WATCHDOG_USEC=21000000",
        "WATCHDOG_USEC=25000000",
    ]


def test_without_a_watchdog_progress_says_nothing(systemd: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC")
    Notifier().progress()
    assert heard(systemd) == []


@with_library
def test_a_socket_without_a_file_is_reached_too(systemd: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    nameless = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    nameless.bind("\0" + systemd.getsockname())
    nameless.setblocking(False)
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + systemd.getsockname())
    Notifier().stopping()
    assert heard(nameless) == ["STOPPING=1"]


@with_library
def test_a_status_may_hold_any_text(systemd: socket.socket) -> None:
    Notifier().status("caf\udcff \0 ♫")
    assert heard(systemd) == ["STATUS=caf? ♫"]


def test_outside_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    unit = Notifier()
    unit.ready("plays")
    unit.progress()
    unit.stopping()
    assert caplog.text == ""


def test_a_unit_without_the_library_says_so_and_does_nothing(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notify, "notify", None)
    unit = Notifier()
    unit.ready("plays")
    unit.progress()
    assert heard(systemd) == []
    assert "sudo apt install python3-systemd" in caplog.text


@with_library
def test_a_systemd_that_has_gone_is_no_trouble(systemd: socket.socket) -> None:
    unit = Notifier()
    Path(systemd.getsockname()).unlink()
    unit.ready("plays")
    unit.progress()
    assert heard(systemd) == []
