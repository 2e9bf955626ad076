"""M3U: a file or address in each line, with title and length in comments."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from appliance.lists.entries import ListEntry, cut

_INFO = re.compile(r"#EXTINF:\s*(-?\d+(?:\.\d+)?)?[^,]*,(.*)", re.IGNORECASE)
_NUMBERED = re.compile(r"^\d{1,3}[.\s_-]+")
_DASH = re.compile(r"\s+[-–—]\s+")


def parse_m3u(text: str) -> tuple[str, list[ListEntry]]:
    """The list's name, if it has one, and its entries.

    `#EXTINF:215,Artist - Title` tells of the line after it; without it the file's name is read as `Artist - Title`.
    """
    name, entries, seconds, words = "", list[ListEntry](), None, ""
    for line in map(str.strip, text.splitlines()):
        if line.upper().startswith("#PLAYLIST:"):
            name = cut(line[10:])
        elif found := _INFO.match(line):
            length = float(found[1] or 0)
            seconds, words = (length if length > 0 else None), found[2]
        elif line and not line.startswith("#"):
            artist, title = _names(words or _base(line))
            entries.append(ListEntry(title=title, artist=artist, seconds=seconds, file=line[:4096]))
            seconds, words = None, ""
    return name, entries


def _base(line: str) -> str:
    return _NUMBERED.sub("", PurePosixPath(line.replace("\\", "/")).stem)


def _names(words: str) -> tuple[str, str]:
    """Artist and title of `Artist - Title`; no artist where there is no dash."""
    artist, dash, title = (_DASH.sub("\0", words, count=1)).partition("\0")
    return (cut(artist), cut(title)) if dash else ("", cut(words))
