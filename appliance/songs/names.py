"""Names of songs: what a new one may be called, and which names can lead to a song that is there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from appliance.songs.errors import BadName

LONGEST = 255
"""Bytes in a name, on every filesystem in use."""
DEEPEST = 8
"""Folders within each other, of those in which a new song of the library is told to lie."""

_TRICKY = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that no name needs: control, surrogate, separators of lines and paragraphs."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Characters that change the direction of text, by which a name may look like another; and the byte order mark."""
_NOT_EVERYWHERE = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
"""What Windows and USB sticks cannot hold though songs are often called so: becomes `_`."""
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")})
"""Windows takes these for devices, whatever their ending."""
_ENDS = re.compile(r"^[\s.]+|[\s.]+$")
"""What a folder's name neither begins with, as hidden ones do, nor ends with, which Windows leaves out."""
_ODD = r"\u0000-\u001f\u007f-\u009f/\\\u2028-\u202e\u2066-\u2069\ufeff"
"""The characters that `new_name` refuses, as the inside of a regular expression's class."""


def new_name(wanted: str) -> str:
    """The name under which a new song is kept: composed (NFC), and such that every computer can hold it.

    Raises BadName for one that hides or leads anywhere, or that some computer could not hold.
    """
    name = unicodedata.normalize("NFC", wanted).strip().translate(_NOT_EVERYWHERE)
    _check(name)
    if name.startswith("."):
        raise BadName(f"{name!r} begins with a dot, as hidden files do; rename the file")
    if slash := next((letter for letter in "/\\" if letter in name), None):
        raise BadName(f"{name!r} holds {slash!r}; a file's name alone would be right, such as song.flac")
    if odd := next((letter for letter in name if letter in _TURNING or unicodedata.category(letter) in _TRICKY), None):
        raise BadName(f"{wanted!r} holds {odd!a}, which no name needs; rename the file")
    stem = name.partition(".")[0].rstrip()
    if stem.casefold() in _DEVICES:
        raise BadName(f"{wanted!r}: Windows takes {stem!r} for a device; rename the file")
    if PurePosixPath(name).suffix == "" or name.endswith("."):
        raise BadName(f"{wanted!r} does not end like a song, such as in .flac or .mp3; rename the file")
    return name


def new_folder(wanted: str) -> str:
    """The folders of a new song in the library, parted by `/`: those told, as every computer can hold them.

    Nothing is refused: what no folder may be called is exchanged or left out, and of more than `DEEPEST` folders the
    outer ones. It leads nowhere else; empty for none.
    """
    return "/".join([part for part in map(_folder, re.split(r"[/\\]", wanted)) if part][-DEEPEST:])


def _folder(wanted: str) -> str:
    plain = "".join(c for c in wanted if c not in _TURNING and unicodedata.category(c) not in _TRICKY)
    name = _ENDS.sub("", unicodedata.normalize("NFC", plain).translate(_NOT_EVERYWHERE))
    if name.partition(".")[0].rstrip().casefold() in _DEVICES:
        name = f"_{name}"
    return _ENDS.sub("", name.encode()[:LONGEST].decode(errors="ignore"))


def steps(path: str) -> tuple[str, ...]:
    """The folders, and the file at last, that lead to a song within its emotion's folder.

    Raises BadName for what cannot be the path of one: it never leads out of the folder.
    """
    parts = tuple(path.split("/"))
    for part in parts:
        _check(part)
    return parts


def new_names(endings: Iterable[str]) -> str:
    """A regular expression, as JSON Schema has them, of the names with one of these endings that `new_name` takes.

    It cannot say that the bytes are counted.
    """
    devices, wanted = _either(sorted(_DEVICES)), _either(sorted(endings))
    return rf"^\s*(?!{devices}\s*\.)[^.\s{_ODD}][^{_ODD}]*{wanted}\s*$"


def _either(words: Iterable[str]) -> str:
    """One of these words, in capitals or not."""
    letters = ("".join(f"[{c}{c.upper()}]" if c.upper() != c else re.escape(c) for c in word) for word in words)
    return f"(?:{'|'.join(letters)})"


def _check(name: str) -> None:
    if not name:
        raise BadName("the name is empty; a file's name such as song.flac would be right")
    if name in {".", ".."}:
        raise BadName(f"{name!r} leads elsewhere; a file's name such as song.flac would be right")
    if "\0" in name:
        raise BadName(f"{name!r} holds a zero byte, which no name can; rename the file")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise BadName(f"{name!a} is not UTF-8; rename the file") from None
    if size > LONGEST:
        raise BadName(f"{name[:40]!r}… has {size} bytes; at most {LONGEST} are possible, so shorten the name")
