"""A piece as an Ogg Vorbis file: samples, tags, and a stamp that says which composer made it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from appliance.composer.render import VERSION, Piece
from appliance.errors import MoodboxError

ARTIST = "Moodbox"
ALBUM = "House music"
QUALITY = 0.4
"""Vorbis quality 0..1: about 0.9 MB a piece, so all of them take a thirtieth of a gigabyte."""

_BLOCK = 1 << 14
_STAMP = re.compile(r"^Moodbox composer (?P<version>\d+), (?P<emotion>[a-z]+) (?P<number>\d+)$")


class ComposerError(MoodboxError, OSError):
    """House music cannot be made or kept: the text names the path, what was found and what would be right."""


class Stamp(NamedTuple):
    """The stamp in the comment of a house music file."""

    version: int
    emotion: str
    number: int


def ogg(piece: Piece) -> bytes:
    """The file's bytes. The samples in it are the same each time; the serial number of the Ogg stream is random.

    Raises ComposerError if the sound library is missing.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise ComposerError(f"house music needs the Python package soundfile with libsndfile: {error}") from error
    options = {"format": "OGG", "subtype": "VORBIS", "compression_level": 1 - QUALITY, "closefd": False}
    # A file in memory by its number: for a Python object soundfile would need memory that is writable and executable,
    # which a sandbox denies.
    with os.fdopen(os.memfd_create("piece"), "w+b") as buffer:
        _encode(piece, soundfile.SoundFile(buffer.fileno(), "w", piece.rate, 2, **options))
        buffer.seek(0)
        return buffer.read()


def _encode(piece: Piece, sound: Any) -> None:
    with sound as file:
        file.title, file.artist, file.album = piece.title, ARTIST, ALBUM
        file.genre = piece.emotion.value.capitalize()
        file.tracknumber = str(piece.number)
        file.comment = f"Moodbox composer {VERSION}, {piece.emotion.value} {piece.number}"
        # libsndfile's Vorbis encoder keeps a whole write on the stack: small blocks.
        for begin in range(0, len(piece.samples), _BLOCK):
            file.write(piece.samples[begin : begin + _BLOCK])


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file, or None for any file that is not ours, is no sound file, or cannot be read."""
    try:
        import soundfile

        with soundfile.SoundFile(path) as file:
            match = _STAMP.match(file.comment)
    except (ImportError, OSError, RuntimeError, TypeError, ValueError):
        return None
    return Stamp(int(match["version"]), match["emotion"], int(match["number"])) if match else None
