"""MPD for programs in the home network: behind a password, announced by mDNS."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from appliance.music.errors import MusicError
from appliance.settings.music import MusicSettings

LARGEST = 200
"""Bytes of a password, at most."""
_NAME = "Moodbox @ %h"
"""What other programs call it; MPD puts the machine's name in."""
_MAY = "read,add,player,control"
"""What the password is good for: everything but ending MPD and changing its outputs."""


def lan_lines(settings: MusicSettings, complain: Callable[[str], None]) -> list[tuple[str, str]]:
    """The lines of mpd.conf for the home network; none unless `music.lan` is set and the password is good."""
    if not settings.lan:
        return []
    try:
        password = _password(Path(settings.lan_password_file).expanduser())
    except MusicError as error:
        complain(f"MPD cannot be reached from the network: {error}")
        return []
    return [
        # not "any": that binds IPv6 too, and complains of one of both where the kernel lets one socket serve them
        ("bind_to_address", "0.0.0.0"),  # noqa: S104 - that is what the owner asked for
        ("password", f"{password}@{_MAY}"),
        # the box itself comes by the socket, and needs no password there
        ("local_permissions", f"{_MAY},admin"),
        ("zeroconf_enabled", "yes"),
        ("zeroconf_name", _NAME),
    ]


def _password(file: Path) -> str:
    named = f"{file} (music.lan_password_file)"
    try:
        if file.stat().st_mode & stat.S_IROTH:
            raise MusicError(f"{named} can be read by everyone; make it readable for Moodbox alone: chmod o= {file}")
        with file.open("rb") as stream:
            line = stream.readline(LARGEST + 2)
    except OSError as error:
        raise MusicError(f"{named} cannot be read: {error.strerror}") from error
    try:
        password = line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise MusicError(f"{named} is not UTF-8 text; save the password alone") from error
    if not password:
        raise MusicError(f"{named} is empty; put the password on its first line")
    if "@" in password or not password.isprintable() or len(line) > LARGEST:
        raise MusicError(
            f"{named}: MPD cannot take this password; it must be one line of at most {LARGEST} bytes without an @"
        )
    return password
