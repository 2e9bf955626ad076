"""After an hour's number of looks: sweeps the disk, and all that the eyes have said, for what is shaped like a picture.

MOODBOX_LOOKS=600 for a shorter sweep.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..boxes.box import NEEDS
from .machine import Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

LOOKS = int(os.environ.get("MOODBOX_LOOKS", "7200"))
KEPT = "/root/said.jsonl"
MAGIC = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"P5",
    b"P6",
    b"\0\0\0\x18ftyp",
    b"\0\0\0 ftyp",
)
RAW = {
    w * h * n // 2 for w, h in ((1280, 720), (640, 480), (320, 240), (640, 360), (192, 192)) for n in (2, 3, 4, 6, 8)
}


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)


def looks_like_a_picture(file: Path) -> bool:
    with file.open("rb") as content:
        start = content.read(16)
    return start.startswith(MAGIC) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP") or file.stat().st_size in RAW


def test_what_was_seen_is_nowhere(installed: Machine) -> None:
    (installed.root / "opt/relay.py").write_text((Path(__file__).parent / "relay.py").read_text())
    installed.done(
        f"""touch /root/began; rm -f {KEPT}; cp /etc/moodbox/moodbox.toml /root/kept.toml
        printf '[camera]\\nlooks_per_second = 10\\n' >/etc/moodbox/moodbox.toml
        systemctl stop moodbox-vision; systemctl restart moodbox; cd /run/moodbox/vision; mv link.sock real.sock
        systemd-run -q --unit relay python3 /opt/relay.py $PWD/link.sock $PWD/real.sock {KEPT}; sleep 1
        systemctl start moodbox-vision"""
    )
    said = installed.root / KEPT.lstrip("/")
    end = time.monotonic() + LOOKS
    while not said.exists() or said.read_bytes().count(b"\n") < LOOKS:
        assert time.monotonic() < end
        time.sleep(1)
    pid = installed.done("systemctl show -P MainPID moodbox-vision").strip()
    traffic = installed.done(f"cat /proc/{pid}/net/dev").splitlines()[2:]
    installed.done(
        "systemctl stop relay; cp /root/kept.toml /etc/moodbox/moodbox.toml; systemctl restart moodbox.target"
    )

    assert [line for line in traffic if any(int(number) for number in line.split(":")[1].split())] == []
    lines = said.read_bytes().splitlines()
    assert max(map(len, lines)) < 4096
    assert max(len(text) for line in lines for text in strings(json.loads(line))) <= 128

    listed = installed.done(
        "find / -xdev \\( -path /proc -o -path /sys -o -path /opt/source -o -path /opt/relay.py \\) -prune -o"
        " -type f -newer /root/began -print; find /run /dev/shm /tmp -type f -newer /root/began"
    )
    fresh = [installed.root / path.lstrip("/") for path in listed.splitlines()]
    there = [file for file in fresh if file.is_file()]
    print(f"{len(lines)} messages, {len(there)} files written since")
    assert [file for file in there if looks_like_a_picture(file)] == []
    assert there
