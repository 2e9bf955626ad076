"""A stick that is plugged in and pulled out, and a share that hangs, as an installed box has them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analyser.test_analyser import tune
from tests.machines.machine import NEEDS, Machine, hurry_the_analyser

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS, "losetup", "mkfs.ext4"), pytest.mark.timeout(3600)]

SONGS = 5
PATIENCE = 900
"""Seconds for what an analyser at the lowest priority does, beside whatever else the machine is doing."""
UNIT = "/opt/moodbox/current/systemd/moodbox-usb-stick@.service"
LINK = "/srv/moodbox/songs/library/usb-Holiday"
SHARE = "/srv/moodbox/songs/library/share"
ONE = "moodbox music why 'on the stick 3'"
HEARD = f"{ONE} | grep -q valence"
HANG = """
import ctypes, os, signal
device = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
assert not ctypes.CDLL(None).mount(b"nas:/music", b"/media/moodbox/share", b"fuse", 0, options)
print("hung", flush=True)
signal.pause()
"""


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[str]:
    """A disk with five songs, as a loop device: its name."""
    songs, image = tmp_path / "songs", tmp_path / "stick.img"
    for number in range(SONGS):
        tune(songs / f"on the stick {number}.flac", 900 + number)
    subprocess.run(["truncate", "-s", "40M", image], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-L", "Holiday", "-d", songs, image], check=True)
    device = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=True).stdout
    yield device.strip().removeprefix("/dev/")
    subprocess.run(["losetup", "-d", device.strip()], check=False)


def until(machine: Machine, script: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while machine.run(script).returncode:
        assert time.monotonic() < end, f"{script}: {machine.run(script).stdout}"
        time.sleep(1)


def test_a_stick_is_offered_while_it_is_there(installed: Machine, stick: str) -> None:
    hurry_the_analyser(installed)
    number = Path(f"/sys/class/block/{stick}/dev").read_text().strip()
    # a machine in a folder has no udev: its unit without the device, and what udev would have written
    installed.done(
        f"""mknod /dev/{stick} b {number.replace(":", " ")}; mkdir -p /run/udev/data
        printf 'E:ID_FS_TYPE=ext4\\nE:ID_FS_LABEL=Holiday\\n' >/run/udev/data/b{number}
        sed '/^BindsTo=/d; s/^After=.*/After=local-fs.target/' {UNIT} >/run/systemd/system/stick@.service
        systemctl daemon-reload"""
    )
    installed.done(f"systemctl start stick@{stick}")
    assert "ro,nosuid,nodev,noexec" in installed.done("grep /media/moodbox/usb-Holiday /proc/mounts")
    until(installed, f"test -e '{LINK}/on the stick 0.flac'")
    until(installed, HEARD)
    installed.done(f"systemctl stop stick@{stick}")
    assert installed.run(f"test -L {LINK} || grep -q usb-Holiday /proc/mounts").returncode
    until(installed, f"! {ONE}")
    assert (installed.status() or {})["player"]["state"] == "play"
    installed.done(f"systemctl start stick@{stick}")
    until(installed, HEARD)
    installed.done(f"systemctl stop stick@{stick}")


def test_a_share_that_hangs_is_taken_away(installed: Machine) -> None:
    settings = "/etc/moodbox/moodbox.toml"
    installed.done(f"""cp {settings} /root/kept.toml; printf '[library]\\nshare = "nas:/music"\\n' >{settings}""")
    try:
        (installed.root / "root/hang.py").write_text(HANG)
        installed.done(f"mknod /dev/fuse c 10 229; mkdir -p /media/moodbox/share; ln -s /media/moodbox/share {SHARE}")
        installed.done(
            "systemd-run --unit=hang python3 /root/hang.py; until grep -q nas: /proc/mounts; do sleep 0.2; done", 60
        )
        installed.done("systemctl restart moodbox-share")
        until(installed, f"! test -L {SHARE}", 60)
        until(installed, "! grep -q nas: /proc/mounts", 60)
        told = "does not answer any more|cannot be mounted"
        until(installed, f"systemctl show -P StatusText moodbox-share | grep -qE '{told}'", 120)
        assert (installed.status() or {})["player"]["state"] == "play"
    finally:
        installed.run(f"systemctl stop hang; cp /root/kept.toml {settings}; systemctl restart moodbox-share")
