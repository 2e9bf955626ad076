"""The promise, tried from inside the units as they are installed: what sees cannot talk, what talks cannot see."""

import json
from pathlib import Path

import pytest

from tests.boxes.box import ROOT
from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

PROBE = (Path(__file__).parent / "probe.py").read_text()


def tried_in(machine: Machine, unit: str) -> dict[str, str]:
    """What the probe may do when it is started in the unit's place."""
    (machine.root / "opt" / "probe.py").write_text(PROBE)
    machine.done(
        f"""mkdir -p /run/systemd/system
        sed -e '/^ExecStart=/s|=.*|=/usr/bin/python3 /opt/probe.py|' -e 's/^Type=.*/Type=oneshot/' \
            -e '/^Restart/d' -e '/^WatchdogSec/d' -e '/^NotifyAccess/d' -e '/^OnFailure/d' -e '/^PartOf/d' \
            -e '/^After=/d' -e '/^Wants=/d' /etc/systemd/system/{unit}.service >/run/systemd/system/probe.service
        # 10:200 opens for everyone where no policy forbids it
        rm -f /dev/video0 /dev/media0; mknod -m 666 /dev/video0 c 10 200; mknod -m 666 /dev/media0 c 10 200
        rm -f /dev/of-video /dev/of-sound; mknod -m 666 /dev/of-video c 81 63; mknod -m 666 /dev/of-sound c 116 63
        systemctl daemon-reload; systemctl start probe.service"""
    )
    lines = machine.done("journalctl -b -u probe.service -o cat --no-pager").splitlines()
    return {name: verdict for line in lines if line.startswith("tried ") for _, name, verdict in [line.split(" ", 2)]}


def test_the_eyes_open_no_socket_but_unix_ones(installed: Machine) -> None:
    tried = tried_in(installed, "moodbox-vision")
    families = {name: verdict for name, verdict in tried.items() if name.startswith("socket-")}
    assert families.pop("socket-AF_UNIX") == "allowed"
    assert len(families) > 20
    assert set(families.values()) == {"denied"}, families
    assert tried["interfaces"] == "lo"


def test_the_eyes_create_no_file_anywhere(installed: Machine) -> None:
    tried = tried_in(installed, "moodbox-vision")
    assert json.loads(tried["creatable"]) == []
    assert json.loads(tried["writable"]) == []
    assert int(tried["folders"]) > 1000


def test_the_eyes_reach_neither_mpd_nor_the_control_socket(installed: Machine) -> None:
    tried = tried_in(installed, "moodbox-vision")
    assert tried["connect-/run/moodbox/vision/link.sock"] == "allowed"
    assert tried["connect-/run/moodbox/mpd/mpd.sock"] == "denied"
    assert tried["connect-/run/moodbox/control.sock"] == "denied"
    assert tried["connect-/run/systemd/private"] == "denied"


def test_a_camera_that_is_plugged_in_later_may_be_opened_by_the_eyes_alone(installed: Machine) -> None:
    """The machine that runs this has no driver for video: what counts is the devices' number."""
    allowed = {unit: tried_in(installed, unit) for unit in ("moodbox", "moodbox-vision", "moodbox-mpd")}
    assert {unit for unit, tried in allowed.items() if tried["open-/dev/of-video"] == "allowed"} == {"moodbox-vision"}
    assert {unit for unit, tried in allowed.items() if tried["open-/dev/of-sound"] == "allowed"} == {"moodbox-mpd"}


def test_libcamera_may_share_memory_between_its_own_parts(installed: Machine) -> None:
    assert tried_in(installed, "moodbox-vision")["memory-file"] == "allowed"


def test_the_conductor_opens_no_camera(installed: Machine) -> None:
    tried = tried_in(installed, "moodbox")
    assert tried["open-/dev/video0"] == "denied"
    assert tried["open-/dev/media0"] == "denied"


def test_the_conductor_writes_only_where_it_should(installed: Machine) -> None:
    places = json.loads(tried_in(installed, "moodbox")["creatable"])
    allowed = ("/var/lib/moodbox", "/run/moodbox", "/srv/moodbox/songs", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")
    assert "/var/lib/moodbox" in places
    assert [place for place in places if not place.startswith(allowed)] == []


UNITS = [path.name.replace("@", "@moodbox") for path in sorted((ROOT / "systemd").glob("*.service"))]
ROOT_IS = {"moodbox-folders.service", "moodbox-judge.service", "moodbox-poweroff.service", "moodbox-reboot.service",
           "moodbox-restart.service", "moodbox-settings.service", "moodbox-update.service", "moodbox-restore.service",
           "moodbox-share.service", "moodbox-usb-stick@moodbox.service", "moodbox-wifi.service",
           "moodbox-read-only.service", "moodbox-read-only-soon.service", "moodbox-rest@moodbox.service"}  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_is_exposed_little(installed: Machine, unit: str) -> None:
    said = installed.done(f"systemd-analyze security --no-pager {unit} | tail -n 1")
    assert float(said.split(": ")[1].split()[0]) <= 2.0, said
    user = installed.done(f"systemctl show -P User {unit}").strip()
    assert user in ({""} if unit in ROOT_IS else {"moodbox", "moodbox-vision", "moodbox-analyser"})


def pid_of_the_eyes(machine: Machine) -> int:
    """The vision unit's process, as soon as it watches."""
    watching = '[ "$(systemctl show -P SubState moodbox-vision)" = running ]'
    return int(machine.done(f"until {watching}; do sleep 0.5; done; systemctl show -P MainPID moodbox-vision", 60))


@pytest.mark.parametrize("number", ["SEGV", "ABRT"])
def test_eyes_that_crash_leave_no_core_dump(installed: Machine, number: str) -> None:
    unit, before = "moodbox-vision.service", pid_of_the_eyes(installed)
    limits = installed.done(f"cat /proc/{before}/limits")
    assert limits.split("Max core file size")[1].split()[:2] == ["0", "0"]
    installed.done("touch /root/crashed; sleep 1")
    installed.done(
        f"kill -{number} {before}; until [ $(systemctl show -P MainPID {unit}) != {before} ]; do sleep 0.1; done"
    )
    assert f"status={6 if number == 'ABRT' else 11}/{number}" in installed.done(f"journalctl -u {unit} -n 30 -o cat")
    assert "code=dumped" not in installed.done(f"journalctl -u {unit} -n 30 -o cat")
    composed = "-path '/srv/moodbox/songs/*/house/*'"
    found = installed.done(f"find / -xdev ! {composed} ! -path '/var/log/*' -newer /root/crashed -type f -size +512k")
    assert found.splitlines() == []


def test_the_eyes_are_kept_out_of_swap(installed: Machine) -> None:
    pid = pid_of_the_eyes(installed)
    assert installed.done("systemctl show -P MemorySwapMax moodbox-vision").strip() == "0"
    assert installed.done("systemctl show -P LimitMEMLOCK moodbox-vision").strip() == "infinity"
    status, limits = installed.done(f"cat /proc/{pid}/status"), installed.done(f"cat /proc/{pid}/limits")
    assert "VmSwap:\t       0 kB" in status
    # A machine in a folder may have been denied the right to raise limits, and then systemd cannot give it on.
    if limits.split("Max locked memory")[1].split()[0] == "unlimited":
        assert int(status.split("VmLck:")[1].split()[0]) > 50_000
