"""The configuration of the private MPD, written at each start."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.domain.outputs import AUTO_OUTPUT, SNAPCAST
from appliance.music.errors import MusicError
from appliance.outputs.choosing import DEVICES, NOWHERE, FoundOutputs, automatic_output
from appliance.outputs.names import output_name
from appliance.settings.music import FIFO
from appliance.snapcast.config import FORMAT

SOCKET_PATH_LIMIT = 107
"""Bytes that a Unix socket's path may have on Linux."""
_SERVERS = {"pulse": ("PulseAudio", "sink"), "pipewire": ("PipeWire", "target")}
"""What a sound server is called, and MPD's word for one of its outputs."""
_NAME = re.compile(r".* \[([^\[\]]+)\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Output:
    """Where the sound goes: the lines of an `audio_output` block, and the same in words."""

    device: str
    """As `music.output` names it; never `auto`."""
    words: str
    lines: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What MPD calls it: people read the words, `device_of` the device."""
        return f"{' '.join(self.words.split())} [{self.device}]"


def device_of(name: str) -> str | None:
    """The device of an output by its name in MPD; None for one that is not Moodbox's."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None


def choose_output(
    wanted: str, environment: Mapping[str, str] | None = None, devices: Path = DEVICES, rooms: Path | None = None
) -> Output:
    """The output for the setting `music.output`; `auto` takes the first that is there of PulseAudio, PipeWire and ALSA.

    Where there is none, the music plays without a sound. `rooms` is the fifo from which Snapcast's server reads.
    """
    if wanted == AUTO_OUTPUT:
        wanted = automatic_output(os.environ if environment is None else environment, devices)
    if wanted == NOWHERE:
        return Output(wanted, "no sound (null output)", (("type", "null"), ("sync", "yes")))
    if wanted == SNAPCAST and rooms:
        return Output(wanted, "Snapcast", (("type", "fifo"), ("path", str(rooms)), ("format", FORMAT)))
    server, _, sink = wanted.partition(":")
    if server in _SERVERS:
        place = ((_SERVERS[server][1], sink),) if sink else ()
        return Output(wanted, f"{_SERVERS[server][0]}{f' {sink}' if sink else ''}", (("type", server), *place))
    if wanted.startswith(FIFO):
        file = wanted.removeprefix(FIFO)
        return Output(wanted, f"the fifo {file}", (("type", "fifo"), ("path", file), ("format", FORMAT)))
    if wanted == "alsa":
        return Output(wanted, "ALSA", (("type", "alsa"),))
    return Output(wanted, f"ALSA device {wanted}", (("type", "alsa"), ("device", wanted)))


def all_outputs(
    wanted: str,
    environment: Mapping[str, str],
    found: FoundOutputs,
    also: str = AUTO_OUTPUT,
    rooms: Path | None = None,
) -> list[Output]:
    """The output for `music.output` first, then all others, `also` too, that music may be sent to while MPD runs."""
    first = found.automatic if wanted == AUTO_OUTPUT else wanted
    names = {each.device: output_name(each) for each in found.outputs}
    devices = dict.fromkeys((first, *names, found.automatic if also == AUTO_OUTPUT else also, found.automatic, NOWHERE))
    outputs = [choose_output(device, environment, rooms=rooms) for device in devices]
    return [replace(each, words=names.get(each.device, each.words)) for each in outputs]


def render_config(
    *,
    songs: Path,
    state: Path,
    socket: Path,
    port: int,
    outputs: Sequence[Output],
    lan: Sequence[tuple[str, str]] = (),
) -> str:
    """The text of mpd.conf. `state` is MPD's own folder; `port` 0 leaves out the loopback port.

    `lan` are the lines for programs in the home network, who come by the same port.

    The sound goes to the first of the `outputs`, unless MPD remembers otherwise.

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
        # KiB of an answer: with its own 8 MiB a song with a whole book for its title would end the connection.
        ("max_output_buffer_size", "32768"),
        # Songs come from everywhere: those without ReplayGain tags are evened out by MPD's compressor.
        ("replaygain", "auto"),
        ("volume_normalization", "yes"),
    ]
    settings += lan or [("zeroconf_enabled", "no"), *([("bind_to_address", "127.0.0.1")] if port else [])]
    if port:
        settings.append(("port", str(port)))
    # The software mixer works on every output, so a fade and the volume's cap do too.
    lines = [f"{key} {quote(value)}" for key, value in settings]
    for output in outputs:
        enabled = "yes" if output is outputs[0] else "no"
        sound = [("name", output.name), *output.lines, ("mixer_type", "software"), ("enabled", enabled)]
        lines += ["audio_output {", *(f"  {key} {quote(value)}" for key, value in sound), "}"]
    return "\n".join([*lines, ""])


def rooms_fifo(socket: Path) -> Path:
    """Where the sound for the rooms passes: beside MPD's socket."""
    return socket.with_name("snapcast.fifo")


@contextlib.contextmanager
def written() -> Iterator[None]:
    """Around what is written for MPD. Raises MusicError where the disk refuses it."""
    try:
        yield
    except OSError as error:
        raise MusicError(f"{error.filename}: {error.strerror}; MPD needs to write there") from error


def make_fifo(fifo: Path) -> None:
    """MPD takes away what it has made itself, from under those who read it. Raises OSError."""
    with contextlib.suppress(FileExistsError):
        os.mkfifo(fifo, 0o600)


def write_config(file: Path, text: str) -> None:
    """Write mpd.conf so that nobody else can read it: a password may stand in it. Raises OSError."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:  # noqa: PTH123 - a descriptor
        os.fchmod(stream.fileno(), 0o600)
        stream.write(os.fsencode(text))


def quote(value: str) -> str:
    """A value as mpd.conf takes it. Raises MusicError for line breaks, which it cannot hold."""
    if "\n" in value or "\r" in value:
        raise MusicError(f"{value!r}: MPD's configuration cannot hold a line break; choose another name")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
