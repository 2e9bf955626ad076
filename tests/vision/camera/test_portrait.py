import numpy as np
import pytest

from appliance.vision.camera import CameraError
from appliance.vision.camera.portrait import PortraitCamera


def test_the_portrait_moves_so_that_no_two_frames_are_the_same():
    now = 50.0
    camera = PortraitCamera(640, 480, lambda: now)
    camera.open()
    frames = []
    for _ in range(20):
        shot = camera.read()
        assert shot.time == now
        assert shot.pixels.shape == (480, 640, 3)
        frames.append(shot.pixels)
        now += 0.5
    assert all(not np.array_equal(a, b) for i, a in enumerate(frames) for b in frames[:i])


def test_it_says_that_it_stands_in_for_a_camera():
    camera = PortraitCamera(640, 480)
    assert camera.stand_in
    assert "plug in a camera" in camera.announcement


def test_without_the_portrait_it_says_that_no_camera_was_found(monkeypatch, tmp_path):
    monkeypatch.setenv("MOODBOX_SHARE", str(tmp_path))
    with pytest.raises(CameraError, match=r"no camera was found, and the portrait .*astronaut\.png"):
        PortraitCamera(640, 480).open()


def test_it_shows_nothing_once_it_is_closed():
    camera = PortraitCamera(640, 480)
    camera.open()
    camera.close()
    with pytest.raises(CameraError):
        camera.read()
