import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS
from appliance.model.errors import ModelError
from appliance.settings.settings import Settings
from appliance.settings.vision import VisionSettings
from appliance.vision import assets
from appliance.vision.geometry import iou
from appliance.vision.look_at_files import look_at


def looked(*files, aligned=False, settings=None):
    answers = list(look_at(files, aligned, settings or Settings()))
    assert json.loads(json.dumps(answers)) == answers
    return answers


def test_the_portrait_is_happy():
    (answer,) = looked(assets.assets_folder() / assets.PORTRAIT)
    assert answer["file"].endswith("astronaut.png")
    (face,) = answer["faces"]
    assert face["emotion"] == "happy"
    assert iou(face["box"], (172, 66, 106, 106)) > 0.8
    assert face["score"] > 0.8
    assert list(face["probabilities"]) == [e.value for e in EMOTIONS]
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert face["probabilities"]["happy"] == max(face["probabilities"].values())


def test_near_and_far_faces_of_one_picture_are_all_found(tmp_path, room):
    people = [(60, 60, 260), (480, 200, 120), (760, 100, 60), (1000, 500, 30), (1150, 80, 24)]
    cv2.imwrite(str(tmp_path / "a.png"), room(*people))
    (answer,) = looked(tmp_path / "a.png")
    assert len(answer["faces"]) == len(people)
    for x, y, w in people:
        assert any(iou(face["box"], (x, y, w, w)) > 0.6 for face in answer["faces"])


def test_a_large_photograph_gives_boxes_in_its_own_pixels(tmp_path, room):
    cv2.imwrite(str(tmp_path / "a.jpg"), cv2.resize(room((400, 200, 60)), (5120, 2880)))
    (answer,) = looked(tmp_path / "a.jpg")
    (face,) = answer["faces"]
    assert iou(face["box"], (1600, 800, 240, 240)) > 0.75


def test_a_picture_without_people_has_no_faces(tmp_path, empty_room):
    cv2.imwrite(str(tmp_path / "a.png"), empty_room)
    assert looked(tmp_path / "a.png") == [{"file": str(tmp_path / "a.png"), "faces": []}]


@pytest.mark.parametrize("size", [16, 48, 300])
def test_an_aligned_picture_is_one_face_as_large_as_itself(tmp_path, portrait, size):
    crop = cv2.resize(portrait[56:180, 162:286], (size, size), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(tmp_path / "a.png"), crop)
    (answer,) = looked(tmp_path / "a.png", aligned=True)
    (face,) = answer["faces"]
    assert face["box"] == [0, 0, size, size]
    assert face["score"] == 1


def test_a_folder_is_searched_with_all_below_it_and_bad_files_are_named(tmp_path, portrait):
    (tmp_path / "b").mkdir()
    cv2.imwrite(str(tmp_path / "b" / "2.png"), portrait)
    cv2.imwrite(str(tmp_path / "1.jpg"), portrait[:, :, 1])
    (tmp_path / "3.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no picture")
    os.link(tmp_path / "1.jpg", os.fsencode(tmp_path) + b"/\xff.jpg")
    answers = {Path(a["file"]).name: a for a in looked(tmp_path)}
    assert list(answers) == ["1.jpg", "3.png", "2.png", "\\udcff.jpg"]
    assert answers["3.png"]["error"] == f"{tmp_path}/3.png: is empty"
    assert all(len(answers[name]["faces"]) == 1 for name in ("1.jpg", "2.png", "\\udcff.jpg"))


def test_a_missing_file_and_an_empty_folder_are_named_and_the_rest_goes_on(tmp_path):
    (tmp_path / "empty").mkdir()
    missing, empty, good = looked(tmp_path / "x.png", tmp_path / "empty", assets.assets_folder() / assets.PORTRAIT)
    assert "No such file" in missing["error"]
    assert "holds no pictures" in empty["error"]
    assert len(good["faces"]) == 1


def test_tiny_pictures_have_no_faces_and_break_nothing(tmp_path):
    for number, size in enumerate([(1, 1), (16, 600), (600, 3)]):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((*size, 3), 120, np.uint8))
    assert [answer["faces"] for answer in looked(tmp_path)] == [[], [], []]


def test_a_bad_model_is_named_before_any_picture(tmp_path):
    settings = Settings(vision=VisionSettings(model=str(tmp_path / "none.moodmodel")))
    with pytest.raises(ModelError, match=r"none\.moodmodel"):
        look_at([tmp_path], False, settings)
