"""What is shaped like a picture: in a file, or on its way through a network."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

SIZES = ((1280, 720), (640, 480), (320, 240), (640, 360), (192, 192), (112, 112), (96, 96), (64, 64), (48, 48))
RAW = {width * height * half // 2 for width, height in SIZES for half in (2, 3, 4, 6, 8, 24)}
"""Bytes of a frame, a view or a face in grey, YUV, RGB or floating point."""
STARTS = (b"BM", b"GIF8", b"II*\0", b"MM\0*", b"P5", b"P6", b"\x93NUMPY", b"\0\0\0\x18ftyp", b"\0\0\0 ftyp")
"""Too short to be looked for anywhere but at a file's start."""
ANYWHERE = re.compile(
    rb"\xff\xd8\xff[\xdb\xe0\xe1\xee]|\x89PNG\r\n\x1a\n|RIFF....WEBP"
    # the first three in base64
    rb"|/9j/[24]AAQ|/9j/2wB|iVBORw0KGgo|UklGR[A-Za-z0-9+/]{6}V0VCU"
    rb"|[A-Za-z0-9+/]{512}",
    re.DOTALL,
)
MOST_IN_BASE64 = 128
"""Characters of the longest word that a message may hold."""
FEATURES = 256
"""Characters of the 192 features of a face, two of which a message holds that tells of one."""


def file_holds_a_picture(file: Path) -> bool:
    """By its start, by its size, or by a picture somewhere within it."""
    with file.open("rb") as opened:
        content = opened.read(64_000_000)
    return content.startswith(STARTS) or file.stat().st_size in RAW or picture_within(content)


def picture_within(content: bytes) -> bool:
    """Whether a JPEG, PNG or WebP begins somewhere, as it is or in base64, or base64 goes on for long."""
    return ANYWHERE.search(content) is not None


def message_holds_a_picture(line: bytes) -> bool:
    """Whether a message between eyes and conductor holds more than numbers and short words."""
    message = json.loads(line)
    numbers = sum(1 for value in _leaves(message) if isinstance(value, int | float))
    lengths = sorted((len(value) for value in _leaves(message) if isinstance(value, str)), reverse=True)
    if isinstance(message, dict) and message.get("type") == "face" and lengths[:2] == [FEATURES] * 2:
        lengths = lengths[2:]
    return len(line) >= 4096 or max(lengths, default=0) > MOST_IN_BASE64 or numbers > 256


def _leaves(value: object) -> Iterator[object]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case _:
            yield value


def payloads(capture: bytes) -> Iterator[bytes]:
    """What each packet of wiretap.py's file carried over TCP (IPv4 and IPv6), empty ones left out."""
    at = 0
    while at + 4 <= len(capture):
        length = int.from_bytes(capture[at : at + 4], "big")
        packet = capture[at + 4 : at + 4 + length]
        at += 4 + length
        six = bool(packet) and packet[0] >> 4 == 6
        header = 40 if six else (packet[0] & 15) * 4 if packet else 0
        if len(packet) < header + 20 or packet[6 if six else 9] != 6:
            continue
        if carried := packet[header + (packet[header + 12] >> 4) * 4 :]:
            yield carried


def without(known: Iterable[bytes], payload: bytes) -> bytes:
    """What is left of a payload when it is, behind the head of an HTTP answer or alone, a piece of a known file."""
    head, _, body = payload.partition(b"\r\n\r\n") if payload.startswith(b"HTTP/1.1 ") else (b"", b"", payload)
    return head if any(body in file for file in known) else payload


def is_text(payload: bytes) -> bool:
    """Whether most of a payload is printable, as all that Moodbox sends is; pixels and compressed pictures are not."""
    printable = sum(32 <= byte < 127 or byte in b"\r\n\t" for byte in payload)
    return len(payload) < 64 or printable > 0.8 * len(payload)
