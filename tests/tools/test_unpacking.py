"""A bundle's weights trained further: what comes out of the box must compute what went in."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import engine, making
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.recipe import Recipe
from tools.train_and_quantize.recipe_file import load_recipe

engine.choose("torch")
from tools.train_and_quantize.unpacking import unpack

recipe = load_recipe(making.RECIPES / "edge-distilled.toml")
prior = np.array([0.1, 0.01, 0.02, 0.3, 0.35, 0.12, 0.095, 0.005], np.float32)
made = engine.make("torch", recipe, prior)
shipped = bundle.read_bundle(shipped_model())
unpack(shipped, recipe, prior, made, shipped.golden.inputs[..., 0])
logits = made.logits(shipped.golden.inputs[..., 0])
logits[:, 7:] += (recipe.loss.balance - recipe.export.balance) * np.log(prior)
try:
    unpack(shipped, Recipe("other"), prior, engine.make("torch", load_recipe(making.RECIPES / "cnn.toml"), prior),
           shipped.golden.inputs[..., 0])
except RunError as error:
    refused = str(error)
np.savez(sys.argv[1], logits=logits, refused=refused)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(
    any(importlib.util.find_spec(each) is None for each in ("keras", "torch")),
    reason="unpacking needs keras and torch: tools/train_and_quantize/requirements.txt",
)
def test_an_unpacked_bundle_computes_what_its_file_computes(tmp_path: Path) -> None:
    from appliance.model import bundle
    from appliance.model.classifier import ExpressionClassifier
    from appliance.model.shipped import shipped_model

    program, out = tmp_path / "program.py", tmp_path / "out.npz"
    program.write_text(PROGRAM)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, str(program), str(out)], env=environment, check=True, timeout=280,
                   capture_output=True)  # fmt: skip
    shipped = bundle.read_bundle(shipped_model())
    right = ExpressionClassifier(shipped).logits(shipped.golden.inputs)
    with np.load(out) as found:
        # Rounding to int8, and multiplying in bfloat16, both cost some of it.
        assert np.abs(found["logits"] - right).mean() < 0.3
        assert np.corrcoef(found["logits"].ravel(), right.ravel())[0, 1] > 0.98
        assert "its layers are not those of the recipe other" in str(found["refused"])
