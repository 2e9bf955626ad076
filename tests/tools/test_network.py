"""The network is the same on both of its backends: trained on torch, exported through TensorFlow."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("keras", "torch", "tensorflow") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: tools/train_and_quantize/requirements.txt"),
]

PROGRAM = """
import sys
import keras
import numpy as np
from tools.train_and_quantize.network import build
from tools.train_and_quantize.recipe import Architecture

first = sys.argv[2]
keras.config.set_image_data_format(first)
model = build(Architecture(stem=4, stages=((8, 1), (12, 2)), dropout=0.5))
variables = [v for v in model.weights if "seed_generator" not in v.path]
rng = np.random.default_rng(0)
for variable in variables:
    variable.assign(rng.uniform(0.1, 0.9, variable.shape).astype("float32") * (0.2 if "kernel" in variable.path else 1))
pixels = rng.uniform(-1, 1, (3, 48, 48, 1)).astype("float32")
if first == "channels_first":
    pixels = pixels.transpose(0, 3, 1, 2)
np.save(sys.argv[1], keras.ops.convert_to_numpy(model(pixels, training=False)))
"""


def logits(backend: str, order: str, folder: Path) -> np.ndarray:
    program, out = folder / "program.py", folder / f"{backend}-{order}.npy"
    program.write_text(PROGRAM)
    environment = os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, str(program), str(out), order], env=environment, check=True, timeout=300,
                   capture_output=True)  # fmt: skip
    return np.load(out)


def test_torch_and_tensorflow_give_the_same_logits(tmp_path: Path) -> None:
    torch, tensorflow = logits("torch", "channels_first", tmp_path), logits("tensorflow", "channels_last", tmp_path)
    assert torch.shape == (3, 15)
    assert np.allclose(torch, tensorflow, rtol=1e-3, atol=1e-3)
