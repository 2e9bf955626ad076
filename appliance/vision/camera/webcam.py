"""Webcams: V4L2 devices read by OpenCV."""

from __future__ import annotations

import fcntl
import os
import struct
import time
from pathlib import Path

import cv2

from appliance.vision.camera.base import CameraError, Shot

# linux/videodev2.h: struct v4l2_capability is driver[16], card[32], bus_info[32], version, capabilities, device_caps.
_CAPABILITY = struct.Struct("16s32s32sIII12x")
_QUERYCAP = 0x8068_5600
_VIDEO_CAPTURE, _MEMORY_TO_MEMORY, _DEVICE_CAPS = 0x1, 0x0000_8000 | 0x0000_4000, 0x8000_0000
_PARTS_OF_A_PI = frozenset({"bcm2835-codec", "bcm2835-isp", "pispbe", "rp1-cfe", "rpi-hevc-dec", "rpivid", "unicam"})
"""Drivers of a Raspberry Pi's own nodes, which give no pictures by themselves."""

_QUEUED = 5
"""The driver may hold so many old frames."""
_WAITED = 0.006
"""A frame that took this many seconds to come was waited for: it is fresh."""


def card(capability: bytes) -> str | None:
    """The device's name from the answer to VIDIOC_QUERYCAP, or None if it is no camera."""
    driver, name, _, _, everything, own = _CAPABILITY.unpack(capability)
    able = own if everything & _DEVICE_CAPS else everything
    if not able & _VIDEO_CAPTURE or able & _MEMORY_TO_MEMORY or _text(driver) in _PARTS_OF_A_PI:
        return None
    return _text(name) or "camera"


def devices(folder: Path = Path("/dev")) -> list[tuple[Path, str]]:
    """Webcams that are plugged in: (device, its name), in the order of their numbers."""
    nodes = [node for node in folder.glob("video*") if node.name[5:].isdecimal()]
    found = []
    for node in sorted(nodes, key=lambda n: int(n.name[5:])):
        try:
            opened = os.open(node, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            answer = fcntl.ioctl(opened, _QUERYCAP, bytes(_CAPABILITY.size))
        except OSError:
            continue
        finally:
            os.close(opened)
        if name := card(answer):
            found.append((node, name))
    return found


class Webcam:
    """One V4L2 device."""

    announcement: str | None = None
    live = True
    stand_in = False

    def __init__(self, device: Path, width: int, height: int) -> None:
        """`width` and `height` in pixels are asked for; the device answers with the nearest it has."""
        self.name = f"webcam {device}"
        self._device, self._size = device, (width, height)
        self._capture: cv2.VideoCapture | None = None

    def open(self) -> None:
        """Begin to stream. Raises CameraError with the reason if the system gives one."""
        self.close()
        if not self._device.exists():
            raise CameraError(f"{self.name} is not there; plug it in")
        if not os.access(self._device, os.R_OK | os.W_OK):
            raise CameraError(f"{self.name} may not be used by this user; add the user to the group 'video'")
        capture = cv2.VideoCapture(str(self._device), cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            raise CameraError(f"{self.name} cannot be opened; another program may be using it")
        # Uncompressed 720p does not fit through USB 2 at more than a few frames a second.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._capture = capture

    def read(self) -> Shot:
        """The freshest frame; frames that have queued in the driver since the last look are skipped undecoded."""
        if self._capture is None:
            raise CameraError(f"{self.name} is not open")
        good = False
        for _ in range(_QUEUED + 1):
            began = time.monotonic()
            good = self._capture.grab()
            if not good or time.monotonic() - began >= _WAITED:
                break
        now = time.monotonic()
        if good:
            good, frame = self._capture.retrieve()
            if good and frame is not None:
                return Shot(frame, now)
        raise CameraError(f"{self.name} gives no frames; is it still plugged in?")

    def close(self) -> None:
        """Stop streaming; its light goes off."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode(errors="replace")
