"""Each architecture with few channels: trained for an epoch, exported to int8, run."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tools.train_and_quantize.recipe import Architecture

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("keras", "torch", "tensorflow") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: tools/train_and_quantize/requirements.txt"),
]

KINDS = {
    "edge": Architecture(stem=4, stages=((8, 1), (8, 2))),
    "cnn": Architecture(kind="cnn", stages=((4, 1), (8, 1), (8, 1))),
    "vgg": Architecture(kind="vgg", stages=((4, 2), (8, 2))),
    "resnet": Architecture(kind="resnet", stem=4, stages=((4, 1), (8, 2))),
    "resnet50": Architecture(kind="resnet50", stem=4, stages=((4, 2), (8, 1)), enlarge=2),
}

COMMON = """
import sys
from pathlib import Path
import numpy as np
from tests.tools.test_architectures import KINDS
from tools.train_and_quantize import arrays
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.recipe import Export, Optimiser, Recipe

folder = Path(sys.argv[1])
rng = np.random.default_rng(0)
count = 28
made = Dataset(tuple(map(str, range(count))), rng.integers(0, 256, (count, 48, 48), dtype=np.uint8),
               np.arange(count) % 7, np.eye(10, dtype=np.float32)[np.arange(count) % 7] * 10)
even = np.full(8, 1 / 8, np.float32)

def recipe(kind, mirror=False):
    return Recipe(kind, epochs=1, batch=14, sizes=((0.0, 40),), architecture=KINDS[kind],
                  optimiser=Optimiser(rate=0.02, average=0.5),
                  export=Export(balance=1.0, representative=14, mirror=mirror))
"""

TRAIN = (
    COMMON
    + """
from tools.train_and_quantize import engine, training

engine.choose("torch")
np.save(folder / "pixels.npy", made.pixels)
for kind in KINDS:
    one = engine.make("torch", recipe(kind), even)
    (folder / kind).mkdir()
    training.train(recipe(kind), folder / kind, made, made, one)
    training.restore_finished(folder / kind, one)
    np.save(folder / kind / "logits.npy", one.logits(made.pixels))
"""
)

EXPORT = (
    COMMON
    + """
from tools.train_and_quantize.export import export

for kind in KINDS:
    weights = arrays.load_arrays(folder / kind / "weights.npz")["weights"]
    for name, mirror, quantized in (("float", False, False), ("int8", False, True), ("mirror", True, True)):
        if kind == "edge" or not mirror:
            content = export(recipe(kind, mirror), weights, even, made, quantized)
            (folder / kind / f"{name}.tflite").write_bytes(content)
"""
)


def run(program: str, backend: str, folder: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3",
                                "KERAS_BACKEND": backend}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", program, str(folder)], env=environment, check=False, timeout=500,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each kind with its weights and logits, and its files for TFLite."""
    folder = tmp_path_factory.mktemp("architectures")
    run(TRAIN, "torch", folder)
    run(EXPORT, "tensorflow", folder)
    return folder


def lite(path: Path, pixels: np.ndarray) -> np.ndarray:
    """Logits (n, 15) by the TFLite runtime that boxes use."""
    from appliance.model.runtime import load_interpreter

    interpreter = load_interpreter(path.read_bytes())
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    found = []
    for picture in pixels[..., None]:
        value = picture if source["dtype"] is np.uint8 else (picture.astype(np.float32) - 128) / 128
        interpreter.set_tensor(source["index"], value[None])
        interpreter.invoke()
        found.append(interpreter.get_tensor(target["index"])[0])
    return np.array(found)


@pytest.mark.parametrize("kind", KINDS)
def test_each_architecture_is_trained_exported_and_run(kind: str, trained: Path) -> None:
    pixels, logits = np.load(trained / "pixels.npy"), np.load(trained / kind / "logits.npy")
    exact, rounded = (lite(trained / kind / f"{name}.tflite", pixels) for name in ("float", "int8"))
    spread = np.abs(logits).max()
    assert np.abs(exact - logits).max() < 0.03 * spread, "bfloat16 in training, float32 here"
    assert np.abs(rounded - logits).max() < 0.2 * spread
    assert np.corrcoef(rounded.ravel(), logits.ravel())[0, 1] > 0.99
    assert (trained / kind / "int8.tflite").stat().st_size < (trained / kind / "float.tflite").stat().st_size


def test_the_mirrored_file_sees_no_left_and_right_and_holds_the_weights_once(trained: Path) -> None:
    pixels, edge = np.load(trained / "pixels.npy"), trained / "edge"
    straight, turned = lite(edge / "mirror.tflite", pixels), lite(edge / "mirror.tflite", pixels[:, :, ::-1])
    assert np.array_equal(straight, turned)
    single = (lite(edge / "int8.tflite", pixels) + lite(edge / "int8.tflite", pixels[:, :, ::-1])) / 2
    assert np.corrcoef(straight.ravel(), single.ravel())[0, 1] > 0.99
    assert (edge / "mirror.tflite").stat().st_size < (edge / "int8.tflite").stat().st_size + 3000


RESNET50 = """
import keras
import numpy as np
from tools.train_and_quantize import resnet50
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.network import build
from tools.train_and_quantize.recipe import IMAGENET, Architecture

kind, stem, stages = IMAGENET
ours = build(Architecture(kind, stem, stages, imagenet=True))
theirs = keras.applications.ResNet50(include_top=False, weights=None)
resnet50.take_over(theirs, ours)
features = keras.Model(ours.inputs, ours.get_layer("pool").input)
pixels = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 1)).astype("float32")
found = keras.ops.convert_to_numpy(features((pixels - 128) / 128, training=False))
colour = keras.applications.resnet50.preprocess_input(np.repeat(pixels, 3, axis=3))
expected = keras.ops.convert_to_numpy(theirs(colour, training=False))
assert expected.std() > 0
assert np.allclose(found, expected, rtol=1e-3, atol=1e-3 * expected.max()), np.abs(found - expected).max()

def unreachable(**options):
    assert options["weights"] == "imagenet"
    raise Exception("URL fetch failure on https://example.org/resnet50.h5: no route")

keras.applications.ResNet50 = unreachable
try:
    resnet50.begin_with_imagenet(ours)
except RunError as error:
    assert str(error).startswith("ImageNet's weights cannot be fetched by Keras: URL fetch failure"), error
    assert "imagenet = false" in str(error)
else:
    raise AssertionError("no error")
"""


def test_resnet50_is_keras_own_to_the_last_layer_and_says_when_its_weights_cannot_be_fetched(tmp_path: Path) -> None:
    run(RESNET50, "tensorflow", tmp_path)
