"""What install, update, judge and uninstall share."""

import sys
from pathlib import Path

import pytest

from tests.provisioning.conftest import VERSION, Clone
from tests.provisioning.shell import PROVISIONING, run, words


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    done = run(words(tmp_path, "log=/dev/full") + "say one; done_now two; echo three")
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["one", "changed", "two", "three"], "")


def test_a_clock_that_is_set_forward_is_not_taken_for_a_long_wait(tmp_path: Path) -> None:
    """A Pi has no clock of its own: the network sets it, often within the first minute."""
    script = (
        words(tmp_path)
        + f"""
    tries=0
    date() {{ echo $((tries * 86400)); }}
    works_now() {{ tries=$((tries + 1)); echo try >>'{tmp_path}/tries'; [ "$tries" = 4 ]; }}
    healthy_within 120
    """
    )
    assert run(script).returncode == 0
    assert (tmp_path / "tries").read_text().count("try") == 4


def test_it_gives_up_on_a_box_that_does_not_play(tmp_path: Path) -> None:
    script = words(tmp_path) + "works_now() { false; }; sleep() { command sleep 0.2; }; healthy_within 1"
    assert run(script).returncode == 1


@pytest.mark.timeout(600)
def test_wheels_are_taken_from_a_folder_with_spaces_in_its_name(clone: Clone) -> None:
    folder = clone.wheels.parent
    stick = folder / "a memory stick" / "wheels & more"
    stick.parent.mkdir()
    clone.wheels.rename(stick)
    python = Path(sys.base_prefix, "bin", f"python{VERSION}")
    script = words(folder, f"python='{python}' version={VERSION} space_mb=0") + 'make_environment "$1" "$2"'
    done = run(script, str(clone.root), str(stick))
    assert done.returncode == 0, done.stdout + done.stderr + (folder / "log").read_text()
    (environment,) = (folder / "opt" / "venvs").iterdir()
    assert (environment / "share" / "moodbox" / "picture.png").is_file()
    assert not (environment / "tmp").exists()


def test_the_lock_lies_where_nobody_else_may_put_a_link(tmp_path: Path) -> None:
    lock = Path(run(words(tmp_path) + 'echo "$lock"').stdout.strip())
    assert lock.is_absolute()
    assert not lock.parent.stat().st_mode & 0o002


def test_the_installation_ends_with_what_the_box_says_of_its_page(tmp_path: Path) -> None:
    start = tmp_path / "opt" / "current" / "provisioning" / "start"
    start.parent.mkdir(parents=True)
    start.write_text('#!/bin/sh\necho "The page is at http://moodbox.local/ ($*)"\n')
    start.chmod(0o755)
    done = run(words(tmp_path, f". '{PROVISIONING}/settings.sh'") + "page_in_words")
    assert done.stdout == "The page is at http://moodbox.local/ (appliance.cli page)\n"
    assert (PROVISIONING / "install.sh").read_text().endswith("page_in_words\n")
