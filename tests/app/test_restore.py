"""A box that runs from a clone is backed up while it plays, and restarts with what is put back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from tests.running_box import ROOT, RunningBox, running_box, write_songs

pytestmark = [pytest.mark.slow, pytest.mark.needs("mpd"), pytest.mark.timeout(900)]


def typed(box: RunningBox, *words: object) -> str:
    command = [sys.executable, "-m", "appliance.cli", "--settings", str(box.settings), *map(str, words)]
    done = subprocess.run(
        command, input="words and more words\n", capture_output=True, text=True, check=False, timeout=280,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_running_box_is_backed_up_and_restarts_with_what_is_put_back(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs")
    quick = "[mood]\nfirst_after = 2\nmin_looks = 3\n"
    with running_box(tmp_path, "portrait", songs, quick) as box:
        box.wait(lambda status: status["player"]["state"] == "play")
        box.override(Emotion.SAD)
        box.wait(lambda status: status["override"] == "sad")
        kept = tmp_path / "state" / "state.json"
        box.wait(lambda _: kept.exists() and "sad" in kept.read_text())
        typed(box, "backup", tmp_path / "b.moodbackup")
        box.override(None)
        box.wait(lambda status: status["override"] == "auto")
        said = typed(box, "restore", "--yes", tmp_path / "b.moodbackup")
        assert "the box runs well with it" in said
        box.wait(lambda status: status["override"] == "sad" and status["player"]["state"] == "play")
        assert not (tmp_path / "state" / "restore").exists()
