import numpy as np
import pytest

from appliance.model import bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.errors import ModelError
from appliance.model.shipped import shipped_model
from tests.model import tiny
from tools.train_and_quantize.tflite_file import OURS, WHOLE, TfliteFile


def test_the_shipped_model_gives_the_same_as_on_the_box() -> None:
    shipped = bundle.read_bundle(shipped_model())
    pictures = shipped.golden.inputs
    found = TfliteFile(shipped.model, OURS).all(pictures[..., 0])
    assert (found == ExpressionClassifier(shipped).logits(pictures)).all()


def test_pictures_of_another_size_are_scaled() -> None:
    picture = np.zeros((48, 48), np.uint8)
    picture[3 * 48 // 7 : 4 * 48 // 7] = 200
    assert TfliteFile(tiny.tflite(), WHOLE).one(picture).argmax() == 3


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match="not a TFLite model"):
        TfliteFile(b"something else", WHOLE)
