"""The configuration of the private MPD, written at each start."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from appliance.music.errors import MusicError

SOCKET_PATH_LIMIT = 107
"""Bytes that a Unix socket's path may have on Linux."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where the sound goes: the lines of an `audio_output` block, and the same in words."""

    words: str
    lines: tuple[tuple[str, str], ...]


def choose_output(wanted: str, environment: dict[str, str] | None = None, devices: Path = Path("/dev/snd")) -> Output:
    """The output for the setting `music.output`; `auto` takes the first that is there of PulseAudio, PipeWire and ALSA.

    Where there is none, the music plays without a sound. Raises MusicError for a `fifo:` without an absolute path.
    """
    if wanted == "auto":
        wanted = _find_output(os.environ if environment is None else environment, devices)
    if wanted == "null":
        return Output("no sound (null output)", (("type", "null"), ("sync", "yes")))
    if wanted in ("pulse", "pipewire"):
        return Output({"pulse": "PulseAudio", "pipewire": "PipeWire"}[wanted], (("type", wanted),))
    if wanted.startswith("fifo:"):
        file = wanted.removeprefix("fifo:")
        if not file.startswith("/"):
            raise MusicError(
                f"music.output is {wanted!r}; a fifo needs an absolute path, such as fifo:/run/moodbox/sound"
            )
        return Output(f"the fifo {file}", (("type", "fifo"), ("path", file), ("format", "44100:16:2")))
    if wanted == "alsa":
        return Output("ALSA", (("type", "alsa"),))
    return Output(f"ALSA device {wanted}", (("type", "alsa"), ("device", wanted)))


def _find_output(environment: dict[str, str] | os._Environ[str], devices: Path) -> str:
    runtime = Path(environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    if environment.get("PULSE_SERVER") or (runtime / "pulse" / "native").is_socket():
        return "pulse"
    if (runtime / "pipewire-0").is_socket():
        return "pipewire"
    return "alsa" if any(devices.glob("pcmC*D*p")) else "null"


def render_config(*, songs: Path, state: Path, socket: Path, port: int, output: Output) -> str:
    """The text of mpd.conf. `state` is MPD's own folder; `port` 0 leaves out the loopback port.

    Raises MusicError for a path that MPD or Linux cannot take.
    """
    if len(os.fsencode(socket)) > SOCKET_PATH_LIMIT:
        raise MusicError(
            f"{socket}: too long for a Unix socket (limit {SOCKET_PATH_LIMIT} bytes); set paths.run to a shorter one"
        )
    settings = [
        ("music_directory", str(songs)),
        ("playlist_directory", str(state / "playlists")),
        ("db_file", str(state / "database")),
        ("state_file", str(state / "state")),
        # Every two minutes, its own choice, would wear a card; what it restores, paused, is only ever a beginning.
        ("state_file_interval", "1800"),
        ("sticker_file", str(state / "stickers")),
        ("bind_to_address", str(socket)),
        ("restore_paused", "yes"),
        ("auto_update", "yes"),
        ("follow_inside_symlinks", "yes"),
        ("follow_outside_symlinks", "yes"),
        ("filesystem_charset", "UTF-8"),
        ("zeroconf_enabled", "no"),
        # KiB of an answer: with its own 8 MiB a song with a whole book for its title would end the connection.
        ("max_output_buffer_size", "32768"),
        # Songs come from everywhere: those without ReplayGain tags are evened out by MPD's compressor.
        ("replaygain", "auto"),
        ("volume_normalization", "yes"),
    ]
    if port:
        settings += [("bind_to_address", "127.0.0.1"), ("port", str(port))]
    # The software mixer works on every output, so a fade and the volume's cap do too.
    sound = [("name", "Moodbox"), *output.lines, ("mixer_type", "software")]
    lines = [f"{key} {quote(value)}" for key, value in settings]
    return "\n".join([*lines, "audio_output {", *(f"  {key} {quote(value)}" for key, value in sound), "}", ""])


def quote(value: str) -> str:
    """A value as mpd.conf takes it. Raises MusicError for line breaks, which it cannot hold."""
    if "\n" in value or "\r" in value:
        raise MusicError(f"{value!r}: MPD's configuration cannot hold a line break; choose another name")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
