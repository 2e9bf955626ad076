from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from appliance.music.mpd.lan import lan_lines
from appliance.settings.base import SettingsError
from appliance.settings.music import MusicSettings
from appliance.settings.settings import parse_settings
from tests.music.mpd.test_process import serving
from tests.ports import free_port


def kept(folder: Path, content: bytes = b"rosebud\n", mode: int = 0o600) -> MusicSettings:
    file = folder / "mpd-password"
    file.write_bytes(content)
    file.chmod(mode)
    return MusicSettings(lan=True, lan_password_file=str(file))


def permissions(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


class Stranger:
    """A client from the network."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), 30)
        self._file = self._socket.makefile("rw", newline="\n")
        assert self._file.readline().startswith("OK MPD ")

    def ask(self, command: str) -> str:
        """The last line of the answer."""
        self._file.write(f"{command}\n")
        self._file.flush()
        while not (line := self._file.readline()).startswith(("OK", "ACK")):
            assert line
        return line

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.mark.needs("mpd")
async def test_a_client_from_the_network_plays_with_the_password_and_not_without(tmp_path: Path) -> None:
    port = free_port()
    settings = kept(tmp_path, "ros ebüd\n".encode())
    async with serving(tmp_path, port=port, lan=True, lan_password_file=settings.lan_password_file) as server:
        stranger = Stranger("127.0.0.2", server.port)
        assert "permission" in stranger.ask("status")
        assert "permission" in stranger.ask("pause 1")
        assert "incorrect password" in stranger.ask('password "rosebud"')
        assert stranger.ask('password "ros ebüd"') == "OK\n"
        for command in ("status", "setvol 30", "pause 1", "next", "listall", "clear", "idle\nnoidle"):
            assert "permission" not in stranger.ask(command), command
        assert "permission" in stranger.ask("kill")
        stranger.close()
        assert permissions(Path(server.address).with_name("mpd.conf")) == 0o600


@pytest.mark.needs("mpd")
async def test_without_a_good_password_the_music_plays_and_nobody_is_let_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    settings = kept(tmp_path, mode=0o644)
    async with serving(tmp_path, port=port, lan=True, lan_password_file=settings.lan_password_file) as server:
        with pytest.raises(OSError, match="refused"):
            Stranger("127.0.0.2", server.port)
        own = Stranger("127.0.0.1", server.port)
        assert own.ask("status") == "OK\n"
        own.close()
    assert caplog.text.count("MPD cannot be reached from the network: ") == 1
    assert "can be read by everyone" in caplog.text


def test_nothing_is_opened_unless_the_owner_says_so() -> None:
    assert lan_lines(MusicSettings(), pytest.fail) == []


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        (b"", 0o600, "is empty"),
        (b"\nrosebud\n", 0o600, "is empty"),
        (b"rose@bud", 0o600, "without an @"),
        (b"rose\x00bud", 0o600, "cannot take"),
        (b"x" * 201, 0o600, "at most 200 bytes"),
        (b"\xff", 0o600, "not UTF-8"),
        (b"rosebud", 0o604, "read by everyone"),
    ],
)
def test_a_password_that_will_not_do_is_told_with_its_file(tmp_path: Path, content: bytes, mode: int, why: str) -> None:
    said: list[str] = []
    settings = kept(tmp_path, content, mode)
    assert lan_lines(settings, said.append) == []
    assert why in said[0]
    assert settings.lan_password_file in said[0]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said: list[str] = []
    lan_lines(MusicSettings(lan=True, lan_password_file=str(tmp_path / "none")), said.append)
    assert "cannot be read: No such file" in said[0]


@pytest.mark.parametrize(
    ("text", "key"),
    [("lan = true", "lan_password_file"), ('lan = true\nlan_password_file = "/x"\nport = 0', "port")],
)
def test_settings_that_let_nobody_in_are_refused(text: str, key: str) -> None:
    with pytest.raises(SettingsError, match=f"music.{key}|music.port"):
        parse_settings(f"[music]\n{text}")
