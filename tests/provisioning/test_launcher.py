"""Runs the real launcher in clones whose locks name small made-up wheels."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.provisioning.conftest import ROOT, Clone, new_clone

pytestmark = pytest.mark.timeout(600)  # a start makes an environment, which takes a busy machine a minute


def test_a_start_runs_the_command_line_with_its_arguments_where_the_caller_stands(installed: Clone) -> None:
    done = installed.start("override", "happy", "with space")
    assert done.stdout.splitlines() == [
        "demo 1.0",
        "arguments ['override', 'happy', 'with space']",
        f"place {installed.wheels}",
    ]


def test_a_second_start_installs_nothing_and_says_nothing(installed: Clone) -> None:
    before = installed.venv.stat()
    done = installed.start("status")
    assert (done.returncode, done.stderr) == (0, "")
    after = installed.venv.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_symlink_to_the_launcher_starts_the_clone_it_points_to(installed: Clone, tmp_path: Path) -> None:
    link = tmp_path / "moodbox"
    link.symlink_to(installed.root / "moodbox")
    assert "demo 1.0" in installed.start(by=link).stdout


def test_the_assets_are_put_in_place_by_the_first_start(installed: Clone) -> None:
    assert installed.asset.read_bytes() == b"not really a picture"


def test_the_environments_own_scripts_run_from_its_final_place(installed: Clone) -> None:
    done = subprocess.run([installed.venv / "bin" / "pip", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ".venv.new" not in (installed.venv / "bin" / "activate").read_text()


def test_a_damaged_stamp_has_the_environment_made_anew(installed: Clone) -> None:
    (installed.venv / "moodbox.stamp").write_text("junk")
    (installed.venv / "leftover").touch()
    assert "demo 1.0" in installed.start().stdout
    assert not (installed.venv / "leftover").exists()


def test_a_changed_lock_is_followed(installed: Clone) -> None:
    installed.require("2.0")
    assert "demo 2.0" in installed.start().stdout
    installed.require("1.0")
    assert "demo 1.0" in installed.start().stdout


def test_a_wheel_that_is_not_the_locked_one_is_refused_and_the_old_environment_stays(installed: Clone) -> None:
    old = installed.lock.read_text()
    installed.lock.write_text(old.replace("sha256:", "sha256:0000")[: -len("0000\n")] + "\n")
    done = installed.start()
    assert done.returncode == 1
    assert "the packages cannot be installed" in done.stderr
    installed.lock.write_text(old)
    again = installed.start()
    assert ("demo 1.0" in again.stdout, again.stderr) == (True, "")


def test_an_asset_with_another_hash_is_refused(clone: Clone) -> None:
    clone.sums.write_text(f"{'0' * 64}  portrait/picture.png\n")
    done = clone.start()
    assert done.returncode == 1
    assert f"expected {'0' * 64}; nothing was written" in done.stderr
    assert "the face finder's files and the portrait cannot be fetched" in done.stderr
    assert not clone.venv.exists()


def test_an_installation_that_was_killed_is_made_good_by_the_next_start(clone: Clone) -> None:
    launcher = subprocess.Popen([clone.root / "moodbox"], env=clone.environment(), start_new_session=True)
    while not (clone.root / ".venv.new" / "pyvenv.cfg").exists():
        assert launcher.poll() is None
        time.sleep(0.01)
    os.killpg(launcher.pid, signal.SIGKILL)
    launcher.wait()
    assert not clone.venv.exists()
    assert "demo 1.0" in clone.start().stdout
    assert not (clone.root / ".venv.new").exists()


def test_two_first_starts_at_once_make_one_environment(clone: Clone) -> None:
    starts = [
        subprocess.Popen([clone.root / "moodbox"], env=clone.environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    words = "".join(start.communicate()[1] for start in starts)
    assert [start.returncode for start in starts] == [0, 0]
    assert words.count("making") == 1
    assert "another start is installing; waiting for it" in words


def test_without_a_network_the_start_says_so(clone: Clone) -> None:
    done = clone.start(PIP_NO_INDEX="0", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_FIND_LINKS="", PIP_RETRIES="1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "moodbox: the packages cannot be installed: "
        "the package index cannot be reached. Check the network, then try again"
    )


@pytest.mark.needs("root", "unshare", "mount")
def test_too_little_space_is_said_before_anything_is_fetched(clone: Clone) -> None:
    small = clone.root.parent / "small"
    small.mkdir()
    script = 'mount -t tmpfs -o size=20m none "$1" && cp -r "$2/." "$1" && "$1/moodbox"'
    command = ["unshare", "--mount", "sh", "-c", script, "sh", small, clone.root]
    done = subprocess.run(command, env=clone.environment(), capture_output=True, text=True, check=False)
    if "permission denied" in done.stderr.lower():
        pytest.skip("may not mount here")
    assert done.returncode == 1
    assert "MB of free space; the installation needs 900 MB" in done.stderr


def test_a_folder_of_the_owners_called_venv_is_never_removed(clone: Clone) -> None:
    clone.venv.mkdir()
    (clone.venv / "diary.txt").touch()
    done = clone.start()
    assert done.returncode == 1
    assert "is in the way" in done.stderr
    assert (clone.venv / "diary.txt").exists()


def test_a_python_that_does_not_fit_is_named(clone: Clone) -> None:
    done = clone.start(MOODBOX_PYTHON="/bin/false")
    assert done.returncode == 1
    assert done.stderr == (
        "moodbox: MOODBOX_PYTHON=/bin/false is no Python 3.11 or 3.13; unset it, or name one that is\n"
    )


@pytest.mark.needs("apt-get", "setpriv")
def test_without_rights_the_missing_packages_are_named_in_a_line_to_type(open_folder: Path) -> None:
    clone = new_clone(open_folder)
    programs = open_folder / "bin"
    programs.mkdir()
    for folder in ("/usr/bin", "/bin"):  # all that this machine has, but neither mpd nor sudo
        for program in Path(folder).iterdir():
            if program.name not in {"mpd", "sudo"} and not (programs / program.name).is_symlink():
                (programs / program.name).symlink_to(program)
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*drop, clone.root / "moodbox", "run"],
        env=clone.environment(PATH=str(programs)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1].strip()
    assert last.startswith("sudo apt-get update && sudo apt-get install -y --no-install-recommends mpd")
    assert shutil.which("sudo", path=str(programs)) is None


@pytest.mark.parametrize("words", [("--help",), ("--slow", "-h")])
def test_help_for_the_checks_installs_nothing(clone: Clone, words: tuple[str, ...]) -> None:
    (clone.root / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "test_suite.py", clone.root / "tools")
    done = clone.start("test", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: moodbox test")
    assert not clone.venv.exists()


@pytest.mark.parametrize(("more", "machines"), [("", False), ("--slow ", True)])
def test_the_checks_bring_in_every_program_that_a_check_is_skipped_for(clone: Clone, more: str, machines: bool) -> None:
    script = """command=test arguments=" test $2" root=$1 missing=
    programs() { :; }
    . "$root/provisioning/environment.sh"
    PATH=/nowhere
    list_useful"""
    done = subprocess.run(
        ["/bin/sh", "-euc", script, "sh", clone.root, more], capture_output=True, text=True, check=True
    )
    packages = set(done.stdout.split())
    assert packages >= {"mosquitto", "openssh-server", "chromium", "shellcheck", "ffmpeg", "systemd", "openssl"}
    assert ({"mmdebstrap", "systemd-container", "iproute2", "iptables"} <= packages) == machines
