from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.bench.distance import distance_table, measure_distance
from appliance.errors import MoodboxError


def test_a_near_face_is_found_at_once_and_kept_and_one_of_six_pixels_never():
    figures = measure_distance(0.6, scenes=2, widths=(6, 120))
    assert figures["background"] == "drawn"
    near = figures["widths"]["120"]
    assert (near["found_percent"], near["at_look"], near["kept_percent"]) == (100.0, 1.0, 100.0)
    assert 0.9 < near["box_to_truth"] < 1.1
    assert figures["widths"]["6"]["found_percent"] == 0.0
    assert "| 6 px | 24.6 m | 0 % | – | – | – |" in distance_table(figures)


def test_pictures_of_nobody_may_be_the_background(tmp_path: Path):
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((300, 500, 3), 90, np.uint8))
    (tmp_path / "notes.txt").write_text("no picture")
    figures = measure_distance(0.6, tmp_path, scenes=1, widths=(100,))
    assert figures["background"] == "pictures (1)"
    assert figures["widths"]["100"]["found_percent"] == 100.0


def test_a_folder_without_pictures_is_named(tmp_path: Path):
    with pytest.raises(MoodboxError, match=f"{tmp_path} holds no pictures that can be read"):
        measure_distance(0.6, tmp_path)
