"""Lists of streams: `.m3u` files of http(s) addresses, each of which counts as a track."""

from __future__ import annotations

import stat
from pathlib import Path

from appliance.songs.problem import SongProblem

LISTS = (".m3u", ".m3u8")
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
    """The http(s) addresses of a list, and what is wrong with it."""
    try:
        mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe would be waited for
            return [], [SongProblem(file, "is no file; remove it")]
        with file.open("rb") as opened:
            data = opened.read(LIST_BYTES)
    except OSError as error:
        return [], [SongProblem(file, f"cannot be read ({error.strerror})")]
    addresses, wrong = parse_list(data)
    return addresses, [SongProblem(file, text) for text in wrong]


def parse_list(data: bytes) -> tuple[list[str], list[str]]:
    """The http(s) addresses in the bytes of a list, and what is wrong with it in words for the owner."""
    addresses: list[str] = []
    problems: list[str] = []
    for number, line in enumerate(map(str.strip, data.decode("utf-8-sig", errors="replace").splitlines()), 1):
        if line.lower().startswith(("http://", "https://")):
            addresses.append(line)
        elif line and not line.startswith("#"):
            problems.append(f"line {number} is {line[:60]!r}, no http:// or https:// address; it is left out")
    if not addresses:
        problems.append(NO_STREAM)
    return addresses, problems
