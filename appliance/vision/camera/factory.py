"""Chooses the camera; the only module that knows all kinds of camera."""

from __future__ import annotations

import difflib
from pathlib import Path

from appliance.lib.text import printable_path
from appliance.settings.vision import NO_CAMERA, CameraSettings
from appliance.vision import image_file
from appliance.vision.camera import picamera, webcam
from appliance.vision.camera.base import Camera, CameraError
from appliance.vision.camera.files import FilmCamera, FolderCamera, PictureCamera
from appliance.vision.camera.portrait import PortraitCamera

_WORDS = ("auto", "picamera2", "v4l2", "portrait", NO_CAMERA)


def choose_camera(settings: CameraSettings, stand_in: bool = True) -> Camera:
    """The camera that the settings ask for, not yet opened; for `auto` the Pi camera, a webcam, or the portrait.

    Raises CameraError if it is not there, or none is to be used. Without `stand_in` the portrait is not used: a camera
    that has worked and is gone must be reported as missing.
    """
    source, size = settings.source, (settings.width, settings.height)
    if source == NO_CAMERA:
        raise CameraError(f"camera.source is {NO_CAMERA!r}: this box is to have no camera")
    if source == "portrait":
        return PortraitCamera(*size)
    if source == "picamera2":
        return picamera.PiCamera(*size)
    if source.startswith("/dev/"):
        return webcam.Webcam(Path(source), *size)
    if source in {"auto", "v4l2"}:
        return _connected(settings, stand_in)
    return _from_disk(source)


def real_camera_present(settings: CameraSettings) -> bool:
    """Whether a camera is plugged in that `auto` prefers to the portrait."""
    return settings.source == "auto" and bool(webcam.devices())


def _connected(settings: CameraSettings, stand_in: bool) -> Camera:
    size = (settings.width, settings.height)
    automatic = settings.source == "auto"
    if automatic and picamera.available():
        return picamera.PiCamera(*size)
    for device, name in webcam.devices():
        camera = webcam.Webcam(device, *size)
        camera.name = f"webcam {device} ({name})"
        return camera
    if automatic and stand_in:
        return PortraitCamera(*size)
    raise CameraError("no camera is connected; plug in a webcam or check the Pi camera's ribbon cable")


def _from_disk(source: str) -> Camera:
    path = Path(source).expanduser()
    if path.is_dir():
        return FolderCamera(path)
    if path.suffix.lower() in image_file.SUFFIXES:
        return PictureCamera(path)
    if path.is_file():
        return FilmCamera(path)
    close = difflib.get_close_matches(source, _WORDS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"use {', '.join(_WORDS)}, a device, or a file or folder"
    raise CameraError(f"camera.source is {printable_path(path)!r}, which is no file or folder; {hint}")
