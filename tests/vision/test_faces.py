import sys

import numpy as np
import pytest

from appliance.vision import faces, mediapipe_faces
from appliance.vision.assets import AssetError
from appliance.vision.blazeface import BlazeFace
from appliance.vision.frame import cut
from appliance.vision.geometry import View, iou, whole

both = pytest.mark.skipif(not mediapipe_faces.available(), reason="mediapipe is not installed for this Python")


@pytest.fixture(scope="module", params=faces.available())
def detector(request):
    chosen = faces.choose_detector(request.param, 0.4)
    yield chosen
    chosen.close()


def test_the_portraits_face_is_found_where_it_is(detector, portrait):
    (found,) = detector.detect(portrait)
    assert iou(found.box, (172 / 512, 66 / 512, 106 / 512, 106 / 512)) > 0.85
    assert 0.85 < found.score <= 1


def test_nothing_is_found_where_nobody_is(detector, empty_room):
    assert detector.detect(cut(empty_room, whole(1280, 720), 192)) == []
    assert detector.detect(np.zeros((192, 192, 3), np.uint8)) == []


def test_several_faces_are_found_the_surest_first(detector, room):
    frame = room((100, 150, 150), (500, 250, 170), (950, 200, 140))
    found = detector.detect(cut(frame, whole(1280, 720), 192))
    assert len(found) == 3
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)


def test_nothing_below_the_floor_is_given(portrait):
    assert BlazeFace(0.95).detect(portrait) == []


@both
def test_both_backends_see_the_same(portrait, room):
    mediapipe, tflite = faces.choose_detector("mediapipe", 0.4), faces.choose_detector("tflite", 0.4)
    frame = room((100, 150, 150), (700, 250, 170))
    for view in (whole(1280, 720), View(0, 0, 600), View(560, 100, 620)):
        square = cut(frame, view, 192)
        a, b = mediapipe.detect(square), tflite.detect(square)
        assert len(a) == len(b) >= 1
        for one, other in zip(a, b, strict=True):
            assert abs(one.score - other.score) < 0.02
            assert iou(one.box, other.box) > 0.9
    (a,), (b,) = mediapipe.detect(portrait), tflite.detect(portrait)
    assert abs(a.score - b.score) < 0.03
    assert iou(a.box, b.box) > 0.9
    mediapipe.close()


@both
def test_auto_takes_mediapipe_where_it_is():
    assert faces.available() == ["mediapipe", "tflite"]
    chosen = faces.choose_detector("auto", 0.5)
    assert chosen.name.startswith("MediaPipe")
    chosen.close()


def test_auto_makes_do_without_mediapipe(monkeypatch):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    assert isinstance(faces.choose_detector("auto", 0.5), BlazeFace)
    with pytest.raises(faces.DetectorError, match="set it to 'auto' or 'tflite'"):
        faces.choose_detector("mediapipe", 0.5)


def test_a_missing_network_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("MOODBOX_SHARE", str(tmp_path))
    with pytest.raises(AssetError, match="face_detection_full_range_sparse"):
        BlazeFace(0.5)
