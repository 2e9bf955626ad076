import cv2
import numpy as np
import pytest

from appliance.vision.clearness import clearness

BOX = (172.0, 66.0, 106.0, 106.0)


def test_a_moving_face_and_a_far_one_are_less_clear(portrait):
    clear = clearness(portrait, BOX)
    moving = cv2.blur(portrait, (25, 1))
    far = cv2.resize(portrait, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA)
    assert clearness(moving, BOX).weight < clear.weight / 3
    assert clearness(far, tuple(value * 0.15 for value in BOX)).weight < clear.weight / 3


def test_the_noise_of_a_sensor_is_hardly_detail(portrait):
    flat = np.full((200, 200, 3), 120, np.uint8)
    noisy = (flat + np.random.default_rng(1).normal(0, 6, flat.shape)).clip(0, 255).astype(np.uint8)
    assert clearness(noisy, (50, 50, 100, 100)).weight < clearness(portrait, BOX).weight / 10


def test_light_is_that_of_the_face_not_of_the_window_behind_it():
    frame = np.full((200, 200, 3), 240, np.uint8)
    frame[50:150, 50:150] = 40
    assert clearness(frame, (50, 50, 100, 100)).light == pytest.approx(40 / 255, abs=0.01)


@pytest.mark.parametrize("box", [(-500, 10, 40, 40), (10, 10, 0.2, 0.2), (190, 190, 100, 100), (-20, -20, 900, 900)])
def test_a_box_beyond_the_frame_is_no_error(box):
    assert clearness(np.full((200, 200, 3), 99, np.uint8), box).weight == 0
