"""A Keras model of somebody else's, as it is and converted, beside ours; through the command that a reader types."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("keras", "tensorflow") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: tools/train_and_quantize/requirements.txt"),
]

# Seven bands of 64 pixels' height; the brightest one names the emotion.
THEIRS = """
import sys, keras, numpy as np
pixels = keras.Input((64, 64, 1))
rows = keras.layers.AveragePooling2D((8, 64))(pixels)
values = keras.layers.Flatten()(rows)
dense = keras.layers.Dense(7, use_bias=False)
model = keras.Model(pixels, keras.layers.Softmax()(dense(values)))
dense.set_weights([np.array([[max(0, 1 - abs(r * 7 / 8 - e)) * 4 for e in range(7)] for r in range(8)], np.float32)])
model.save(sys.argv[1])
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


def test_a_keras_model_is_measured_as_it_is_called_and_as_int8(tree: Path, votes: Path, tmp_path: Path) -> None:
    theirs, out = tmp_path / "theirs.h5", tmp_path / "found.json"
    made = run("-c", THEIRS, str(theirs))
    assert made.returncode == 0, made.stderr
    done = run(
        "-m", "tools.train_and_quantize", "compare", str(tree), "--votes", str(votes), "--keras", str(theirs),
        "--converted", str(tmp_path / "int8.tflite"), "--rounds", "5", "--out", str(out),
        "--labels", "angry,disgust,fear,happy,neutral,sad,surprise",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ours, predict, call, converted = json.loads(out.read_text())["rows"]
    assert predict["name"] == "theirs.h5, Keras predict(face)"
    assert converted["name"] == "theirs.h5, converted to int8"
    assert predict["fer2013"] == call["fer2013"] > 80
    assert abs(converted["fer2013"] - predict["fer2013"]) < 15
    assert converted["bytes"] == (tmp_path / "int8.tflite").stat().st_size
    assert ours["times"] == 1


def test_a_file_that_is_no_keras_model_is_named(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.hdf5").write_bytes(b"nothing")
    done = run("-m", "tools.train_and_quantize", "compare", str(tree), "--keras", str(tmp_path / "theirs.hdf5"))
    assert done.returncode == 1
    assert "theirs.hdf5: not a Keras model that can be read" in done.stderr.splitlines()[-1]
