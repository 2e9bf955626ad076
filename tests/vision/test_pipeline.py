import cv2
import numpy as np
import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraState
from appliance.vision.blazeface import BlazeFace
from appliance.vision.camera import Shot
from appliance.vision.frame import FrameError
from appliance.vision.geometry import Detection, iou
from appliance.vision.pipeline import LookPipeline
from appliance.vision.scan import CANDIDATE, Scanner
from tests.portraits import earnest, smiling


@pytest.fixture
def analyser(reader):
    return LookPipeline(Scanner(BlazeFace(CANDIDATE), 0.6, far=True), reader)


def test_a_look_tells_who_is_there_and_how_they_seem(analyser, reader, room):
    frame = room((300, 200, 180))
    look = analyser.look(Shot(frame, 77.0))
    assert (look.time, look.camera, look.size, look.problem) == (77.0, CameraState.OPEN, (1280, 720), None)
    (face,) = look.faces
    assert iou(face.box, (300, 200, 180, 180)) > 0.8
    (same,) = reader.read(frame, [Detection(face.box, face.score)])
    assert face.reading == same.reading
    assert 0.6 < face.distance < 1.0
    assert 0.3 < look.light < 0.7
    assert look.milliseconds > 0


def test_a_blurred_look_changes_less_of_what_was_read_than_a_clear_one(reader):
    changed = {}
    for name, second in (("clear", earnest()), ("blurred", cv2.blur(earnest(), (11, 11)))):
        analyser = LookPipeline(Scanner(BlazeFace(CANDIDATE), 0.6, far=False), reader)
        before = analyser.look(Shot(smiling(), 0.0)).faces[0].reading
        changed[name] = before[Emotion.HAPPY] - analyser.look(Shot(second, 0.5)).faces[0].reading[Emotion.HAPPY]
    assert changed["clear"] > 0.3
    assert changed["blurred"] < 0.5 * changed["clear"]


def test_after_the_camera_was_closed_nothing_is_left_of_who_was_there(analyser, reader, room):
    frame = room((300, 200, 180))
    first = analyser.look(Shot(frame, 0.0)).faces[0].reading
    analyser.look(Shot(cv2.blur(frame, (31, 5)), 0.5))
    analyser.forget()
    assert analyser.look(Shot(frame, 1.0)).faces[0].reading == first


def test_everyone_there_is_read(analyser, room):
    look = analyser.look(Shot(room((100, 150, 150), (500, 250, 170), (950, 200, 140)), 1.0))
    assert len(look.faces) == 3


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_camera_that_hangs_sideways_is_put_upright(reader, room, degrees):
    back = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    frame = room((300, 200, 180))
    sideways = cv2.rotate(frame, back[degrees]) if degrees else frame
    analyser = LookPipeline(Scanner(BlazeFace(CANDIDATE), 0.6, far=True), reader, degrees)
    look = analyser.look(Shot(sideways, 1.0))
    assert look.size == (1280, 720)
    (face,) = look.faces
    assert iou(face.box, (300, 200, 180, 180)) > 0.8


def test_a_black_frame_is_told_to_the_owner(analyser):
    look = analyser.look(Shot(np.zeros((480, 640, 3), np.uint8), 1.0))
    assert look.camera is CameraState.OPEN
    assert "is the lens covered, or the room dark?" in look.problem
    assert look.faces == ()


def test_a_frame_16_pixels_wide_is_told_to_the_owner(analyser, portrait):
    look = analyser.look(Shot(cv2.resize(portrait, (16, 480)), 1.0))
    assert "only 16x480 px" in look.problem


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f[:, :, 1],
        lambda f: f.astype(np.float32),
        lambda f: f.astype(np.float64) / 255,
        lambda f: cv2.resize(f, (4096, 2304)),
        lambda f: np.dstack([f, f[:, :, 0]]),
    ],
    ids=["grey", "float", "float to 1", "huge", "alpha"],
)
def test_odd_frames_are_looked_at_all_the_same(analyser, room, change):
    look = analyser.look(Shot(change(room((300, 200, 180))), 1.0))
    assert len(look.faces) == 1
    assert look.problem is None


def test_an_empty_frame_is_a_frame_error(analyser):
    with pytest.raises(FrameError):
        analyser.look(Shot(np.zeros((0, 0, 3), np.uint8), 1.0))
