"""A whole box into which an unsorted library is dropped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.domain.emotions import Emotion
from tests.analyser.test_analyser import tune
from tests.running_box import running_box


@pytest.mark.needs("mpd", "setpriv")
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
        playing = box.wait(lambda status: (status["player"]["file"] or "").startswith("library/new/"))
        assert playing["player"]["state"] == "play"
        assert box.printed.count("silent.flac cannot be listened to: it is silent") == 1
        assert box.stop() == 0
    with running_box(tmp_path, "portrait", songs, "house_music = false\n[vision]\nfar = false\n") as box:
        box.wait(lambda status: status["catalogue"] and status["catalogue"]["heard"] == 12, 20)
        assert box.printed.count("silent.flac cannot be listened to") == 1
