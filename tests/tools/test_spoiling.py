import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.train_and_quantize import spoiling


def face() -> np.ndarray:
    """Something with edges in every direction and most greys."""
    down, across = np.mgrid[0:48, 0:48]
    return (((down * 5) ^ (across * 3)) % 200 + 30).astype(np.uint8)


def test_black_and_white_stay_when_it_gets_dark_and_greys_fall() -> None:
    greys = np.arange(256, dtype=np.uint8).reshape(16, 16)
    dark = spoiling.darkened(greys, 2.5)
    assert dark[0, 0] == 0
    assert dark[-1, -1] == 255
    assert dark.ravel()[128] == round(255 * (128 / 255) ** 2.5)
    assert (np.diff(dark.ravel().astype(int)) >= 0).all()


@given(st.floats(0, 2 * np.pi), st.floats(0, 1), st.floats(1, 8))
def test_light_from_one_side_only_takes_light_away(direction: float, least: float, edge: float) -> None:
    lit = spoiling.lit_from_one_side(face(), direction, least, edge)
    assert (lit <= face()).all()
    assert (lit >= least * face() - 1).all()


def test_the_side_towards_the_light_is_the_brighter_one() -> None:
    lit = spoiling.lit_from_one_side(np.full((48, 48), 200, np.uint8), 0.0, 0.2, 2.0)
    assert lit[:, -1].mean() == 200
    assert lit[:, 0].mean() == pytest.approx(40, abs=1)


@pytest.mark.parametrize(("grain", "sigma"), [(1, 8.0), (2, 5.1)])
def test_noise_has_its_size_and_is_the_same_from_the_same_seed(grain: int, sigma: float) -> None:
    plain = np.full((200, 200), 128, np.uint8)
    first, second = (spoiling.noisy(plain, 8.0, np.random.default_rng(4), grain) for _ in range(2))
    assert (first == second).all()
    assert first.mean() == pytest.approx(128, abs=0.5)
    assert first.std() == pytest.approx(sigma, abs=0.3)


def test_movement_blurs_along_its_way_and_not_across_it() -> None:
    line = np.zeros((48, 48), np.uint8)
    line[:, 24] = 255
    assert (spoiling.moved(line, 8, np.pi / 2)[8:40] == line[8:40]).all()
    assert spoiling.moved(line, 8, 0.0).max() < 60


def test_what_is_out_of_focus_has_softer_edges() -> None:
    edges = [np.abs(np.diff(picture.astype(int))).mean() for picture in (face(), spoiling.defocused(face(), 1.5))]
    assert edges[1] < edges[0] / 2


def test_a_lower_quality_of_jpeg_changes_more() -> None:
    changed = [np.abs(spoiling.compressed(face(), quality).astype(int) - face()).mean() for quality in (90, 40, 10)]
    assert changed == sorted(changed)
    assert changed[0] > 0


def test_a_head_turned_and_turned_back_is_upright() -> None:
    smooth = spoiling.defocused(face(), 4.0)
    back = spoiling.turned(spoiling.turned(smooth, 30), -30)
    assert np.abs(back[14:34, 14:34].astype(int) - smooth[14:34, 14:34]).max() < 8
    assert np.abs(spoiling.turned(smooth, 30)[14:34, 14:34].astype(int) - smooth[14:34, 14:34]).max() > 8


def test_a_cover_hides_what_is_below_it_and_nothing_else() -> None:
    masked = spoiling.covered(face(), spoiling.MASK, 90.0, (0.0, 0.0))
    assert (masked[30:42, 12:36] == 90).all()
    assert (masked[:20] == face()[:20]).all()


def test_a_cover_can_be_shaded() -> None:
    masked = spoiling.covered(face(), spoiling.MOUTH, 120.0, (40.0, 0.0))
    assert masked[37, 30] > masked[37, 18] + 10


def test_sunglasses_hide_the_eyes_and_leave_the_mouth() -> None:
    worn = spoiling.sunglasses(np.full((48, 48), 200, np.uint8), 20.0, (0.15, 0.1), (0.0, 0.0))
    assert worn[19, 14] < 40
    assert worn[19, 33] < 40
    assert (worn[30:] == 200).all()
