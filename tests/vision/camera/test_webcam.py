import struct
from pathlib import Path

import pytest

from appliance.vision.camera import CameraError
from appliance.vision.camera.webcam import Webcam, card, devices

CAPTURE, META, M2M, HAS_OWN = 0x1, 0x0080_0000, 0x8000, 0x8000_0000


def answer(driver, own, everything=CAPTURE | META | HAS_OWN, name="HD Webcam: HD Webcam"):
    return struct.pack("16s32s32sIIIIII", driver.encode(), name.encode(), b"usb-1", 0x60600, everything, own, 0, 0, 0)


def test_a_capturing_device_is_a_webcam():
    assert card(answer("uvcvideo", CAPTURE)) == "HD Webcam: HD Webcam"
    assert card(answer("v4l2 loopback", CAPTURE, name="")) == "camera"


def test_a_webcams_second_node_gives_no_pictures():
    assert card(answer("uvcvideo", META)) is None


def test_an_old_driver_that_knows_no_capabilities_of_single_nodes():
    assert card(answer("old", 0, everything=CAPTURE)) == "HD Webcam: HD Webcam"


@pytest.mark.parametrize("driver", ["bcm2835-isp", "unicam", "rp1-cfe"])
def test_the_nodes_of_a_pis_own_chips_are_no_webcams(driver):
    assert card(answer(driver, CAPTURE)) is None


def test_a_codec_is_no_webcam():
    assert card(answer("some-codec", CAPTURE | M2M)) is None


def test_files_that_only_look_like_devices_are_passed_over(tmp_path):
    (tmp_path / "video0").write_bytes(b"")
    (tmp_path / "video1").symlink_to("/dev/null")
    (tmp_path / "videocard").write_bytes(b"")
    assert devices(tmp_path) == []


def test_a_webcam_that_is_not_there_says_so():
    with pytest.raises(CameraError, match="webcam /dev/video63 is not there; plug it in"):
        Webcam(Path("/dev/video63"), 640, 480).open()


def test_a_device_that_is_no_camera_cannot_be_opened(tmp_path):
    with pytest.raises(CameraError, match="cannot be opened"):
        Webcam(Path("/dev/null"), 640, 480).open()


def test_a_closed_webcam_gives_nothing():
    camera = Webcam(Path("/dev/video63"), 640, 480)
    camera.close()
    with pytest.raises(CameraError, match="not open"):
        camera.read()
