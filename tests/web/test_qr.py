"""The code that a guest's phone reads."""

import re

import cv2
import numpy as np
import pytest

from appliance.web.qr import qr_svg

SCALE = 8
PATH = re.compile(r"[Mm](-?[\d.]+)[ ,]?(-?[\d.]+)|h(-?[\d.]+)")


def raster(drawn: str) -> np.ndarray:
    """The SVG's dark strokes as pixels; its path goes by `M`, `m` and `h`, in modules."""
    side = int(re.search(r'width="(\d+)"', drawn)[1])  # type: ignore[index]
    picture = np.full((side, side), 255, np.uint8)
    path = re.search(r'class="qrline"[^>]* d="([^"]+)"', drawn)[1]  # type: ignore[index]
    x = y = 0.0
    for found in PATH.finditer(path):
        if found[3] is None:
            moved = float(found[1]), float(found[2])
            x, y = moved if found[0][0] == "M" else (x + moved[0], y + moved[1])
            continue
        wide = float(found[3])
        top, left = round((y - 0.5) * SCALE), round(x * SCALE)
        picture[top : top + SCALE, left : left + round(wide * SCALE)] = 0
        x += wide
    return picture


@pytest.mark.parametrize(
    "text", ["http://moodbox.local/guest#abcdefghijklmnopqrstuv", "https://[fd00::1]:8443/guest#x-_"]
)
def test_a_camera_reads_from_the_drawing_what_was_drawn(text: str) -> None:
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(raster(qr_svg(text).decode()))
    assert found == text
