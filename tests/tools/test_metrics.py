import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.train_and_quantize import metrics

RNG = np.random.default_rng(2)


def drawn(temperature: float, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are `temperature` times too sharp, and classes drawn from what they should have said."""
    honest = RNG.normal(0, 1.5, (count, 7))
    truth = np.array([RNG.choice(7, p=row) for row in metrics.softmax(honest)])
    return honest * temperature, truth


def test_recall_counts_each_class_for_itself() -> None:
    truth, guess = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    assert metrics.recalls(guess, truth, 2) == pytest.approx([2 / 3, 1])


def test_mean_recall_weighs_rare_emotions_like_common_ones() -> None:
    truth = np.array([0] * 98 + [1, 2])
    assert metrics.mean_recall(np.zeros(100, int), truth) == pytest.approx(1 / 3)


def test_the_confusion_matrix_has_a_row_for_each_true_class() -> None:
    assert metrics.confusion(np.array([0, 1, 1]), np.array([0, 0, 1]), 2) == [[1, 1], [0, 1]]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_was_put_in_is_found_again(temperature: float) -> None:
    logits, truth = drawn(temperature)
    assert metrics.fit_temperature(logits, truth) == pytest.approx(temperature, rel=0.1)


def test_calibration_error_is_small_after_the_temperature_and_large_before() -> None:
    logits, truth = drawn(3.0)
    assert metrics.calibration_error(metrics.softmax(logits), truth) > 0.15
    assert metrics.calibration_error(metrics.softmax(logits / 3.0), truth) < 0.03


def test_the_surest_pictures_are_right_more_often() -> None:
    logits, truth = drawn(1.0)
    shown = metrics.softmax(logits)
    assert metrics.surest(shown, truth, 0.3) > metrics.surest(shown, truth, 0.7) > metrics.surest(shown, truth, 1.0)


def test_the_reliability_diagram_holds_every_picture_and_its_gaps_are_the_calibration_error() -> None:
    logits, truth = drawn(2.0)
    shown = metrics.softmax(logits)
    bins = metrics.reliability(shown, truth)
    assert sum(b["share"] for b in bins) == pytest.approx(1, abs=1e-4)
    gaps = sum(b["share"] * abs(b["accuracy"] - b["confidence"]) for b in bins)
    assert gaps == pytest.approx(metrics.calibration_error(shown, truth))
    assert all(b["confidence"] > b["accuracy"] for b in bins if b["share"] > 0.05)


def test_the_risk_of_all_pictures_is_the_error_and_falls_towards_the_surest() -> None:
    logits, truth = drawn(1.0)
    shown = metrics.softmax(logits)
    points = metrics.risk_coverage(shown, truth)
    assert points[-1] == (1.0, pytest.approx(1 - (shown.argmax(1) == truth).mean(), abs=1e-5))
    assert points[4][1] < points[19][1] < points[-1][1]
    assert 1 - dict(points)[0.7] == pytest.approx(metrics.surest(shown, truth, 0.7), abs=1e-5)


@given(st.lists(st.floats(-500, 500), min_size=2, max_size=8))
def test_softmax_sums_to_one_for_any_logits(logits: list[float]) -> None:
    assert metrics.softmax(np.array([logits])).sum() == pytest.approx(1)
