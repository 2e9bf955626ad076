"""Small files that a thread writes."""

import os
import stat
import threading
import time
from pathlib import Path

import pytest

from appliance.web.auth.kept_file import KeptFile


def test_what_is_written_is_there_after_a_while_for_the_owner_alone(tmp_path: Path) -> None:
    file = KeptFile(tmp_path / "file")
    file.write(b"one")
    assert file.settle(10)
    assert file.path.read_bytes() == b"one"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    file.write(b"two")
    assert file.settle(10)
    assert file.path.read_bytes() == b"two"


def test_on_a_slow_card_nobody_waits_and_the_newest_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, synced, kept = threading.Event(), [0], os.fsync

    def slow(handle: int) -> None:
        go.wait(10)
        synced[0] += 1
        kept(handle)

    monkeypatch.setattr(os, "fsync", slow)
    file = KeptFile(tmp_path / "file")
    began = time.monotonic()
    for number in range(1000):
        file.write(b"%d" % number)
    assert not file.settle(0.1)
    assert time.monotonic() - began < 5
    go.set()
    assert file.settle(10)
    assert file.path.read_bytes() == b"999"
    assert synced[0] <= 4


def test_what_cannot_be_written_does_no_harm_and_may_be_later(tmp_path: Path) -> None:
    file = KeptFile(tmp_path / "folder" / "file")
    file.write(b"one")
    assert file.settle(10)
    (tmp_path / "folder").mkdir()
    file.write(b"two")
    assert file.settle(10)
    assert file.path.read_bytes() == b"two"
