import dataclasses

import numpy as np
import pytest

from appliance.model.tempering import Tempering
from tools.train_and_quantize import metrics
from tools.train_and_quantize.calibration import Looked, fit


def condition(sharper: float, trouble: float, seed: int = 1) -> Looked:
    """Logits `sharper` times as sharp as they should be, on faces that are all as dark."""
    rng = np.random.default_rng(seed)
    honest = rng.normal(0, 1.5, (3000, 7))
    truth = (metrics.softmax(honest).cumsum(1) > rng.random((3000, 1))).argmax(1)
    troubles = np.zeros((3000, len(dataclasses.fields(Tempering))))
    troubles[:, 0] = trouble
    return Looked((honest * sharper).astype(np.float32), truth, troubles)


def test_each_halving_of_light_gets_the_temperature_it_needs() -> None:
    found, tempering = fit(condition(1.4, 0.0), [condition(2.8, 1.0, seed=2), condition(5.6, 2.0, seed=3)])
    assert found == pytest.approx(1.4, rel=0.07)
    assert tempering.dark == pytest.approx(np.log(2), abs=0.06)
    assert tempering.small == tempering.soft == 0


def test_a_model_that_is_honest_in_the_dark_is_left_alone() -> None:
    found, tempering = fit(condition(1.0, 0.0), [condition(1.0, 2.0, seed=2)])
    assert found == pytest.approx(1, abs=0.05)
    assert tempering.dark < 0.04


def test_no_trouble_makes_a_model_surer() -> None:
    found, tempering = fit(condition(1.0, 0.0), [condition(0.5, 2.0, seed=2)])
    assert found == pytest.approx(1, abs=0.05)
    assert set(dataclasses.astuple(tempering)) == {0.0}
