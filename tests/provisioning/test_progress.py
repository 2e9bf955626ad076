"""What takes minutes is seen to get on."""

from __future__ import annotations

import time
from pathlib import Path

from tests.provisioning.shell import run, words


def test_the_last_line_of_the_log_is_shown_again_and_again(tmp_path: Path) -> None:
    script = (
        words(tmp_path, "progress_every=0.2")
        + """
    work() { echo "Unpacking mpd"; command sleep 0.5; echo "Setting up mpd"; command sleep 0.5; }
    show_progress "$log" work
    """
    )
    done = run(script)
    assert (done.returncode, done.stdout) == (0, "")
    assert {line.strip() for line in done.stderr.splitlines()} == {"Unpacking mpd", "Setting up mpd"}
    assert (tmp_path / "log").read_text() == "Unpacking mpd\nSetting up mpd\n"


def test_a_failure_is_passed_on_and_nothing_is_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    done = run(words(tmp_path, "progress_every=30") + 'show_progress "$log" sh -c "exit 7"')
    assert done.returncode == 7
    assert time.monotonic() - began < 10
