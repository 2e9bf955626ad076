import sys
import types
from typing import ClassVar

import cv2
import numpy as np
import pytest

from appliance.vision.camera import CameraError
from appliance.vision.camera.picamera import PiCamera, available, to_bgr

USB = {"Id": "/base/scb/pcie@7d500000/pci@0,0/usb@0,0-1.2:1.0-046d:0825", "Num": 0, "Model": "HD Webcam"}
RIBBON = {"Id": "/base/soc/i2c0mux/i2c@1/imx708@1a", "Num": 1, "Model": "imx708"}


class StandIn:
    """What we use of picamera2, giving a grey picture of the size asked for."""

    cameras: tuple[dict[str, object], ...] = (USB, RIBBON)
    sensor_resolution = (4608, 2592)
    fault = None
    log: list[str]

    @classmethod
    def global_camera_info(cls):
        return cls.cameras

    def __init__(self, number):
        if number >= len(self.cameras):
            raise RuntimeError(f"No camera number {number} found")
        self.log.append(f"opened {number}")

    def create_video_configuration(self, **wanted):
        return wanted

    def configure(self, wanted):
        self.configuration = wanted

    def camera_configuration(self):
        return self.configuration

    def start(self):
        if self.fault == "start":
            raise RuntimeError("Camera in use")
        if self.fault == "odd start":
            raise KeyError("sensor mode")
        self.log.append("started")

    def capture_array(self, stream):
        if self.fault == "read":
            raise RuntimeError("Camera frontend has timed out!")
        width, height = self.configuration[stream]["size"]
        return np.full((height * 3 // 2, width + 32), 128, np.uint8)

    camera_controls: ClassVar = {"ExposureValue": (-8.0, 8.0, 0.0)}

    def set_controls(self, controls):
        if self.fault == "controls":
            raise RuntimeError("Control ExposureValue is not advertised by libcamera")
        self.log.append(controls)

    def stop(self):
        if self.fault == "stop":
            raise RuntimeError("Camera frontend has timed out!")
        self.log.append("stopped")

    def close(self):
        self.log.append("closed")


@pytest.fixture
def picamera2(monkeypatch):
    class Fresh(StandIn):
        log: ClassVar[list[str]] = []

    module = types.ModuleType("picamera2")
    module.Picamera2 = Fresh
    module.__spec__ = types.SimpleNamespace(name="picamera2")
    monkeypatch.setitem(sys.modules, "picamera2", module)
    return Fresh


def test_it_opens_reads_and_lets_go(picamera2):
    camera = PiCamera(640, 480)
    assert available()
    camera.open()
    shot = camera.read()
    assert shot.pixels.shape == (480, 640, 3)
    assert abs(int(shot.pixels.mean()) - 130) < 3
    camera.close()
    camera.close()
    assert picamera2.log == ["opened 1", "started", "stopped", "closed"]
    with pytest.raises(CameraError, match="not open"):
        camera.read()


def test_the_whole_width_of_the_sensor_is_used(picamera2):
    camera = PiCamera(640, 480)
    camera.open()
    assert camera._camera.configuration["raw"] == {"size": (2304, 1296)}


def test_a_webcam_that_libcamera_lists_is_no_pi_camera(picamera2):
    picamera2.cameras = (USB,)
    assert not available()


def test_without_a_camera_on_the_ribbon_it_is_not_available(picamera2):
    picamera2.cameras = ()
    assert not available()
    with pytest.raises(CameraError, match=r"No camera number 0 found.*ribbon cable"):
        PiCamera(640, 480).open()


def test_a_camera_in_use_is_let_go_again(picamera2):
    picamera2.fault = "start"
    with pytest.raises(CameraError, match="cannot be started: Camera in use"):
        PiCamera(640, 480).open()
    assert picamera2.log == ["opened 1", "closed"]


def test_a_camera_that_fails_oddly_is_let_go_again(picamera2):
    picamera2.fault = "odd start"
    with pytest.raises(CameraError, match="sensor mode"):
        PiCamera(640, 480).open()
    assert picamera2.log[-1] == "closed"


def test_a_camera_that_cannot_be_stopped_is_let_go_all_the_same(picamera2):
    camera = PiCamera(640, 480)
    camera.open()
    picamera2.fault = "stop"
    with pytest.raises(RuntimeError, match="timed out"):
        camera.close()
    assert picamera2.log[-1] == "closed"


def test_faces_in_the_dark_are_given_more_light(picamera2):
    camera = PiCamera(640, 480)
    camera.expose(1.0)
    camera.open()
    camera.expose(1.5)
    assert picamera2.log == ["opened 1", "started", {"ExposureValue": 1.5}]


def test_a_libcamera_that_takes_no_exposure_goes_on(picamera2):
    camera = PiCamera(640, 480)
    camera.open()
    picamera2.fault = "controls"
    camera.expose(1.5)
    picamera2.fault = None
    picamera2.camera_controls = {}
    camera.expose(1.0)
    assert picamera2.log == ["opened 1", "started"]
    assert camera.read().pixels.shape == (480, 640, 3)


def test_a_camera_that_times_out_is_a_camera_error(picamera2):
    camera = PiCamera(640, 480)
    camera.open()
    picamera2.fault = "read"
    with pytest.raises(CameraError, match="gives no frames"):
        camera.read()


def test_without_picamera2_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    assert not available()
    with pytest.raises(CameraError, match="sudo apt install python3-picamera2"):
        PiCamera(640, 480).open()


def nv12(planar, height):
    width = planar.shape[1]
    luma, chroma = planar[:height], planar[height:].reshape(2, -1)
    return np.vstack([luma, chroma.T.reshape(-1, width)])


def test_colours_survive_every_format():
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, :32], picture[:, 32:] = (200, 40, 60), (30, 60, 220)
    planar = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)
    for found in (
        to_bgr(planar, "YUV420", 64, 48),
        to_bgr(nv12(planar, 48), "NV12", 64, 48),
        to_bgr(picture, "RGB888", 64, 48),
        to_bgr(np.dstack([picture, picture[:, :, :1]]), "XRGB8888", 64, 48),
    ):
        assert found.shape == (48, 64, 3)
        assert np.abs(found.astype(int) - picture).max() < 6


def test_an_unknown_format_is_named():
    with pytest.raises(CameraError, match="gives SBGGR10"):
        to_bgr(np.zeros((4, 4), np.uint8), "SBGGR10", 4, 4)
