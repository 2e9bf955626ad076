import logging
import socket
import struct
from pathlib import Path

import pytest

from appliance.systemd.journal import Journal, JournalHandler, encode


@pytest.fixture
def journald(tmp_path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "journal"))
    listener.settimeout(5)
    return listener


def entry(listener: socket.socket) -> dict[str, str]:
    """The entry as journald would read it."""
    data, fields = listener.recv(65_536), {}
    while data:
        name, _, rest = data.partition(b"\n")
        (size,) = struct.unpack("<Q", rest[:8])
        fields[name.decode()] = rest[8 : 8 + size].decode()
        data = rest[8 + size + 1 :]
    return fields


def test_an_entry_names_part_and_mood(journald: socket.socket) -> None:
    journal = Journal("conductor", Path(journald.getsockname()))
    journal.mood = "sad"
    journal.write("Playing.")
    assert entry(journald) == {
        "MESSAGE": "Playing.", "PRIORITY": "6", "SYSLOG_IDENTIFIER": "moodbox",
        "MOODBOX_PART": "conductor", "MOODBOX_MOOD": "sad",
    }  # fmt: skip


def test_a_value_cannot_add_a_field(journald: socket.socket) -> None:
    Journal("vision", Path(journald.getsockname())).write("one\nPRIORITY=0")
    assert entry(journald)["MESSAGE"] == "one\nPRIORITY=0"


def test_records_carry_their_part_and_level(journald: socket.socket) -> None:
    handler = JournalHandler(Journal("conductor", Path(journald.getsockname())))
    handler.handle(logging.LogRecord("appliance.mqtt.bridge", logging.WARNING, "", 0, "lost %s", ("it",), None))
    said = entry(journald)
    assert (said["MESSAGE"], said["PRIORITY"], said["MOODBOX_PART"]) == ("lost it", "4", "mqtt")


def test_without_journald_the_words_go_to_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Journal("vision", tmp_path / "nothing").write("still heard")
    assert capfd.readouterr().err == "still heard\n"


def test_text_that_is_not_unicode_is_written_all_the_same() -> None:
    assert b"\\udcff" in encode({"MESSAGE": "caf\udcff"})
