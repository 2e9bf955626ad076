"""Disks that are offered as music: what is mounted where, and whether it answers."""

from pathlib import Path

import pytest

from appliance.systemd.offered_disks import answers, link, mount_options, mounted
from tests.hung_mount import hung_mount


def test_nothing_on_a_disk_is_run_and_nothing_written_unless_wished() -> None:
    assert mount_options(writable=False) == "ro,nosuid,nodev,noexec"
    assert mount_options(True, "soft") == "rw,nosuid,nodev,noexec,soft"


def test_mounts_are_read_with_their_odd_names(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text("/dev/sda1 /media/moodbox/usb-A\\040B vfat ro 0 0\nproc /proc proc rw 0 0\n")
    assert mounted(table) == [("/dev/sda1", "/media/moodbox/usb-A B"), ("proc", "/proc")]
    assert ("proc", "/proc") in mounted()


def test_a_folder_that_is_there_answers_and_one_that_is_not_does_not(tmp_path: Path) -> None:
    assert answers(tmp_path, 60)
    assert not answers(tmp_path / "gone", 60)


@pytest.mark.needs("root")
def test_a_disk_that_hangs_does_not_answer_and_holds_nobody_up(tmp_path: Path) -> None:
    with hung_mount(tmp_path):
        assert not answers(tmp_path, 0.3)


def test_what_lies_where_a_disk_would_be_offered_stays(tmp_path: Path) -> None:
    mine = tmp_path / "usb-Holiday"
    mine.write_text("mine")
    with pytest.raises(FileExistsError, match="usb-Holiday"):
        link(mine, tmp_path)
    assert mine.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["usb-Holiday"]
