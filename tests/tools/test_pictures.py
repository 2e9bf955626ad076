import numpy as np
import pytest

from tools.train_and_quantize.pictures import golden_inputs


@pytest.mark.parametrize(("size", "channels"), [(48, 1), (40, 1), (64, 3)])
def test_golden_pictures_have_the_models_shape(size: int, channels: int) -> None:
    found = golden_inputs(size, channels)
    assert found.shape[1:] == (size, size, channels)
    assert found.dtype == np.uint8


def test_golden_pictures_are_the_same_every_time_and_differ_from_each_other() -> None:
    first, second = golden_inputs(48, 1), golden_inputs(48, 1)
    assert (first == second).all()
    assert len({picture.tobytes() for picture in first}) == len(first)
