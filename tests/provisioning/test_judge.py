"""The judge of updates on its own: what it does with a disk on which there is no room left."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.shell import PROVISIONING, words

pytestmark = pytest.mark.needs("root", "mount")

STUBS = """
state_now() { cat "${opt%/*}/$(basename "$(current_release)")" 2>/dev/null || echo open play; }
healthy_within() { works_now; }
"""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Path]:
    """A folder with an old release in force and a new one on trial, on a small disk of its own."""
    opt = tmp_path / "opt"
    opt.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", opt], check=True)
    try:
        for number in ("1", "2"):
            (opt / "releases" / number / "systemd").mkdir(parents=True)
            (opt / "releases" / number / ".digest").write_text(number)
            (opt / "releases" / number / "systemd" / "moodbox.target").write_text("[Unit]\n")
        (opt / "current").symlink_to(opt / "releases" / "1")
        (opt / "trial").write_text(f"{opt}/releases/2\n{opt}/releases/1\n")
        shutil.copy(PROVISIONING / "judge.sh", opt / "judge")
        (opt / "judge-lib.sh").write_text(words(tmp_path, f"log='{opt}/log'\n{STUBS}"))
        yield tmp_path
    finally:
        subprocess.run(["umount", opt], check=True)


def judge(box: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", box / "opt" / "judge"], capture_output=True, text=True, timeout=60, check=False)


def fill(box: Path) -> None:
    subprocess.run(
        ["sh", "-c", "cat /dev/zero 2>/dev/null >filler"], cwd=box / "opt", check=False, stderr=subprocess.DEVNULL
    )


def current(box: Path) -> str:
    return (box / "opt" / "current").resolve().name


def test_a_release_that_plays_stays(box: Path) -> None:
    done = judge(box)
    assert done.returncode == 0, done.stderr
    assert current(box) == "2"
    assert not (box / "opt" / "trial").exists()


def test_without_room_to_note_the_trial_nothing_is_tried_and_the_trial_ends(box: Path) -> None:
    trial = box / "opt" / "trial"
    trial.write_text(trial.read_text().ljust(4095) + "\n")  # so that another line would need another block
    fill(box)
    done = judge(box)
    assert done.returncode == 0, done.stderr
    assert "no room" in done.stdout
    assert current(box) == "1"
    assert not trial.exists()


def test_a_disk_that_is_full_does_not_keep_it_from_going_back(box: Path) -> None:
    trial = box / "opt" / "trial"
    trial.write_text(trial.read_text() + "attempt\n" * 3)
    (box / "opt" / "current").unlink()
    (box / "opt" / "current").symlink_to(box / "opt" / "releases" / "2")
    fill(box)
    done = judge(box)
    assert done.returncode == 0, done.stderr
    assert current(box) == "1"
    assert not trial.exists()
    assert not (box / "opt" / "releases" / "2").exists()


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        ("open play", "open play", True),
        ("open play", "lost play", False),
        ("lost play", "lost play", True),
        ("lost play", "open pause", True),
        ("lost play", "lost lost", False),
        ("lost play", "open stop", False),
        ("", "lost play", False),
        ("open play", "", False),
    ],
)
def test_a_release_has_to_see_if_the_one_before_did(box: Path, before: str, after: str, taken: bool) -> None:
    (box / "1").write_text(before)
    (box / "2").write_text(after)
    done = judge(box)
    assert done.returncode == 0, done.stderr
    assert current(box) == ("2" if taken else "1")


def test_a_camera_that_was_lost_before_is_remembered_over_a_power_cut(box: Path) -> None:
    (box / "1").write_text("lost play")
    (box / "2").write_text("lost play")
    trial = box / "opt" / "trial"
    trial.write_text(trial.read_text() + "camera lost\nattempt\n")
    (box / "opt" / "current").unlink()
    (box / "opt" / "current").symlink_to(box / "opt" / "releases" / "2")
    assert judge(box).returncode == 0
    assert current(box) == "2"
