"""The whole box, as its owner meets it: real processes, a real MPD, real pictures."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from appliance.core.saved_choices import SavedChoices, SavedChoicesFile
from appliance.domain.emotions import Emotion
from appliance.vision import assets
from tests.hung_mount import hung_mount
from tests.portraits import FER2013, Picture, earnest, smiling, unanimous_faces
from tests.running_box import PITCHES, RATE, RunningBox, pitch, running_box, write_songs

QUICK = "[mood]\nfirst_after = 2\nevaluate_every = 5\nmin_looks = 3\npolicy = 'match'\n"

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("mpd") is None, reason="needs MPD: apt install mpd"),
    pytest.mark.skipif(
        not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
    ),
]


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    return write_songs(tmp_path / "songs")


@pytest.fixture
def box(tmp_path: Path, songs: Path) -> Iterator[RunningBox]:
    with running_box(tmp_path, "portrait", songs, QUICK) as box:
        yield box


class Listener(threading.Thread):
    """Hears what MPD really plays into a fifo, and knows the pitch of the last half second."""

    def __init__(self, fifo: Path) -> None:
        super().__init__(daemon=True)
        os.mkfifo(fifo)
        self._fifo = fifo
        self._last = b""

    def run(self) -> None:
        with self._fifo.open("rb") as sound:
            while part := sound.read(RATE * 4 // 10):
                self._last = (self._last + part)[-RATE * 2 :]

    def hears(self, emotion: Emotion, seconds: float) -> bool:
        """Whether the tone of this emotion is heard within so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(0.2)
            if len(self._last) == RATE * 2 and abs(pitch(self._last) - PITCHES[emotion]) < 20:
                return True
        return False


def test_the_portrait_smiles_so_a_happy_song_plays_and_the_status_says_why(box: RunningBox) -> None:
    status = box.wait(lambda status: status["player"]["emotion"] == "happy" and status["player"]["state"] == "play")
    assert status["mood"]["mood"] == "happy"
    assert status["mood"]["people"] == 1
    assert status["player"]["file"].startswith("happy/")
    assert "you looked happy" in status["player"]["why"]
    assert status["vision"]["camera"] == "open"
    assert status["vision"]["faces"][0]["emotion"] == "happy"
    assert status["vision"]["looks_per_second"] > 0
    assert "The mood is happy" in box.printed


