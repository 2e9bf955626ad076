"""A song's cover from MPD: the picture in the file (`readpicture`), else the one beside it (`albumart`).

On a connection of its own: pictures are bytes, and the connection that plays must not have to wait for them.
"""

from __future__ import annotations

import asyncio
import re

from appliance.music.errors import MpdLost, MpdNonsense
from appliance.settings.music import split_address

LARGEST = 4 * 1024 * 1024
"""Bytes of a picture, at most; a larger one is left out."""
_SECONDS = 10.0
_PIECE = 512 * 1024  # bytes that MPD is asked to send at a time
_LINE = 4096
_WAYS = ("readpicture", "albumart")


async def read_cover(address: str, file: str) -> bytes | None:
    """The cover of a file of MPD's library, None if it has none or a too large one.

    Raises MpdLost or MpdNonsense.
    """
    host, port, password = split_address(address)
    if "\n" in file or "://" in file:  # MPD would fetch what an address names
        return None
    try:
        async with asyncio.timeout(_SECONDS):
            if host.startswith(("/", "@")):
                reader, writer = await asyncio.open_unix_connection(host.replace("@", "\0", 1), limit=_LINE)
            else:
                reader, writer = await asyncio.open_connection(host, port, limit=_LINE)
            try:
                return await _ask(reader, writer, password, file)
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError) as error:
        raise MpdLost(str(error) or type(error).__name__) from error
    except ValueError as error:
        raise MpdNonsense(f"to a question for a cover: {error}") from error


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, password: str | None, file: str
) -> bytes | None:
    if not (await reader.readline()).startswith(b"OK MPD "):
        raise ValueError("what answers is no MPD")
    for command in (*((f"password {_quoted(password)}",) if password else ()), f"binarylimit {_PIECE}"):
        writer.write(f"{command}\n".encode())
        await _fields(reader)  # an MPD before 0.22.4 knows no limit, and sends smaller pieces
    for way in _WAYS:
        if picture := await _picture(reader, writer, f"{way} {_quoted(file)}"):
            return picture
    return None


async def _picture(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: str) -> bytes | None:
    found = bytearray()
    while True:
        writer.write(f"{question} {len(found)}\n".encode(errors="surrogateescape"))
        fields = await _fields(reader)
        if not fields or "binary" not in fields:
            return None
        size, piece = int(fields["size"]), await reader.readexactly(int(fields["binary"]))
        await reader.readline()  # the end of the line after the bytes
        await _fields(reader)
        found += piece
        if not 0 < size <= LARGEST or not piece:
            return None
        if len(found) >= size:
            return bytes(found[:size])


async def _fields(reader: asyncio.StreamReader) -> dict[str, str] | None:
    """The fields of an answer up to its end or its `binary`; None for an error. Raises ValueError or EOFError."""
    fields: dict[str, str] = {}
    while True:
        line = await reader.readline()
        if not line:
            raise EOFError("MPD has ended the connection")
        if line == b"OK\n":
            return fields
        if line.startswith(b"ACK "):
            return None
        if not (field := re.fullmatch(rb"(\w+): (.*)\n", line)):
            raise ValueError(f"{line[:60]!r} is no field")
        fields[field[1].decode()] = field[2].decode(errors="replace")
        if field[1] == b"binary":
            if not 0 <= int(field[2]) <= LARGEST:
                raise ValueError(f"{line[:60]!r} is out of range")
            return fields


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
