import cv2
import numpy as np
import pytest

from appliance.settings.vision import CameraSettings
from appliance.vision.camera import CameraError, choose_camera, picamera, real_camera_present, webcam
from appliance.vision.camera.files import FilmCamera, FolderCamera, PictureCamera
from appliance.vision.camera.picamera import PiCamera
from appliance.vision.camera.portrait import PortraitCamera
from appliance.vision.camera.webcam import Webcam


@pytest.fixture
def plugged(monkeypatch):
    """Make-believe hardware: what is plugged in."""
    there = {"pi": False, "webcams": []}
    monkeypatch.setattr(picamera, "available", lambda: there["pi"])
    monkeypatch.setattr(webcam, "devices", lambda: there["webcams"])
    return there


def test_auto_takes_the_pi_camera_then_a_webcam_then_the_portrait(plugged, tmp_path):
    assert isinstance(choose_camera(CameraSettings()), PortraitCamera)
    assert not real_camera_present(CameraSettings())
    plugged["webcams"] = [(tmp_path / "video2", "HD Webcam")]
    camera = choose_camera(CameraSettings())
    assert isinstance(camera, Webcam)
    assert camera.name == f"webcam {tmp_path / 'video2'} (HD Webcam)"
    assert real_camera_present(CameraSettings())
    plugged["pi"] = True
    assert isinstance(choose_camera(CameraSettings()), PiCamera)


def test_the_settings_come_before_what_is_plugged_in(plugged, tmp_path):
    plugged["pi"] = True
    plugged["webcams"] = [(tmp_path / "video2", "HD Webcam")]
    assert isinstance(choose_camera(CameraSettings(source="portrait")), PortraitCamera)
    assert isinstance(choose_camera(CameraSettings(source="v4l2")), Webcam)
    assert choose_camera(CameraSettings(source="/dev/video7")).name == "webcam /dev/video7"
    assert isinstance(choose_camera(CameraSettings(source=str(tmp_path))), FolderCamera)
    assert not real_camera_present(CameraSettings(source="portrait"))


def test_a_camera_that_has_worked_is_missed_and_not_replaced_by_the_portrait(plugged):
    with pytest.raises(CameraError, match="no camera is connected"):
        choose_camera(CameraSettings(), stand_in=False)
    with pytest.raises(CameraError, match="no camera is connected"):
        choose_camera(CameraSettings(source="v4l2"))


def test_files_are_shown_as_what_they_are(tmp_path):
    cv2.imwrite(str(tmp_path / "a.PNG.png"), np.zeros((9, 9, 3), np.uint8))
    (tmp_path / "film.mp4").write_bytes(b"x")
    assert isinstance(choose_camera(CameraSettings(source=str(tmp_path))), FolderCamera)
    assert isinstance(choose_camera(CameraSettings(source=str(tmp_path / "a.PNG.png"))), PictureCamera)
    assert isinstance(choose_camera(CameraSettings(source=str(tmp_path / "film.mp4"))), FilmCamera)


def test_a_typo_is_answered_with_what_was_meant():
    with pytest.raises(CameraError, match=r"camera\.source is 'picamera', .*did you mean 'picamera2'"):
        choose_camera(CameraSettings(source="picamera"))
    with pytest.raises(CameraError, match="use auto, picamera2, v4l2, portrait"):
        choose_camera(CameraSettings(source="/no/such/thing"))
