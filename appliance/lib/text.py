"""Text for people: odd characters made visible, cut to a terminal's columns, one thing or many."""

from __future__ import annotations

import os
import unicodedata
from datetime import datetime
from pathlib import Path


def plural(count: int, one: str, many: str = "") -> str:
    """The count with its noun: `1 song`, `2 songs`; `many` where the plural is not `one` with an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def time_of_day(moment: str) -> str:
    """The clock's time in an ISO 8601 moment: `04:10`. Raises ValueError."""
    return datetime.fromisoformat(moment).strftime("%H:%M")


def printable(text: str) -> str:
    """The text with its control characters escaped, except line breaks: names of songs may hold any."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def printable_line(text: str) -> str:
    """The text with its control characters and line breaks escaped."""
    return printable(text).replace("\n", "\\n")


def utf8_text(text: str) -> str:
    """The text with what UTF-8 cannot hold, such as the bytes of an odd file name, escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def printable_path(file: Path) -> str:
    """A file's path on one line: bytes that are not UTF-8 and control characters are escaped."""
    return printable_line(utf8_text(str(file)))


def printable_name(name: str) -> str:
    """A file's name as it may be shown: on one line, in UTF-8."""
    return os.fsencode(name).decode(errors="backslashreplace").replace("\n", "\\n").replace("\r", "\\r")


def fit_columns(text: str, columns: int) -> str:
    """So much of the text as has room in so many columns of a terminal; some characters take two."""
    for at, character in enumerate(text):
        columns -= columns_of(character)
        if columns < 0:
            return text[:at]
    return text


def columns_of(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text if not unicodedata.combining(each)
    )


def padded(text: str, columns: int) -> str:
    """The text with blanks up to so many columns of a terminal."""
    return text + " " * max(0, columns - columns_of(text))
