"""Covers: out of the file, from beside it, kept within limits; from a real MPD, and from one that talks nonsense."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path

import pytest

from appliance.music import covers
from appliance.music.covers import Covers, kind_of_picture
from appliance.music.mpd.pictures import read_cover
from tests.music.running_player import RunningPlayer, tone

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"


def cover(file: Path, picture: bytes, kind: str = "image/jpeg") -> None:
    """Put a picture into a FLAC file, as its format has it (metadata block 6), behind the first block."""
    data = file.read_bytes()
    head = 4 + 4 + int.from_bytes(data[5:8], "big")
    name = kind.encode()
    block = struct.pack(">II", 3, len(name)) + name + struct.pack(">IIIIII", 0, 1, 1, 24, 0, len(picture)) + picture
    first = bytes([data[4] & 0x7F]) + data[5:head]
    file.write_bytes(data[:4] + first + bytes([6]) + len(block).to_bytes(3, "big") + block + data[head:])


@pytest.mark.needs("mpd")
async def test_a_cover_is_in_the_file_or_beside_it(running: RunningPlayer) -> None:
    picture = JPEG + bytes(range(256)) * 3000
    cover(tone(running.songs / "happy" / 'a "quoted" name.flac'), picture)
    tone(running.songs / "sad" / "b.flac")
    (running.songs / "sad" / "cover.png").write_bytes(PNG + b"beside")
    tone(running.songs / "fear" / "c.flac")
    async with running:
        found = Covers(lambda: running.server.address)
        inside = await found.find('happy/a "quoted" name.flac')
        assert inside
        assert (inside.picture, inside.kind) == (picture, "image/jpeg")
        beside = await found.find("sad/b.flac")
        assert beside
        assert (beside.picture, beside.kind) == (PNG + b"beside", "image/png")
        assert await found.find("fear/c.flac") is None
        assert await found.find("no such/song.flac") is None
        assert await found.find("http://127.0.0.1:9/stream") is None


async def test_an_mpd_that_is_away_is_no_fault_and_is_asked_again(tmp_path: Path) -> None:
    found = Covers(lambda: str(tmp_path / "gone"))
    assert await found.find("happy/a.flac") is None
    async with fake(tmp_path / "gone", [b"OK MPD 0.23.5\n", b"OK\n", b"size: 8\nbinary: 8\n" + JPEG + b"1234\nOK\n"]):
        assert await found.find("happy/a.flac")


@pytest.mark.parametrize(
    "answers",
    [
        [b"220 mail\n"],
        [b"OK MPD 0.23.5\n", b"OK\n", b"size: many\nbinary: 4\nabcd\nOK\n"],
        [b"OK MPD 0.23.5\n", b"OK\n", b"size: 9999999999\nbinary: 4\nabcd\nOK\n", b"OK\n"],
        [b"OK MPD 0.23.5\n", b"OK\n", b"size: 8\nbinary: -4\n"],
        [b"OK MPD 0.23.5\n", b"OK\n", b"size: 8\nbinary: 0\n\nOK\n", b"OK\n"],
        [b"OK MPD 0.23.5\n", b"OK\n", b"x" * 9000],
        [b"OK MPD 0.23.5\n", b"ACK no\n", b"ACK no\n", b"ACK no\n"],
        [b"OK MPD 0.23.5\n", b"OK\n", b"size: 13\nbinary: 13\n<svg onload=1\nOK\n"],
    ],
)
async def test_nonsense_is_no_cover(tmp_path: Path, answers: list[bytes]) -> None:
    async with fake(tmp_path / "mpd", answers):
        assert await Covers(lambda: str(tmp_path / "mpd")).find("happy/a.flac") is None


async def test_only_so_many_bytes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def answer(_: str, file: str) -> bytes:
        asked.append(file)
        return JPEG + bytes(1000)

    monkeypatch.setattr(covers, "read_cover", answer)
    monkeypatch.setattr(covers, "KEPT_BYTES", 2500)
    found = Covers(lambda: "")
    for file in ("a", "b", "a", "c", "a", "b"):
        assert await found.find(file)
    assert asked == ["a", "b", "c", "b"], "the one that was wanted longest ago is given up"
    found.forget()
    assert await found.find("a")
    assert asked[-1] == "a"


def test_what_could_run_something_is_no_picture() -> None:
    assert kind_of_picture(PNG) == "image/png"
    assert kind_of_picture(b"RIFF1234WEBPVP8 ") == "image/webp"
    assert kind_of_picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    assert kind_of_picture(b"<!doctype html>") is None


async def test_a_name_with_a_line_end_asks_nothing() -> None:
    assert await read_cover("/nowhere", "a\nkill") is None


class fake:  # noqa: N801 - used as a function
    """What listens at a socket and gives these answers, one to each line."""

    def __init__(self, path: Path, answers: list[bytes]) -> None:
        self.path, self.answers = path, answers

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in self.answers:
            writer.write(answer)
            if not await reader.readline():
                break
        writer.close()

    async def __aenter__(self) -> None:
        self.server = await asyncio.start_unix_server(self._serve, self.path)

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()
