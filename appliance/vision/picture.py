"""Reading a picture file, whatever it turns out to be."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from appliance.errors import MoodboxError
from appliance.vision.frame import Frame

SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
"""Endings of files that a folder of pictures shows."""
LARGEST_FILE = 100_000_000
"""Bytes; a larger file is not opened."""


class PictureError(MoodboxError, ValueError):
    """A file that cannot be read as a picture; the text names it and says why."""


def shown(file: Path) -> str:
    """A file's name for people: bytes that are not UTF-8 and control characters are escaped."""
    text = str(file).encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def read(file: Path) -> Frame:
    """The picture as a frame, turned upright by its EXIF tag; of an animation the first picture.

    Grey, 16 bits and transparency are all taken. Raises PictureError.
    """
    name = shown(file)
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise PictureError(f"{name}: cannot be read ({error.strerror or error})") from error
    if not data:
        raise PictureError(f"{name}: is empty")
    if len(data) > LARGEST_FILE:
        raise PictureError(f"{name}: is larger than {LARGEST_FILE // 1_000_000} MB")
    if _truncated(data):
        raise PictureError(f"{name}: is truncated; copy it again")
    try:
        decoded = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        reason = "has more than 64 million pixels" if "pixels" in str(error).lower() else "cannot be decoded"
        raise PictureError(f"{name}: {reason}") from error
    if decoded is None or decoded.size == 0:
        raise PictureError(f"{name}: is no picture that can be read; JPEG, PNG, WebP, TIFF and BMP can")
    return np.asarray(decoded, dtype=np.uint8)


def _truncated(data: bytes) -> bool:
    """OpenCV fills what is missing of a JPEG or PNG with grey and says nothing, so look for their end marks."""
    if data.startswith(b"\xff\xd8"):
        return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda") or b"\xff\xda" not in data
    if data.startswith(b"\x89PNG"):
        return b"IEND" not in data
    return False
