"""The judge of updates on its own: what it does with a disk on which there is no room left."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.shell import PROVISIONING, words

pytestmark = pytest.mark.needs("root", "mount")

STUBS = """
works_now() { echo asked >>"${opt%/*}/health"; }
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