def test_what_is_heard_is_the_song_that_the_status_names_and_an_override_is_heard_at_once(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs", {Emotion.HAPPY: 1, Emotion.SAD: 1}, seconds=120)
    settings = f"house_music = false\n{QUICK}"
    listener = Listener(tmp_path / "sound")
    listener.start()
    with running_box(tmp_path, "portrait", songs, settings, output=f"fifo:{tmp_path / 'sound'}") as box:
        box.wait(lambda status: status["player"]["emotion"] == "happy")
        assert listener.hears(Emotion.HAPPY, 30)
        box.override(Emotion.SAD)
        assert listener.hears(Emotion.SAD, 60)  # before the song that played would have come to its end
        status = box.wait(lambda status: (status["player"]["file"] or "").startswith("sad/"))
        assert status["override"] == "sad"


def show(picture: Picture, camera: Path) -> None:
    """Hold another picture before a camera that shows this file."""
    fresh = camera.with_suffix(".fresh.png")
    cv2.imwrite(str(fresh), picture)
    fresh.rename(camera)


def test_when_the_face_before_the_camera_stops_smiling_other_music_is_heard(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs", seconds=4)
    camera = tmp_path / "camera.png"
    show(smiling(), camera)
    listener = Listener(tmp_path / "sound")
    listener.start()
    with running_box(tmp_path, camera, songs, QUICK, output=f"fifo:{tmp_path / 'sound'}") as box:
        box.wait(lambda status: status["mood"]["mood"] == "happy")
        assert listener.hears(Emotion.HAPPY, 20)
        show(earnest(), camera)
        box.wait(lambda status: status["mood"]["mood"] == "neutral")
        assert listener.hears(Emotion.NEUTRAL, 30)
        box.wait(lambda status: "you looked neutral" in (status["player"]["why"] or ""))
        show(smiling(), camera)
        box.wait(lambda status: status["mood"]["mood"] == "happy")
        assert listener.hears(Emotion.HAPPY, 30)


@pytest.mark.slow
@pytest.mark.skipif(not FER2013.exists(), reason="needs FER2013's pictures, which are not the project's to hold")
def test_a_folder_of_expressions_is_heard_as_the_music_of_each(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs", seconds=8)
    clear = unanimous_faces()
    camera = tmp_path / "faces"
    camera.mkdir()
    first, *others = clear
    show(clear[first], camera / "face.png")
    listener = Listener(tmp_path / "sound")
    listener.start()
    with running_box(tmp_path, camera, songs, QUICK, output=f"fifo:{tmp_path / 'sound'}") as box:
        box.wait(lambda status: status["mood"]["mood"] == first)
        assert listener.hears(first, 30)
        for emotion in others:
            show(clear[emotion], camera / "face.png")
            box.wait(lambda status, emotion=emotion: status["mood"]["mood"] == emotion)
            assert listener.hears(emotion, 30)


def test_skip_goes_on_to_another_song(box: RunningBox) -> None:
    before = box.wait(lambda status: status["player"]["emotion"] == "happy" and status["player"]["ahead"])
    box.skip()
    other = (None, before["player"]["file"])
    box.wait(lambda status: status["player"]["state"] == "play" and status["player"]["file"] not in other)


def test_a_killed_vision_process_comes_back_while_the_music_goes_on(box: RunningBox) -> None:
    before = box.wait(lambda status: status["player"]["emotion"] == "happy")
    box.kill("vision")
    box.wait_printed("The vision process has gone")
    assert box.status()["player"]["state"] == "play"
    after = box.wait(lambda status: status["vision"]["camera"] == "open")
    assert after["player"]["elapsed"] >= before["player"]["elapsed"] or after["player"]["state"] == "play"


def test_a_killed_mpd_comes_back_and_plays(box: RunningBox) -> None:
    box.wait(lambda status: status["player"]["emotion"] == "happy")
    box.kill("mpd")
    box.wait_printed("mpd ended by signal SIGKILL")
    box.wait_printed("MPD is back")
    box.wait(lambda status: status["player"]["state"] == "play")


def test_a_camera_that_vanishes_is_told_and_found_again_while_the_music_plays(tmp_path: Path, songs: Path) -> None:
    picture = tmp_path / "camera.png"
    picture.write_bytes(assets.read_asset(assets.PORTRAIT))
    with running_box(tmp_path, picture, songs, QUICK) as box:
        box.wait(lambda status: status["player"]["emotion"] == "happy")
        hidden = picture.rename(tmp_path / "hidden.png")
        box.kill("vision")
        status = box.wait(lambda status: status["vision"]["camera"] == "failed")
        assert "camera.png" in status["vision"]["problem"]
        assert status["player"]["state"] == "play"
        hidden.rename(picture)
        box.wait(lambda status: status["vision"]["camera"] == "open")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_order_and_leaves_no_process_behind(box: RunningBox, by: signal.Signals) -> None:
    box.wait(lambda status: status["player"]["state"] == "play" and status["vision"]["camera"] == "open")
    children = box.children()
    assert set(children) == {"vision", "mpd"}
    assert box.stop(by) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())
    assert "Stopping." in box.printed
    assert "Traceback" not in box.printed


def test_a_second_box_in_the_same_place_is_refused(box: RunningBox, tmp_path: Path, songs: Path) -> None:
    box.wait(bool)
    with running_box(tmp_path, "portrait", songs, QUICK) as second:
        assert second.process.wait(90) == 1
    assert "another Moodbox is running" in box.printed


def test_after_a_restart_the_override_is_still_there(tmp_path: Path, songs: Path) -> None:
    with running_box(tmp_path, "portrait", songs, QUICK) as box:
        box.wait(lambda status: status["player"]["state"] == "play")
        box.override(Emotion.FEAR)
        box.wait(lambda status: status["override"] == "fear")
    with running_box(tmp_path, "portrait", songs, QUICK) as box:
        status = box.wait(lambda status: status["player"]["state"] == "play" and status["player"]["emotion"] == "fear")
        assert status["override"] == "fear"


def test_after_a_restart_the_volume_is_what_the_owner_set(tmp_path: Path, songs: Path) -> None:
    (tmp_path / "state").mkdir()
    SavedChoicesFile(tmp_path / "state").save(SavedChoices(volume=37))
    with running_box(tmp_path, "portrait", songs, QUICK) as box:
        box.wait(lambda status: status["player"]["state"] == "play" and status["player"]["volume"] == 37)


@pytest.mark.needs("root")
def test_a_disk_of_songs_that_hangs_does_not_hold_up_the_stop(tmp_path: Path, songs: Path) -> None:
    with running_box(tmp_path, "portrait", songs, QUICK) as box:
        box.wait(lambda status: status["player"]["state"] == "play" and status["player"]["emotion"] == "happy")
        with hung_mount(songs / "happy"):
            # MPD finds it some seconds later, and then the player looks for lists of streams in the folder that hangs.
            write_songs(songs, {Emotion.SAD: 3})
            time.sleep(8)
            began = time.monotonic()
            assert box.stop(signal.SIGTERM) == 0
            assert time.monotonic() - began < 30  # a disk that hangs does so for ever
            assert "Traceback" not in box.printed


def test_a_folder_that_is_lacking_and_cannot_be_made_keeps_the_others_from_nothing(tmp_path: Path, songs: Path) -> None:
    shutil.rmtree(songs / "angry")
    (songs / "angry").write_text("a file where a folder belongs")
    with running_box(tmp_path, "portrait", songs, QUICK) as box:
        box.wait(lambda status: status["player"]["emotion"] == "happy" and status["player"]["state"] == "play")
        assert f"{songs}/angry: cannot be made (File exists)" in box.printed


def test_without_songs_of_the_owners_house_music_is_composed_and_plays(tmp_path: Path) -> None:
    with running_box(tmp_path, "portrait", tmp_path / "songs", QUICK) as box:
        box.wait(lambda status: any("being composed" in problem for problem in status["problems"]))
        status = box.wait(lambda status: status["player"]["emotion"] == "happy" and status["problems"] == [], 270)
        assert status["player"]["file"].startswith("happy/house/")
        assert "There is no music" not in box.printed
