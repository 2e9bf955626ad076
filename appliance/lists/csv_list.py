"""Lists as tables: what Exportify writes of a Spotify playlist, or any table with a title and an artist."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re

from appliance.lists.entries import ENTRIES, ListEntry, cut
from appliance.lists.errors import NotAList
from appliance.lists.matching import isrc

# The names of columns, folded to letters, in the order in which they are preferred.
_TITLE = ("trackname", "title", "song", "songtitle", "songname", "track", "name", "titel")
_ARTIST = ("artistnames", "artistname", "artist", "artists", "creator", "interpret", "kunstler")
_ALBUM = ("albumname", "album", "releasename", "release")
_SECONDS = ("seconds", "durations", "durationseconds")
_MILLISECONDS = ("trackdurationms", "durationms", "milliseconds")
_LENGTH = ("duration", "length", "time", "dauer")
_ISRC = ("isrc",)
_RECORDING = ("recordingmbid", "musicbrainztrackid", "musicbrainzrecordingid", "mbid")

_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def parse_csv(text: str, name: str) -> list[ListEntry]:
    """The songs of a table whose first line names its columns; comma, semicolon or tab between them. Raises NotAList.

    A table of two columns without such a line is artist and title, in this order.
    """
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    if not first.count(separator):
        raise NotAList(
            f"{name} is no list: its first line is {first[:60]!r}; a table needs columns such as `title,artist`, "
            "and M3U, XSPF and JSPF are read too"
        )
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(text), delimiter=separator, strict=False), ENTRIES + 1))
    except csv.Error as error:
        raise NotAList(f"{name} is no table that can be read ({error}); save it as CSV in UTF-8") from error
    columns = {fold_column(column): number for number, column in reversed([*enumerate(rows[0])])}
    if not _first_of(columns, _TITLE):
        if len(rows[0]) == 2:
            return [ListEntry(artist=cut(row[0]), title=cut(row[1])) for row in rows if len(row) == 2]
        raise NotAList(
            f"{name} has no column with the title: its columns are {', '.join(rows[0])[:200]}; "
            "name one `title` and one `artist`"
        )
    return [_entry(row, columns) for row in rows[1:]]


def fold_column(name: str) -> str:
    """A column's name without everything that is no letter, in lower case."""
    return "".join(c for c in name.casefold().replace("ü", "u") if c.isalpha())


def _first_of(columns: dict[str, int], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in columns), None)


def _entry(row: list[str], columns: dict[str, int]) -> ListEntry:
    def value(names: tuple[str, ...]) -> str:
        for name in names:
            number = columns.get(name)
            if number is not None and number < len(row) and row[number].strip():
                return row[number]
        return ""

    recording = value(_RECORDING).strip().lower()
    return ListEntry(
        title=cut(value(_TITLE)),
        artist=cut(value(_ARTIST)),
        album=cut(value(_ALBUM)),
        seconds=_seconds(value(_SECONDS), value(_MILLISECONDS), value(_LENGTH)),
        recording=recording if _MBID.fullmatch(recording) else "",
        isrc=isrc(value(_ISRC)),
    )


def _seconds(seconds: str, milliseconds: str, length: str) -> float | None:
    """The length in seconds from whichever column there is; a bare number over 10,000 in `length` is milliseconds."""
    if milliseconds and (found := _number(milliseconds)) is not None:
        return found / 1000
    if seconds and (found := _number(seconds)) is not None:
        return found
    if ":" in length:
        parts = [_number(part) for part in length.split(":")]
        if len(parts) <= 3 and all(part is not None for part in parts):
            return sum((part or 0.0) * 60.0**place for place, part in enumerate(reversed(parts)))
        return None
    found = _number(length)
    return found / 1000 if found is not None and found > 10_000 else found


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 < number < 1e9 else None
