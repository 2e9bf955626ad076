"""The private MPD's configuration."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from appliance.music.errors import MusicError
from appliance.music.mpd.config import choose_output, quote, render_config


def listen(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    return listener


def test_auto_prefers_pulseaudio_then_pipewire_then_alsa_then_silence(tmp_path: Path) -> None:
    environment, devices = {"XDG_RUNTIME_DIR": str(tmp_path)}, tmp_path / "snd"
    devices.mkdir()
    (devices / "pcmC0D0c").touch()
    assert choose_output("auto", environment, devices).lines == (("type", "null"), ("sync", "yes"))
    (devices / "pcmC0D0p").touch()
    assert choose_output("auto", environment, devices).words == "ALSA"
    with listen(tmp_path / "pipewire-0"):
        assert choose_output("auto", environment, devices).words == "PipeWire"
        with listen(tmp_path / "pulse" / "native"):
            assert choose_output("auto", environment, devices).words == "PulseAudio"
    assert choose_output("auto", {"PULSE_SERVER": "tcp:stereo"}, devices).words == "PulseAudio"


def test_outputs_can_be_named() -> None:
    assert choose_output("hw:1").lines == (("type", "alsa"), ("device", "hw:1"))
    assert choose_output("fifo:/run/sound").lines == (
        ("type", "fifo"),
        ("path", "/run/sound"),
        ("format", "44100:16:2"),
    )


def test_a_fifo_needs_an_absolute_path() -> None:
    with pytest.raises(MusicError, match="absolute"):
        choose_output("fifo:sound")


def test_values_are_escaped() -> None:
    assert quote('a "b" \\ c') == '"a \\"b\\" \\\\ c"'
    with pytest.raises(MusicError, match="line break"):
        quote("two\nlines")


def test_a_socket_path_that_linux_cannot_take_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MusicError, match=r"paths\.run"):
        render_config(
            songs=tmp_path, state=tmp_path, socket=Path("/" + "x" * 110), port=0, output=choose_output("null")
        )


def test_without_a_port_nothing_listens_on_the_network(tmp_path: Path) -> None:
    text = render_config(songs=tmp_path, state=tmp_path, socket=Path("/run/s"), port=0, output=choose_output("null"))
    assert text.count("bind_to_address") == 1
    assert "port" not in [line.split(" ")[0] for line in text.splitlines()]
