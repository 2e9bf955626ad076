"""The settings of the music."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta

from appliance.domain.outputs import SNAPCAST
from appliance.settings.base import BY_HAND, OWNER, Seconds, Section, SettingsError

DEFAULT_PORT = 6600
"""MPD's."""
FIFO = "fifo:"
"""How an output that is a fifo begins; its path follows."""
Percent = Annotated[int, Meta(ge=0, le=100)]
Follow = Annotated[
    str,
    Meta(
        pattern=r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)?$",
        max_length=253,
        extra={"wanted": 'a box\'s name or address alone, such as "moodbox-2" or "192.168.1.7"'},
    ),
]


class MusicSettings(Section, frozen=True):
    """`[music]`: songs and MPD."""

    songs: Annotated[
        str,
        Meta(description="The folder that holds one folder for each emotion; empty for the place's default."),
        BY_HAND,
    ] = ""
    house_music: Annotated[
        bool, Meta(description="Compose pieces for folders that hold no songs of the owner's."), OWNER
    ] = True
    upload_limit: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="Megabytes in a song that is put in by the page or `moodbox songs add`, at most.",
        ),
    ] = 300
    keep_free: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Megabytes of the songs' disk that stay free then.")
    ] = 300
    pause_after: Annotated[
        Seconds, Meta(description="Pause when nobody has been seen for so many seconds; 0 plays on."), OWNER
    ] = 0.0
    ahead: Annotated[int, Meta(ge=1, le=2, description="Tracks queued after the current one.")] = 1
    fade: Annotated[
        float, Meta(ge=0, le=10, description="Seconds a change by override takes to fade out; 0 cuts."), OWNER
    ] = 1.5
    hold: Annotated[
        Seconds,
        Meta(
            description="A track that has played for so many seconds fades out for a new mood; 0 plays all to the end."
        ),
        OWNER,
    ] = 900.0
    volume: Annotated[Percent, Meta(description="Volume when Moodbox starts."), OWNER] = 60
    volume_floor: Annotated[Percent, Meta(description="The volume never goes below this."), OWNER] = 0
    volume_cap: Annotated[Percent, Meta(description="The volume never goes above this."), OWNER] = 100
    output: Annotated[
        str,
        Meta(
            description="`auto`, `alsa`, `pulse`, `pipewire`, `null`, `fifo:FILE`, `snapcast`, or the name of an "
            "ALSA device such as `hw:0`."
        ),
        OWNER,
    ] = "auto"
    follow: Annotated[
        Follow,
        Meta(
            description="Name or address of a box with `music.output` `snapcast`, whose music this one plays; empty "
            "for its own."
        ),
        OWNER,
    ] = ""
    mpd: Annotated[
        str,
        Meta(
            description="Address of an MPD of the owner's (`HOST`, `HOST:PORT` or a socket's path); empty for a "
            "private one."
        ),
        BY_HAND,
    ] = ""
    port: Annotated[
        int,
        Meta(
            ge=0,
            le=65_535,
            description="Loopback port of the private MPD, the next free one if taken; 0 for its Unix socket alone.",
        ),
    ] = 6600
    lan: Annotated[
        bool,
        Meta(
            description="Let MPD's clients in the home network play, by `music.port` and with the password in "
            "`music.lan_password_file`; without effect on an MPD of the owner's."
        ),
        BY_HAND,
    ] = False
    lan_password_file: Annotated[
        str, Meta(description="File that holds that password alone; not readable by everyone."), BY_HAND
    ] = ""


def check_music(music: MusicSettings) -> None:
    """Raises SettingsError for volumes that exclude each other, an output and an address that are none."""
    floor, cap = music.volume_floor, music.volume_cap
    if floor > cap:
        raise SettingsError(
            f"music.volume_floor is {floor}, above music.volume_cap {cap}; it must not be higher",
            "music",
            "volume_floor",
        )
    _check_output(music.output)
    if music.follow and music.output == SNAPCAST:
        raise SettingsError(
            f"music.follow is {music.follow!r} and music.output is {SNAPCAST!r}; a box either plays what another one "
            "plays or serves its own music: empty music.follow, or set another output",
            "music",
            "follow",
        )
    _check_lan(music)
    if music.mpd:
        split_address(music.mpd)


def _check_lan(music: MusicSettings) -> None:
    if not music.lan:
        return
    if not music.lan_password_file:
        raise SettingsError(
            "music.lan is true, but there is no music.lan_password_file; it must name a file with a password, without "
            "which nobody in the network is let in",
            "music",
            "lan_password_file",
        )
    if not music.port:
        raise SettingsError(
            "music.lan is true, but music.port is 0; it must be MPD's port, such as 6600", "music", "port"
        )


def _check_output(output: str) -> None:
    if output.startswith(FIFO) and not output.startswith(f"{FIFO}/"):
        raise SettingsError(
            f"music.output is {output!r}; a fifo needs an absolute path, such as fifo:/run/moodbox/sound",
            "music",
            "output",
        )
    if not output or "\n" in output or "\r" in output:
        raise SettingsError(
            f"music.output is {output!r}; it must be one line: auto, or the device's name", "music", "output"
        )


def split_address(address: str) -> tuple[str, int, str | None]:
    """Host or socket path, port, and password if there is one, of `music.mpd`. Raises SettingsError."""
    password, at, place = address.rpartition("@") if not address.startswith(("/", "@")) else ("", "", address)
    if place.startswith(("/", "~", "@")):
        return str(Path(place).expanduser()), DEFAULT_PORT, password or None
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    if not host or host != host.strip() or "/" in place:
        raise SettingsError(
            f"music.mpd is {address!r}; it must be HOST, HOST:PORT or the path of a socket", "music", "mpd"
        )
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise SettingsError(
            f"music.mpd is {address!r}; after the colon comes a port number, such as {host}:6600", "music", "mpd"
        )
    return host, int(port or DEFAULT_PORT), password if at else None
