"""The page of a whole box: real processes, a real MPD, a real socket."""

import http.client
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.main import main
from appliance.control.client import ask_status
from appliance.control.messages import SOCKET
from appliance.doctor.checks import examine_running
from appliance.settings.settings import load_settings
from appliance.vision import assets
from tests.ports import free_port
from tests.running_box import RunningBox, running_box, write_songs
from tests.web.running_page import PASSWORD

pytestmark = [
    pytest.mark.skipif(shutil.which("mpd") is None, reason="needs MPD: apt install mpd"),
    pytest.mark.skipif(
        not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
    ),
]


class Owner:
    """A browser on the same machine, signed in."""

    def __init__(self, port: int) -> None:
        self._port, self._cookie = port, ""
        self.ask("POST", "/api/password", {"password": PASSWORD})

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The answer's status and JSON."""
        status, kind, text = self._answer(method, path, body)
        return status, json.loads(text) if kind == "application/json" else None

    def read(self, path: str) -> str:
        """The text at a path."""
        return self._answer("GET", path, None)[2].decode()

    def _answer(self, method: str, path: str, body: Any) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Origin": f"http://127.0.0.1:{self._port}", "Cookie": self._cookie}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if cookie := answer.headers["Set-Cookie"]:
            self._cookie = cookie.partition(";")[0]
        connection.close()
        return answer.status, answer.headers["Content-Type"], text


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def box(tmp_path: Path, port: int) -> Iterator[RunningBox]:
    songs = write_songs(tmp_path / "songs")
    with running_box(tmp_path, "portrait", songs, f"[web]\nport = {port}\n") as box:
        yield box


def test_what_the_page_shows_and_asks_is_what_the_box_sees_and_does(box: RunningBox, port: int) -> None:
    box.wait_printed(f"The page is at http://localhost:{port}/")
    box.wait(lambda status: status["player"]["state"] == "play" and bool(status["vision"]["faces"]))
    owner = Owner(port)
    box.wait(lambda _: owner.ask("GET", "/api/status")[1]["player"]["state"] == "play")
    box.wait(lambda _: owner.ask("GET", "/api/status")[1]["now"]["sentence"].startswith("From "))
    box.wait(lambda _: bool(owner.ask("GET", "/api/aim")[1]["faces"]))
    aim = owner.ask("GET", "/api/aim")[1]
    assert aim["frame"]["width"] > 0
    assert 0 < aim["light"] < 255

    assert owner.ask("POST", "/api/override", {"emotion": "fear"})[0] == 204
    box.wait(lambda status: status["player"]["emotion"] == "fear" and status["player"]["state"] == "play")
    assert "you chose fear" in owner.ask("GET", "/api/status")[1]["now"]["sentence"]
    assert owner.ask("POST", "/api/music", {"on": False})[0] == 204
    box.wait(lambda status: status["player"]["state"] == "pause")
    assert owner.ask("POST", "/api/camera", {"on": False})[0] == 204
    box.wait(lambda status: status["vision"]["camera"] == "off")

    told = owner.ask("GET", "/api/box")[1]
    sources = {line["key"]: line["source"] for line in told["settings"]}
    assert sources["web.port"] == str(box.settings)
    assert sources["mood.policy"] == "default"
    assert any("Override: fear (page)." in line for line in told["log"])
    assert not [line for line in told["health"] if line["ok"] is False]
    assert "warning" not in box.printed


def test_a_restart_from_the_page_brings_the_box_back_with_its_password_and_who_was_signed_in(
    box: RunningBox, port: int
) -> None:
    box.wait_printed("The page is at")
    owner = Owner(port)
    assert owner.ask("POST", "/api/restart", {})[0] == 202
    box.wait_printed("Restart (page).")
    box.wait(lambda _: box.printed.count("The page is at") == 2)
    assert Owner(port).ask("GET", "/api/session")[1] == {"signed_in": False, "password_set": True}
    assert owner.ask("GET", "/api/session")[1] == {"signed_in": True, "password_set": True}


def test_a_damaged_password_is_a_problem_until_one_is_set_at_the_box(
    box: RunningBox, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.wait_printed("The page is at")
    owner = Owner(port)
    (tmp_path / "state/page-password.json").write_bytes(b"\0" * 100)
    box.wait(lambda status: any("moodbox page password" in problem for problem in status["problems"]))
    settings = load_settings(box.settings)
    [found] = [
        found for found in examine_running(settings, ask_status(settings.run_dir / SOCKET)) if found.part == "page"
    ]
    assert found.well is False
    assert "moodbox page password" in found.text
    monkeypatch.setattr("sys.stdin", io.StringIO("battery staple\n"))
    assert main(["--settings", str(box.settings), "page", "password"]) == 0
    box.wait(lambda status: not status["problems"])
    assert owner.ask("POST", "/api/session", {"password": "battery staple"})[0] == 204


def test_of_two_boxes_at_one_port_each_tells_its_own_address(
    box: RunningBox, port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box.wait_printed(f"The page is at http://localhost:{port}/")
    (tmp_path / "other").mkdir()
    web = f"[web]\nport = {port}\n"
    with running_box(tmp_path / "other", "portrait", write_songs(tmp_path / "other/songs", seconds=1), web) as other:
        other.wait_printed("The page is at")
        [there] = re.findall(r"The page is at (\S+)", other.printed)
        assert there != f"http://localhost:{port}/"
        assert f"Port {port} is taken" in other.printed
        assert main(["--settings", str(other.settings), "page"]) == 0
        assert f"The page is at {there}\n" in capsys.readouterr().out
        owner = Owner(int(there.rstrip("/").rpartition(":")[2]))
        [page] = [line for line in owner.ask("GET", "/api/box")[1]["health"] if line["name"] == "page"]
        assert page["text"].startswith(there)
        assert main(["--settings", str(box.settings), "page"]) == 0
        assert f"The page is at http://localhost:{port}/\n" in capsys.readouterr().out


def test_a_page_that_is_not_wanted_is_not_there(tmp_path: Path, port: int) -> None:
    songs = write_songs(tmp_path / "songs", seconds=1)
    with running_box(tmp_path, "portrait", songs, f"[web]\nport = {port}\nenabled = false\n") as box:
        box.wait(lambda status: status["vision"]["camera"] == "open")
        with pytest.raises(ConnectionRefusedError):
            Owner(port)
        libraries = Path(f"/proc/{box.process.pid}/maps").read_text()
        assert "aiohttp" not in libraries
