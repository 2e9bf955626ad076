"""A whole box into which an unsorted library is dropped."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.domain.emotions import Emotion
from tests.analyser.test_analyser import tune
from tests.running_box import ROOT, RunningBox, running_box


def music(box: RunningBox, *words: str) -> str:
    command = [sys.executable, "-m", "appliance.cli", "--settings", str(box.settings), "music", *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.needs("mpd", "setpriv")
@pytest.mark.timeout(600)
@pytest.mark.slow
def test_a_library_dropped_in_is_heard_placed_and_played_unattended(tmp_path: Path) -> None:
    songs, new = tmp_path / "songs", tmp_path / "new"
    for number in range(12):
        tune(new / f"Artist {number % 3}" / f"song {number}.flac", number, 15.0)
    (new / "junk.mp3").write_bytes(bytes(range(256)) * 100)  # MPD leaves it out
    soundfile.write(new / "silent.flac", np.zeros(300_000), 22_050)
    with running_box(tmp_path, "portrait", songs, "house_music = false\n[vision]\nfar = false\n") as box:
        box.wait(lambda status: status["catalogue"] is not None)
        shutil.move(new, songs / "library" / "new")
        box.wait(lambda status: (status["catalogue"]["heard"], status["catalogue"]["broken"]) == (12, 1), 120)
        box.override(Emotion.SAD)
        playing = box.wait(
            lambda status: (
                status["player"]["state"] == "play" and (status["player"]["file"] or "").startswith("library/new/")
            )
        )
        file = playing["player"]["file"]
        assert f"{file}\nplays for " in music(box, "why", file)
        assert len(music(box, "like", file, "--count", "3").splitlines()) == 4
        music(box, "place", file, "fear")
        listed = songs / "fear" / "from-your-library.m3u"
        box.wait(lambda _: listed.exists() and f"../{file}\n" in listed.read_text())
        assert "you said so" in music(box, "why", file)
        assert music(box, "status") == "12 of 13 heard, 1 cannot be.\n"
        assert box.printed.count("silent.flac cannot be listened to: it is silent") == 1
        assert box.stop() == 0
    with running_box(tmp_path, "portrait", songs, "house_music = false\n[vision]\nfar = false\n") as box:
        box.wait(lambda status: status["catalogue"] and status["catalogue"]["heard"] == 12)
        assert box.printed.count("silent.flac cannot be listened to") == 1
