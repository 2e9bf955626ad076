"""Reads a picture file of any content, safely."""

from __future__ import annotations

import stat
from pathlib import Path

import cv2
import numpy as np

from appliance.errors import MoodboxError
from appliance.lib.text import printable_path
from appliance.vision.frame import Frame

SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
"""Endings of files that a folder of pictures shows."""
LARGEST_FILE = 100_000_000
"""Bytes; a larger file is not opened."""
_PNG = b"\x89PNG\r\n\x1a\n"


class PictureError(MoodboxError, ValueError):
    """A file that cannot be read as a picture; the text names it and says why."""


def read_image(file: Path) -> Frame:
    """The picture as a frame, turned upright by its EXIF tag; of an animation the first picture.

    Grey, 16 bits and transparency are all taken. Raises PictureError.
    """
    name = printable_path(file)
    try:
        mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe would be waited for
            raise PictureError(f"{name}: is a pipe or a device; save the picture as a file")
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise PictureError(f"{name}: cannot be read ({error.strerror or error})") from error
    frame = _first_of_gif(file) if data.startswith(b"GIF8") else None
    return frame if frame is not None else decode_image(data, name)


def decode_image(data: bytes, name: str) -> Frame:
    """The picture that the bytes of a file hold; `name` is what errors call it. Raises PictureError."""
    if not data:
        raise PictureError(f"{name}: is empty")
    if len(data) > LARGEST_FILE:
        raise PictureError(f"{name}: is larger than {LARGEST_FILE // 1_000_000} MB")
    if data.startswith(_PNG):
        data = _plain_png(data, name)
    elif data.startswith(b"\xff\xd8") and data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda"):
        raise PictureError(f"{name}: is truncated; copy it again")  # OpenCV would fill it up with grey
    try:
        decoded = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        reason = "has more than 64 million pixels" if "pixels" in str(error).lower() else "cannot be decoded"
        raise PictureError(f"{name}: {reason}") from error
    if decoded is None or decoded.size == 0:
        raise PictureError(f"{name}: is no picture that can be read; JPEG, PNG, WebP, TIFF and BMP can")
    return np.asarray(decoded, dtype=np.uint8)


def _plain_png(data: bytes, name: str) -> bytes:
    """A PNG without its colour profile, about which libpng prints warnings; also checks that it is complete."""
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if kind != b"iCCP":
            kept.append(data[at:end])
        if kind == b"IEND" and end <= len(data):
            return b"".join(kept)
        at = end
    raise PictureError(f"{name}: is truncated; copy it again")


def _first_of_gif(file: Path) -> Frame | None:
    """Not every build of OpenCV has GIF among its pictures, but all have it among their films."""
    try:
        film = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
    except (UnicodeError, cv2.error):
        return None
    good, frame = film.read()
    film.release()
    return np.asarray(frame, dtype=np.uint8) if good else None
