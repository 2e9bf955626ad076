"""The private MPD's configuration."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.music.errors import MusicError
from appliance.music.mpd.config import all_outputs, choose_output, device_of, quote, render_config
from appliance.outputs.choosing import FoundOutputs


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


def test_a_sinks_name_follows_its_servers() -> None:
    assert choose_output("pulse:kitchen").lines == (("type", "pulse"), ("sink", "kitchen"))
    assert choose_output("pipewire:kitchen").lines == (("type", "pipewire"), ("target", "kitchen"))


FOUND = FoundOutputs((SoundOutput("plughw:CARD=E30,DEV=0", OutputKind.USB, "Topping\nE30"),), "alsa")


def test_mpd_has_every_output_that_there_is_and_begins_with_the_one_of_the_settings() -> None:
    outputs = all_outputs("hw:1", {}, FOUND)
    assert [each.device for each in outputs] == ["hw:1", "plughw:CARD=E30,DEV=0", "alsa", "null"]
    text = render_config(songs=Path("/s"), state=Path("/t"), socket=Path("/run/s"), port=0, outputs=outputs)
    assert text.count('enabled "yes"') == 1
    assert text.index('device "hw:1"') < text.index('enabled "yes"') < text.index("E30")
    assert 'name "USB: Topping E30 [plughw:CARD=E30,DEV=0]"' in text


def test_an_outputs_device_is_known_by_its_name_in_mpd() -> None:
    assert [device_of(each.name) for each in all_outputs("auto", {}, FOUND, "hw:2")] == [
        *("alsa", "plughw:CARD=E30,DEV=0", "hw:2", "null")
    ]
    assert device_of("My DAC") is None


def test_values_are_escaped() -> None:
    assert quote('a "b" \\ c') == '"a \\"b\\" \\\\ c"'
    with pytest.raises(MusicError, match="line break"):
        quote("two\nlines")


def test_a_socket_path_that_linux_cannot_take_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MusicError, match=r"paths\.run"):
        render_config(
            songs=tmp_path, state=tmp_path, socket=Path("/" + "x" * 110), port=0, outputs=[choose_output("null")]
        )


def test_without_a_port_nothing_listens_on_the_network(tmp_path: Path) -> None:
    text = render_config(songs=tmp_path, state=tmp_path, socket=Path("/run/s"), port=0, outputs=[choose_output("null")])
    assert text.count("bind_to_address") == 1
    assert "port" not in [line.split(" ")[0] for line in text.splitlines()]
