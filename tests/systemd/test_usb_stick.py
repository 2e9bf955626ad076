"""USB sticks: what they are called, and which disks are none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.systemd.offered_disks import DiskError
from appliance.systemd.usb_stick import described, place_of_the_system, stick_name


@given(st.text(max_size=100))
def test_a_stick_is_called_what_every_disk_can_hold(label: str) -> None:
    name = stick_name(label)
    assert name.startswith("usb-")
    assert len(name) <= 64
    assert name.isascii()
    assert not set(name) & set("/\\ \n")


def test_a_label_stays_as_far_as_it_is_plain() -> None:
    assert stick_name("My Music (2)") == "usb-My-Music-2"
    assert stick_name("..") == "usb-stick"


def blocks(folder: Path) -> Path:
    """Two disks, `sda` and `sdb`, each with partitions, as /sys has them."""
    classes = folder / "class"
    classes.mkdir()
    for number, disk in enumerate(("sda", "sdb")):
        for part in (disk, f"{disk}1", f"{disk}2"):
            place = folder / disk / part if part != disk else folder / disk
            place.mkdir(parents=True)
            (place / "dev").write_text(f"8:{16 * number + int(part[3:] or 0)}\n")
            if part != disk:
                (place / "partition").write_text("1\n")
            (classes / part).symlink_to(place)
    return classes


def test_a_disk_that_the_machine_itself_is_on_is_no_stick(tmp_path: Path) -> None:
    mounts = [("/dev/sda2", "/"), ("/dev/sdb1", "/media/moodbox/usb-A"), ("proc", "/proc")]
    classes = blocks(tmp_path)
    assert place_of_the_system("sda1", classes, mounts) == "/"
    assert place_of_the_system("sdb2", classes, mounts) == ""


def test_what_udev_knows_of_a_partition_is_read(tmp_path: Path) -> None:
    classes, udev = blocks(tmp_path), tmp_path / "udev"
    udev.mkdir()
    (udev / "b8:17").write_text("S:disk/by-label/A\nE:ID_FS_TYPE=exfat\nE:ID_FS_LABEL=A=B\nI:1\n")
    assert described("sdb1", classes, udev) == {"ID_FS_TYPE": "exfat", "ID_FS_LABEL": "A=B"}
    assert described("sdb2", classes, udev) == {}
    with pytest.raises(DiskError, match="/dev/sdz is no disk"):
        described("sdz", classes, udev)
