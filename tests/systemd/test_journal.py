import json
import logging
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from appliance.systemd import journal
from appliance.systemd.journal import Journal, JournalHandler

ROOT = Path(__file__).resolve().parents[2]

# systemd's library writes to one place and no other: here a /run of the test's own has a socket there.
JOURNALD = """
import json, logging, socket, struct, sys
from pathlib import Path
from appliance.systemd.journal import JOURNAL, Journal, JournalHandler

JOURNAL.parent.mkdir(parents=True)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(str(JOURNAL))
listener.settimeout(5)
{script}
data, fields = listener.recv(65_536), {{}}
while data:
    line, _, data = data.partition(b"\\n")
    name, short, value = line.partition(b"=")
    if not short:
        (size,) = struct.unpack("<Q", data[:8])
        value, data = data[8 : 8 + size], data[8 + size + 1 :]
    assert name.decode() not in fields
    fields[name.decode()] = value.decode()
print(json.dumps(fields))
"""
with_journald = [
    pytest.mark.needs("root", "unshare", "mount"),
    pytest.mark.skipif(journal.sendv is None, reason="needs Debian's Python and its python3-systemd"),
]


def entry(script: str) -> dict[str, str]:
    """The entry as journald would read it, of a script that writes one."""
    command = f'mount -t tmpfs none /run && exec "{sys.executable}" -c "$1"'
    found = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command, "sh", JOURNALD.format(script=textwrap.dedent(script))],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    if "unshare:" in found.stderr or "mount:" in found.stderr:
        pytest.skip(f"needs to mount a filesystem: {found.stderr.strip()}")
    assert found.stderr == ""
    fields: dict[str, str] = json.loads(found.stdout)
    return fields


class TestWithJournald:
    pytestmark = with_journald

    def test_an_entry_names_part_and_mood(self) -> None:
        script = """
        journal = Journal("conductor")
        journal.mood = "sad"
        journal.write("Playing.")
        """
        assert entry(script) == {
            "MESSAGE": "Playing.", "PRIORITY": "6", "SYSLOG_IDENTIFIER": "moodbox",
            "MOODBOX_PART": "conductor", "MOODBOX_MOOD": "sad",
        }  # fmt: skip

    def test_a_value_cannot_add_a_field(self) -> None:
        said = entry('Journal("vision").write("one\\nPRIORITY=0")')
        assert (said["MESSAGE"], said["PRIORITY"]) == ("one\nPRIORITY=0", "6")

    def test_records_carry_their_part_and_level(self) -> None:
        said = entry("""
        handler = JournalHandler(Journal("conductor"))
        handler.handle(logging.LogRecord("appliance.mqtt.bridge", logging.WARNING, "", 0, "lost %s", ("it",), None))
        """)
        assert (said["MESSAGE"], said["PRIORITY"], said["MOODBOX_PART"]) == ("lost it", "4", "mqtt")

    def test_text_that_is_not_unicode_is_written_all_the_same(self) -> None:
        assert entry('Journal("conductor").write("caf\\udcff")')["MESSAGE"] == "caf\\udcff"

    def test_a_long_text_is_written_whole(self) -> None:
        assert entry('Journal("conductor").write("la" * 20_000)')["MESSAGE"] == "la" * 20_000


def test_without_journald_the_words_go_to_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(journal, "JOURNAL", tmp_path / "nothing")
    Journal("vision").write("still heard")
    assert capfd.readouterr().err == "still heard\n"


def test_without_the_library_the_words_go_to_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(journal, "JOURNAL", tmp_path)
    monkeypatch.setattr(journal, "sendv", None)
    handler = JournalHandler(Journal("vision"))
    handler.handle(logging.LogRecord("appliance.vision", logging.WARNING, "", 0, "still heard", (), None))
    assert capfd.readouterr().err == "still heard\n"


def test_what_journald_refuses_goes_to_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: bytes) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(journal, "JOURNAL", tmp_path)
    monkeypatch.setattr(journal, "sendv", refuse)
    Journal("vision").write("still heard")
    assert capfd.readouterr().err == "still heard\n"
