import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion
from tools.render_faces.expressions import draw_expression


@given(st.sampled_from(EMOTIONS), st.integers(0, 2**32 - 1))
def test_movements_stay_within_what_people_do(emotion: Emotion, seed: int) -> None:
    units = draw_expression(emotion, np.random.default_rng(seed))
    assert all(0 <= amount <= 1.25 for amount in units.values())


@given(st.sampled_from(EMOTIONS), st.integers(0, 2**32 - 1))
def test_both_sides_move_and_nearly_alike(emotion: Emotion, seed: int) -> None:
    units = draw_expression(emotion, np.random.default_rng(seed))
    for name, amount in units.items():
        if name.endswith("Left"):
            assert units[name.removesuffix("Left") + "Right"] == pytest.approx(amount, abs=0.6)


@pytest.mark.parametrize(
    ("emotion", "unit"),
    [
        (Emotion.HAPPY, "mouthSmileLeft"),
        (Emotion.SAD, "mouthFrownLeft"),
        (Emotion.ANGRY, "browDownLeft"),
        (Emotion.DISGUST, "noseSneerLeft"),
        (Emotion.FEAR, "eyeWideLeft"),
        (Emotion.SURPRISE, "jawOpen"),
    ],
)
def test_each_emotion_moves_what_it_is_known_by(emotion: Emotion, unit: str) -> None:
    def mean(shown: Emotion) -> float:
        rng = np.random.default_rng(7)
        return float(np.mean([draw_expression(shown, rng).get(unit, 0.0) for _ in range(50)]))

    assert mean(emotion) > mean(Emotion.NEUTRAL) + 0.2
