from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.bench.film import LOOKS, SCENES, Moment, draw, film_table, film_tables, measure_film
from appliance.errors import MoodboxError
from appliance.model.shipped import shipped_model
from tests.portraits import smiling

FACE = smiling()[50:190, 155:295]


def test_a_film_is_watched_both_ways(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    cv2.imwrite(str(tmp_path / "happy" / "smile.png"), FACE)
    (figures,) = measure_film(tmp_path, films=1, scenes={"light": SCENES["light"]})
    assert figures["films"] == 1
    light = figures["scenes"]["light"]
    assert light["seen"] == 100
    assert light["alone"] == light["followed"] == {"looks": 100.0, "judged": 100.0, "unsure": 0.0}
    assert "| light | 100 % | 100.0 % | 100.0 % | 100.0 % | 100.0 % | 0.0 % | 0.0 % |" in film_table(figures)


def test_models_side_by_side_see_the_same_films(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    cv2.imwrite(str(tmp_path / "happy" / "smile.png"), FACE)
    dark = {"dark": SCENES["dark"]}
    once, again = measure_film(tmp_path, films=1, models=[shipped_model(), shipped_model()], scenes=dark)
    assert once == again
    assert film_tables([once, again]).count("| dark |") == 2


@pytest.mark.parametrize(("moment", "darker"), [(Moment(0.5, 0.5, 180, gamma=3, noise=0), 0.6),
                                                (Moment(0.5, 0.5, 180, shade=0.8, noise=0), 0.8)])  # fmt: skip
def test_a_face_in_the_dark_or_in_shadow_is_darker(moment: Moment, darker: float) -> None:
    room = np.full((480, 640, 3), 120, np.uint8)
    rng = np.random.default_rng(1)
    lit, dim = draw(room, FACE, Moment(0.5, 0.5, 180, noise=0), rng), draw(room, FACE, moment, rng)
    assert dim[160:320, 240:400].mean() < darker * lit[160:320, 240:400].mean()


def test_a_walk_passes_light_dark_and_shadow() -> None:
    rng = np.random.default_rng(1)
    moments = [SCENES["walk"](at / LOOKS, rng) for at in range(LOOKS)]
    assert moments[0].gamma == 1
    assert any(each.gamma > 2 for each in moments)
    assert moments[-1].shade > 0


def test_a_folder_without_emotions_is_named(tmp_path: Path) -> None:
    with pytest.raises(MoodboxError, match=f"{tmp_path} holds no faces; name a folder of face crops"):
        measure_film(tmp_path)
