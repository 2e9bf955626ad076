"""`moodbox page`."""

import asyncio
import io
from pathlib import Path

import pytest

from appliance.cli.main import main
from appliance.control.messages import SOCKET, AskPage, Request
from appliance.control.server import ControlServer
from appliance.web.auth.passwords import FILE, PasswordStore


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "moodbox.toml"
    file.write_text(f'[paths]\nstate = "{tmp_path}/state"\nrun = "{tmp_path}"\n[web]\nport = 8123\n')
    return file


def page(settings: Path, *words: str) -> int:
    return main(["--settings", str(settings), "page", *words])


def opens(settings: Path, password: str) -> bool:
    return asyncio.run(PasswordStore(settings.parent / "state").matches(password))


def test_it_tells_where_the_page_is_and_that_it_lacks_a_password(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert page(settings) == 0
    said = capsys.readouterr().out
    assert "http://localhost:8123/" in said
    assert "no password yet" in said
    assert "once Moodbox runs" in said


async def test_a_running_box_is_asked_where_its_page_is(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def answer(request: Request) -> dict[str, str]:
        assert request == AskPage()
        return {"page": "http://localhost:8124/"}

    server = ControlServer(settings.parent / SOCKET, answer)
    await server.start()
    assert await asyncio.to_thread(page, settings) == 0
    await server.stop()
    assert "The page is at http://localhost:8124/\n" in capsys.readouterr().out


def test_a_page_that_is_turned_off_is_said(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text(settings.read_text() + "enabled = false\n")
    assert page(settings) == 0
    assert "web.enabled is false" in capsys.readouterr().out


def test_the_password_is_the_first_line_of_a_file(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse\r\nand more\n")
    assert page(settings, "password", "--file", str(tmp_path / "secret")) == 0
    assert opens(settings, "correct horse")


def test_the_same_password_again_changes_nothing(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse")
    for _ in range(2):
        assert page(settings, "password", "--file", str(tmp_path / "secret")) == 0
        before = (tmp_path / "state" / FILE).read_bytes()
    assert (tmp_path / "state" / FILE).read_bytes() == before


def test_a_password_comes_through_a_pipe_too(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("battery staple\n"))
    assert page(settings, "password") == 0
    assert opens(settings, "battery staple")


def test_a_typed_password_must_be_typed_twice(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed = iter(["correct horse", "correct house"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert page(settings, "password") == 1
    assert "not the same" in capsys.readouterr().err
    assert not (settings.parent / "state" / FILE).exists()


@pytest.mark.parametrize("content", [b"short", b"\xff\xfe\xfd"])
def test_a_password_that_will_not_do_changes_nothing(
    settings: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret").write_bytes(content)
    assert page(settings, "password", "--file", str(tmp_path / "secret")) == 1
    assert capsys.readouterr().err.startswith("moodbox: ")
    assert not (tmp_path / "state" / FILE).exists()
