import numpy as np
import pytest

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from appliance.model.tflite_file import TfliteFileError
from tests.model import tiny
from tools.train_and_quantize.tflite_layers import read_layers


def test_the_shipped_files_layers_are_real_numbers_in_keras_shapes() -> None:
    layers = read_layers(bundle.read_bundle(shipped_model()).model)
    assert layers[0].kernel.shape == (3, 3, 1, 24)
    assert layers[-1].kernel.shape == (192, 15)
    assert all(layer.bias.shape == layer.kernel.shape[-1:] for layer in layers)
    assert 1.2e6 < sum(layer.kernel.size for layer in layers) < 1.3e6
    # Each filter's largest weight is what 127 stands for, so no two filters need have the same.
    largest = np.abs(layers[3].kernel).max(axis=(0, 1, 2))
    assert len(set(largest.tolist())) > 20
    assert largest.max() < 5


def test_unquantized_weights_are_taken_as_they_are() -> None:
    (only,) = read_layers(tiny.tflite())
    assert only.kernel.shape == (256, 7)
    assert set(np.unique(only.bias)) == {0.0}


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(TfliteFileError, match="not a TFLite model"):
        read_layers(b"no model at all")
