"""The name that a box is announced by. Avahi is a script here: what it answers is what avahi-publish 0.8 does."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.provisioning.shell import PROVISIONING

STUBS = {
    "ip": "echo '2: eth0 inet 192.168.1.7/24 brd 192.168.1.255 scope global eth0'",
    "sleep": "exec /bin/sleep 0.2",
    "avahi-publish-address": """
[ "$1" = --no-reverse ] && [ "$3" = 192.168.1.7 ]
echo "$2" >>asked
if grep -qx "$2" taken; then echo "Failed to add address: Local name collision" >&2; exit 1; fi
exec /bin/sleep 100""",
}


class Announcing:
    def __init__(self, folder: Path, *taken: str) -> None:
        self.folder = folder
        programs = folder / "bin"
        programs.mkdir()
        for name, text in STUBS.items():
            (programs / name).write_text(f"#!/bin/sh\nset -eu\ncd {folder}\n{text}\n")
            (programs / name).chmod(0o755)
        (folder / "taken").write_text("".join(f"{name}\n" for name in taken))
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "RUNTIME_DIRECTORY": str(folder)}
        self.process = subprocess.Popen(
            ["sh", str(PROVISIONING / "name.sh")], env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def told(self) -> str:
        file = self.folder / "name"
        return file.read_text().strip() if file.exists() else ""

    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return file.read_text().split() if file.exists() else []

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextlib.contextmanager
def announcing(folder: Path, *taken: str) -> Iterator[Announcing]:
    begun = Announcing(folder, *taken)
    try:
        yield begun
    finally:
        begun.end()


def test_a_box_alone_has_the_usual_name_and_lets_go_of_it_when_stopped(tmp_path: Path) -> None:
    with announcing(tmp_path) as box:
        until(lambda: box.told() == "moodbox.local")
        assert box.asked() == ["moodbox.local"]
        box.process.send_signal(signal.SIGTERM)
        assert box.process.wait(60) == 0


def test_a_box_that_finds_names_taken_takes_the_next_one(tmp_path: Path) -> None:
    with announcing(tmp_path, "moodbox.local", "moodbox-2.local") as box:
        until(lambda: box.told() == "moodbox-3.local")
        assert box.asked() == ["moodbox.local", "moodbox-2.local", "moodbox-3.local"]


def test_where_every_name_is_taken_it_begins_again(tmp_path: Path) -> None:
    names = ["moodbox.local", *(f"moodbox-{number}.local" for number in range(2, 10))]
    with announcing(tmp_path, *names) as box:
        until(lambda: len(box.asked()) > 9)
        assert box.asked()[:10] == [*names, names[0]]
        assert box.told() == ""
