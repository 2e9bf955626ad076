"""Collecting a person's pictures: what is taken, what is not, and what the person sees meanwhile."""

import contextlib
import http.client
import io
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS
from tests.portraits import smiling
from tools.train_and_quantize import collect, commands, dataset
from tools.train_and_quantize.collecting import Collector, Moment, Plan, Seen
from tools.train_and_quantize.errors import CollectError
from tools.train_and_quantize.face_cutter import SIDE
from tools.train_and_quantize.preview import Preview

ROOT = Path(__file__).parents[2]
FRAME = np.zeros((48, 64, 3), np.uint8)
QUICK = Plan(rounds=2, burst=3, countdown=2, patience=5)


class Actor:
    """In front of a made-up camera whose frames come half a second after each other."""

    def __init__(self, *troubles: str, still: bool = False) -> None:
        self.time, self.still = 0.0, still
        self._troubles: Iterator[str] = iter(troubles)
        self.moments: list[Moment] = []
        self.said: list[str] = []

    def look(self) -> Seen:
        self.time += 0.5
        if trouble := next(self._troubles, ""):
            return Seen(FRAME, None, trouble)
        shade = 0 if self.still else int(self.time * 2) % 256
        return Seen(FRAME, np.full((SIDE, SIDE, 3), shade, np.uint8))

    def collect(self, folder: Path, plan: Plan = QUICK) -> dict[str, int]:
        return Collector(
            folder, plan, self.look, lambda _, moment: self.moments.append(moment), self.said.append, lambda: self.time
        ).run()


def test_every_emotion_is_taken_in_every_round_after_a_countdown(tmp_path: Path) -> None:
    actor = Actor()
    assert actor.collect(tmp_path / "anna") == {emotion.value: 6 for emotion in EMOTIONS}
    assert [moment.seconds for moment in actor.moments[:4]] == [2, 2, 1, 1]
    assert len(actor.said) == 14
    assert actor.said[0].startswith("angry: brows down")
    assert actor.said[0].endswith("as you are")
    assert actor.said[7].endswith("nearer to the camera, the head a little to one side")
    assert actor.moments[-1].done
    files = sorted((tmp_path / "anna" / "fear").iterdir())
    assert [file.name for file in files] == ["1-0001.jpg", "1-0002.jpg", "1-0003.jpg", "2-0001.jpg", "2-0002.jpg",
                                             "2-0003.jpg"]  # fmt: skip
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "anna").stat().st_mode) == 0o700


def test_what_was_taken_is_more_to_learn_from(tmp_path: Path) -> None:
    Actor().collect(tmp_path / "anna")
    assert len(dataset.whole(tmp_path / "anna")) == 42


def test_nothing_is_kept_while_there_is_not_just_one_face(tmp_path: Path) -> None:
    actor = Actor(*["more than one face is seen; only one person may be in sight"] * 9)
    kept = actor.collect(tmp_path / "anna", Plan(rounds=1, burst=2, countdown=0, patience=3))
    assert kept["angry"] == 0
    assert "angry: 0 of 2 pictures within 3 s" in actor.said
    assert kept["surprise"] == 2
    assert any("more than one face" in moment.trouble for moment in actor.moments)


def test_a_camera_that_gives_the_same_frame_again_gives_one_picture(tmp_path: Path) -> None:
    actor = Actor(still=True)
    assert actor.collect(tmp_path / "anna", Plan(rounds=1, burst=3, countdown=0, patience=3))["angry"] == 1
    assert any(moment.trouble == "the picture does not move" for moment in actor.moments)


def test_an_interrupted_session_goes_on_where_it_was(tmp_path: Path) -> None:
    first = Actor()

    def stop(_: Seen, moment: Moment) -> None:
        if (moment.emotion, moment.kept) == ("fear", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Collector(tmp_path / "anna", QUICK, first.look, stop, first.said.append, lambda: first.time).run()
    second = Actor()
    assert second.collect(tmp_path / "anna")["fear"] == 6
    assert second.said[0].startswith("fear: ")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "faces").write_text("")
    with pytest.raises(CollectError, match="faces/anna: cannot be made"):
        Actor().collect(tmp_path / "faces" / "anna")


def test_the_preview_shows_what_to_do_and_the_camera_to_its_own_address_alone() -> None:
    preview = Preview()
    preview.show(
        Seen(FRAME, None, "nobody is seen"), Moment("happy", "😀", "a smile", 1, 4, 3, trouble="nobody is seen")
    )
    with preview.served() as address:
        port, path = address.removeprefix("http://127.0.0.1:").split("/", 1)
        moment = json.loads(read(port, f"/{path}moment"))
        assert (moment["emotion"], moment["seconds"], moment["trouble"]) == ("happy", 3, "nobody is seen")
        assert b'src="stream"' in read(port, f"/{path}")
        with asked(port, f"/{path}stream") as stream:
            head = b"".join(stream.readline() for _ in range(4))
            assert head.startswith(b"--picture\r\nContent-Type: image/jpeg\r\n")
            length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            picture = cv2.imdecode(np.frombuffer(stream.read(length), np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (480, 640, 3)
        for elsewhere in ("/", "/moment", "/stream"):
            with asked(port, elsewhere) as answer:
                assert answer.status == 404


@contextlib.contextmanager
def asked(port: str, path: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path)
        yield connection.getresponse()


def read(port: str, path: str) -> bytes:
    with asked(port, path) as answer:
        return answer.read()


def film(path: Path) -> Path:
    """The portrait, moving a little, as a film of two seconds."""
    portrait = cv2.resize(smiling(), None, fx=2, fy=2)
    height, width = portrait.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height))
    for step in range(20):
        writer.write(np.roll(portrait, step, axis=1))
    writer.release()
    return path


@pytest.mark.timeout(600)
def test_a_film_before_the_camera_becomes_pictures_of_the_one_who_agreed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.train_and_quantize", "collect", "anna", "--out", str(tmp_path / "faces"),
               "--camera", str(film(tmp_path / "film.avi")), "--rounds", "1", "--burst", "2", "--countdown", "0",
               "--quiet", "--no-preview", "--patience", "200"]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, input="no\n", capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 1
    assert "nothing was taken: the person did not agree" in done.stderr
    assert not (tmp_path / "faces").exists()
    done = subprocess.run(
        command, cwd=ROOT, input="I agree\n", capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    assert "2 angry, 2 disgust" in done.stdout
    files = sorted((tmp_path / "faces" / "anna").glob("*/*.jpg"))
    assert len(files) == 14
    assert cv2.imread(str(files[0])).shape == (SIDE, SIDE, 3)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["../anna", "--camera", "x"], "'../anna' is no name for a folder; use letters, digits and hyphens"),
        (["anna", "--camera", "nowhere"], "which is no file or folder"),
        (["anna", "--camera", "77"], "/dev/video77"),
    ],
)
def test_a_camera_or_name_that_cannot_be_used_is_told_in_a_line(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert commands.main(["collect", *words, "--out", str(tmp_path / "faces")]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "faces").exists()


@pytest.mark.parametrize("typed", ["", "yes", "I do not agree"])
def test_only_who_types_that_they_agree_is_taken(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[str] = []
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(CollectError, match="did not agree"):
        collect._agree(tmp_path / "anna", heard.append)
    assert heard[0] in capsys.readouterr().out
