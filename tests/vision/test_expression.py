import cv2
import numpy as np
import pytest

from appliance.domain.emotions import Emotion
from appliance.model.errors import ModelError
from appliance.model.shipped import shipped_model
from appliance.settings.paths import PathsSettings
from appliance.settings.settings import Settings
from appliance.settings.vision import VisionSettings
from appliance.vision.blazeface import BlazeFace
from appliance.vision.expression import ExpressionReader, distance, model_of, reading
from appliance.vision.geometry import Detection
from appliance.vision.scan import CANDIDATE, Scanner


def test_the_portrait_smiles(reader, portrait):
    (face,) = reader.read(portrait, [Detection((172, 66, 106, 106), 0.9)])
    assert face.reading.top is Emotion.HAPPY
    assert face.score == 0.9


def test_faces_come_in_the_order_of_their_boxes_and_a_broken_box_is_left_out(reader, portrait):
    boxes = [(172, 66, 106, 106), (9000, 9000, 20, 20), (60, 300, 80, 80), (10, 10, 1e7, 1e7)]
    faces = reader.read(portrait, [Detection(box, 0.8) for box in boxes])
    assert [face.box for face in faces] == [boxes[0], boxes[2]]
    assert faces[0].reading != faces[1].reading


def test_a_mirrored_face_is_read_as_if_the_frame_were_mirrored(reader, portrait):
    plain, mirrored = reader.read(portrait, [Detection((172, 66, 106, 106), 0.9)] * 2, [False, True])
    flipped = np.ascontiguousarray(portrait[:, ::-1])
    (same,) = reader.read(flipped, [Detection((512 - 172 - 106, 66, 106, 106), 0.9)])
    assert mirrored.box == plain.box
    assert mirrored.reading.probabilities == pytest.approx(same.reading.probabilities, abs=0.1)


@pytest.mark.parametrize("tilt", [-45, 45])
def test_a_tilted_head_is_read_as_if_upright(reader, portrait, tilt):
    frame = cv2.warpAffine(portrait, cv2.getRotationMatrix2D((225, 119), -tilt, 1.0), portrait.shape[1::-1])
    (found,) = Scanner(BlazeFace(CANDIDATE), 0.6, far=False).everywhere(frame)
    assert found.roll == pytest.approx(tilt, abs=13)
    (face,) = reader.read(frame, [found])
    assert face.reading.top is Emotion.HAPPY
    assert face.box == found.box


def test_nobody_is_nothing_to_read(reader, portrait):
    assert reader.read(portrait, []) == ()


def test_a_crop_is_read_as_it_is(reader, portrait):
    face = reader.read_aligned(portrait[56:180, 162:286])
    assert face.box == (0, 0, 124, 124)
    assert face.score == 1
    assert face.reading.top is Emotion.HAPPY


def test_a_face_twice_as_far_is_half_as_wide():
    near, far = distance((0, 0, 200, 200), 1280, 720), distance((0, 0, 100, 100), 1280, 720)
    assert far == pytest.approx(2 * near, rel=0.02)
    assert near == pytest.approx(0.74, abs=0.01)
    assert distance((0, 0, 200, 200), 720, 1280) == near
    assert distance((0, 0, 0, 10), 1280, 720) is None


def test_probabilities_that_do_not_quite_sum_to_one_do_afterwards():
    assert sum(reading(np.array([0.2, 0.1, 0.1, 0.3, 0.1, 0.1, 0.098], np.float32)).probabilities) == pytest.approx(1)


def test_the_settings_name_the_model_or_the_shipped_one_is_taken(tmp_path):
    nothing_installed = PathsSettings(state=str(tmp_path))
    assert model_of(Settings(paths=nothing_installed)) == shipped_model()
    assert model_of(Settings(vision=VisionSettings(model=str(tmp_path / "m.moodmodel")))) == tmp_path / "m.moodmodel"


def test_a_truncated_or_missing_bundle_is_named(tmp_path):
    with pytest.raises(ModelError, match="no such model bundle"):
        ExpressionReader(tmp_path / "none.moodmodel")
    half = tmp_path / "half.moodmodel"
    half.write_bytes(shipped_model().read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"half\.moodmodel"):
        ExpressionReader(half)
