import threading
import time

import numpy as np
import pytest

from appliance.vision.camera import CameraError, Shot
from appliance.vision.camera.fake import FakeCamera
from appliance.vision.camera.portrait import PortraitCamera
from appliance.vision.camera.timeouts import Abandoned, CameraWithTimeouts

GREY = np.full((16, 16, 3), 90, np.uint8)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def fake():
    camera = FakeCamera([GREY])
    yield camera
    camera.come_back()


def patient(camera, wanted=lambda: True, **limits):
    return CameraWithTimeouts(camera, wanted, **({"opening": 60.0, "reading": 60.0, "frozen": 60.0} | limits))


def test_it_passes_frames_and_faults_on(fake):
    camera = patient(fake)
    camera.open()
    assert camera.read().pixels.shape == (16, 16, 3)
    fake.vanish("pulled out")
    with pytest.raises(CameraError, match="pulled out"):
        camera.read()
    camera.close()
    assert not camera.stuck
    assert not fake.is_open


def test_a_camera_that_hangs_is_given_up_on_and_left_behind(fake, monkeypatch):
    monkeypatch.setattr("appliance.vision.camera.timeouts.CLOSING", 0.05)
    camera = patient(fake, reading=0.2)
    camera.open()
    fake.hang()
    with pytest.raises(CameraError, match="a fake camera hangs: it gave no frame"):
        camera.read()
    camera.close()
    assert camera.stuck
    fake.come_back()
    limit = time.monotonic() + 60
    while camera.stuck:
        assert time.monotonic() < limit
        time.sleep(0.01)
    assert not fake.is_open


def test_a_wait_ends_when_the_camera_is_no_longer_wanted(fake):
    wanted = threading.Event()
    wanted.set()
    camera = patient(fake, wanted.is_set, reading=60.0)
    camera.open()
    fake.hang()
    threading.Timer(0.1, wanted.clear).start()
    with pytest.raises(Abandoned):
        camera.read()
    fake.come_back()
    camera.close()


def test_whatever_a_driver_raises_is_a_camera_error(fake):
    camera = patient(fake)
    fake.open = lambda: 1 / 0
    with pytest.raises(CameraError, match="a fake camera failed: ZeroDivisionError"):
        camera.open()
    camera.close()


def frozen(camera, clock, seconds):
    camera.open()
    for _ in range(int(seconds)):
        camera.read()
        clock.now += 1
    camera.close()


def test_a_sensor_that_gives_the_very_same_frame_for_a_minute_is_frozen():
    clock = Clock()
    fake = FakeCamera([GREY], noise=False, now=clock)
    with pytest.raises(CameraError, match="frozen: the very same picture for 60 s"):
        frozen(patient(fake), clock, 62)


@pytest.mark.parametrize(
    "fake",
    [
        FakeCamera([GREY], now=Clock()),
        FakeCamera([GREY], noise=False, live=False, now=Clock()),
        FakeCamera([np.zeros_like(GREY)], noise=False, now=Clock()),
        FakeCamera([GREY, GREY + 1], noise=False, now=Clock()),
    ],
    ids=["a sensor's noise", "a still picture", "darkness", "something moves"],
)
def test_what_is_not_frozen(fake):
    frozen(patient(fake), fake._now, 130)


def test_an_empty_frame_is_passed_on_for_others_to_judge():
    fake = FakeCamera([np.zeros((0, 0, 3), np.uint8)], noise=False)
    camera = patient(fake)
    camera.open()
    assert isinstance(camera.read(), Shot)
    camera.close()


def test_an_exposure_is_asked_of_a_camera_that_can_be_asked(fake):
    camera = patient(fake)
    camera.open()
    camera.expose(1.0)
    assert (camera.read().pixels.flat[1], fake.stops) == (180, 1.0)
    camera.close()
    portrait = patient(PortraitCamera(64, 48))
    portrait.expose(1.0)
    portrait.close()
