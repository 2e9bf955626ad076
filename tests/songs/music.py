"""Files for tests of the songs: the shortest beginnings of each kind of music, and folders to put them in."""

from __future__ import annotations

from pathlib import Path

from appliance.songs.formats import KINDS

_MPEG = bytes.fromhex("fffb9064") + bytes(413)  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame
_ADTS = bytes.fromhex("fff15080") + bytes([0x0C, 0x9F, 0xFC]) + bytes(93)  # 100 bytes a frame

_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c2053654e00000000000000409e69f84d5bcf11a8fd00805f5c442b") + bytes(38)
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c6c00000000000000010000000102") + _STREAM

BEGINNINGS = {
    "FLAC": b"fLaC",
    "MPEG audio": _MPEG * 4,
    "Ogg": b"OggS",
    "MP4": b"\0\0\0\x20ftypM4A ",
    "AAC": _ADTS * 4,
    "WAV": b"RIFF\0\0\0\0WAVE",
    "AIFF": b"FORM\0\0\0\0AIFF",
    "WMA": _ASF,
    "Matroska": b"\x1a\x45\xdf\xa3",
    "Monkey's Audio": b"MAC ",
    "Musepack": b"MPCK",
    "True Audio": b"TTA1",
    "WavPack": b"wvpk",
    "DFF": b"FRM8",
    "DSF": b"DSD ",
    "Impulse Tracker": b"IMPM",
    "Protracker": bytes(1080) + b"M.K.",
    "Scream Tracker": bytes(44) + b"SCRM",
    "FastTracker": b"Extended Module: ",
}


def music(suffix: str = ".flac", size: int = 0) -> bytes:
    """The beginning of a song of this ending, with zeros behind it to make it `size` bytes long."""
    data = BEGINNINGS[KINDS[suffix].content]
    return data + bytes(max(0, size - len(data)))


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


def tagged(data: bytes, tag: int = 200_000) -> bytes:
    """The same behind an ID3v2 tag of so many bytes, as a picture of the cover makes it."""
    size = tag - 10
    head = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return b"ID3\x04\0\0" + head + bytes(size) + data
