"""A whole Moodbox that is given songs while it plays."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from tests.ports import free_port
from tests.running_box import ROOT, RunningBox, running_box, write_songs
from tests.songs.music import music

PASSWORD = "correct horse"


class Phone:
    """The owner's page, as far as songs are concerned."""

    def __init__(self, port: int) -> None:
        self._port, self._cookie = port, ""
        answer = self.ask("POST", "/api/password", json.dumps({"password": PASSWORD}).encode())
        self._cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def ask(self, method: str, path: str, body: bytes = b"") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        kind = "application/json" if body.startswith(b"{") else "application/octet-stream"
        origin = f"http://127.0.0.1:{self._port}"
        connection.request(method, path, body, {"Cookie": self._cookie, "Origin": origin, "Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        return answer


@pytest.mark.needs("mpd", "setpriv")
@pytest.mark.slow
def test_songs_put_in_by_page_and_command_play_while_the_box_runs(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs", {Emotion.NEUTRAL: 2, Emotion.HAPPY: 1})
    new = write_songs(tmp_path / "new", {Emotion.FEAR: 1, Emotion.SAD: 1})
    port = free_port()
    settings = f"house_music = false\nkeep_free = 0\n[web]\nport = {port}\n[vision]\nfar = false\n"
    with running_box(tmp_path, "portrait", songs, settings) as box:
        box.wait(lambda status: status["player"]["state"] == "play")
        phone = Phone(port)
        data = (new / "fear" / "tone 0.flac").read_bytes()
        assert phone.ask("PUT", "/api/songs/fear/tone%200.flac", data).status == 201
        command(box, "add", "sad", str(new / "sad" / "tone 0.flac"))
        for emotion in (Emotion.FEAR, Emotion.SAD):
            box.override(emotion)
            box.wait(lambda status, emotion=emotion: status["player"]["file"] == f"{emotion}/tone 0.flac")
        assert phone.ask("POST", "/api/songs/fear/tone%200.flac/move", b'{"to": "surprise"}').status == 204
        box.override(Emotion.SURPRISE)
        box.wait(lambda status: status["player"]["file"] == "surprise/tone 0.flac")
        assert "cannot be played" not in box.printed
        empty = tmp_path / "empty.flac"
        empty.write_bytes(music(size=9000))  # it begins like a song, and MPD finds nothing in it
        command(box, "add", "sad", str(empty))
        box.wait_printed("sad/empty.flac cannot be played (MPD finds no music in it)")
        command(box, "move", "sad/empty.flac", "angry")
        box.wait_printed("angry/empty.flac cannot be played")


def command(box: RunningBox, *words: str) -> None:
    full = [sys.executable, "-m", "appliance.cli", "--settings", str(box.settings), "songs", *words]
    subprocess.run(full, cwd=ROOT, check=True, capture_output=True)
