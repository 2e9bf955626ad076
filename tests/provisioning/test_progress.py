"""What takes minutes is seen to get on."""

from __future__ import annotations

import time
from pathlib import Path

from tests.provisioning.shell import run, words


def test_the_last_line_of_the_log_is_shown_again_and_again(tmp_path: Path) -> None:
    script = (
        words(tmp_path, "progress_every=0.1")
        + """
    shown=$1/shown
    shown_twice() { until [ "$(grep -c "$1" "$shown")" -ge 2 ]; do command sleep 0.05; done; }
    work() { for step in "Unpacking mpd" "Setting up mpd"; do echo "$step"; shown_twice "$step"; done; }
    echo "Reading package lists" >"$log"
    show_progress "$log" work 2>"$shown"
    """
    )
    done = run(script, str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shown = [line.strip() for line in (tmp_path / "shown").read_text().splitlines()]
    assert {*shown} - {"Reading package lists"} == {"Unpacking mpd", "Setting up mpd"}
    assert shown == sorted(shown, key=["Reading package lists", "Unpacking mpd", "Setting up mpd"].index)
    assert (tmp_path / "log").read_text() == "Reading package lists\nUnpacking mpd\nSetting up mpd\n"


def test_a_failure_is_passed_on_and_nothing_is_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    done = run(words(tmp_path, "progress_every=30") + 'show_progress "$log" sh -c "exit 7"')
    assert done.returncode == 7
    assert time.monotonic() - began < 25
