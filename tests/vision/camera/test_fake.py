import numpy as np
import pytest

from appliance.vision.camera import CameraError
from appliance.vision.camera.fake import FakeCamera

GREY = np.full((8, 8, 3), 90, np.uint8)


def test_its_frames_differ_as_a_sensors_do_until_it_freezes():
    camera = FakeCamera([GREY])
    camera.open()
    frames = [camera.read().pixels.tobytes() for _ in range(6)]
    assert len(set(frames)) > 3
    camera.freeze()
    assert camera.read().pixels.tobytes() == camera.read().pixels.tobytes()
    assert (GREY == 90).all()


def test_it_vanishes_and_comes_back():
    camera = FakeCamera([GREY])
    camera.open()
    camera.vanish("pulled out")
    with pytest.raises(CameraError, match="pulled out"):
        camera.read()
    with pytest.raises(CameraError, match="pulled out"):
        camera.open()
    camera.come_back()
    camera.open()
    assert camera.read().pixels.shape == (8, 8, 3)
    assert camera.opened == 2


def test_it_must_be_open_to_be_read():
    with pytest.raises(CameraError, match="not open"):
        FakeCamera([GREY]).read()
