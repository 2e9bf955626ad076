"""Lists: `.m3u` files of http(s) addresses and of songs' paths, each of which counts as a track."""

from __future__ import annotations

import stat
from pathlib import Path

from appliance.songs.problem import SongProblem

LISTS = (".m3u", ".m3u8")
FROM_LIBRARY = "from-your-library.m3u"
"""The list in an emotion's folder that Moodbox writes for other players: what it suggests of the library."""
LIST_BYTES = 1_000_000
"""Bytes in the largest list of streams."""
NO_STREAM = "names no stream; a line such as https://example.org/radio.mp3 would"


def lists(folder: Path) -> list[Path]:
    """The lists of streams in a folder; none if it cannot be read."""
    try:
        return sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in LISTS)
    except OSError:
        return []


def read_list(file: Path) -> tuple[list[str], list[SongProblem]]:
    """The http(s) addresses of a list, and what is wrong with it. To name songs that are there is no fault."""
    try:
        addresses, wrong = parse_list(_content(file), file.parent)
    except OSError as error:
        return [], [SongProblem(file, f"cannot be read ({error.strerror})" if error.errno else str(error))]
    return addresses, [SongProblem(file, text) for text in wrong]


def read_songs(file: Path) -> list[Path]:
    """The songs that a list names by their path from where it lies, as far as they are there."""
    try:
        lines = _lines(_content(file))
    except OSError:
        return []
    return [song for line in lines if not line.startswith("#") and (song := _song(line, file.parent))]


def parse_list(data: bytes, folder: Path | None = None) -> tuple[list[str], list[str]]:
    """The http(s) addresses in the bytes of a list, and what is wrong with it in words for the owner.

    With the `folder` that the list lies in it may also name songs by their path from there; without it may not.
    """
    addresses: list[str] = []
    problems: list[str] = []
    songs = 0
    for number, line in enumerate(_lines(data), 1):
        if line.lower().startswith(("http://", "https://")):
            addresses.append(line)
        elif line and not line.startswith("#"):
            if folder and _song(line, folder):
                songs += 1
            else:
                problems.append(f"line {number} is {line[:60]!r}, no http:// or https:// address; it is left out")
    if not addresses and not songs:
        problems.append(NO_STREAM)
    return addresses, problems


def _content(file: Path) -> bytes:
    """Raises OSError, without a number for what is no file."""
    mode = file.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe would be waited for
        raise OSError("is no file; remove it")
    with file.open("rb") as opened:
        return opened.read(LIST_BYTES)


def _lines(data: bytes) -> list[str]:
    return [line.strip() for line in data.decode("utf-8-sig", errors="replace").splitlines()]


def _song(line: str, folder: Path) -> Path | None:
    """The song that a line of a list names; on Windows its path has backslashes."""
    for name in dict.fromkeys((line, line.replace("\\", "/"))):
        song = folder / name
        try:
            if name and not Path(name).is_absolute() and song.suffix.lower() not in LISTS and song.is_file():
                return song
        except (OSError, ValueError):  # no name of a file
            continue
    return None
