"""Every engine takes the same steps: from one checkpoint, with one loss, to the same weights."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tools.train_and_quantize import engine
from tools.train_and_quantize.errors import RunError

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
import numpy as np
from tools.train_and_quantize import engine
from tools.train_and_quantize.recipe import Architecture, Distillation, Optimiser, Recipe

name, out = sys.argv[1:]
engine.choose(name)
recipe = Recipe(
    name="tiny",
    architecture=Architecture(stem=4, stages=((6, 1), (8, 1)), dropout=0.0),
    optimiser=Optimiser(average=0.5),
    distillation=Distillation(share=0.4, temperature=3.0),
)
made = engine.make(name, recipe, np.linspace(0.2, 0.05, 8).astype(np.float32))
made.step(np.zeros((12, 32, 32), np.uint8), np.arange(12) % 7, np.full((12, 8), 1 / 8, np.float32), 0.05)
rng = np.random.default_rng(5)
def like(arrays, low, high):
    return [rng.uniform(low, high, array.shape).astype(np.float32) for array in arrays]
made.restore(like(made.weights(), 0.05, 0.3), like(made.weights(), 0.05, 0.3), like(made.momentum(), -0.01, 0.01))
made.begin(3)
def share(columns):
    raw = rng.uniform(0, 1, (12, columns)).astype(np.float32)
    return raw / raw.sum(axis=1, keepdims=True)
losses = []
for step in range(4):
    pixels = rng.integers(0, 256, (12, 32, 32), dtype=np.uint8)
    targets, taught = share(8), np.concatenate([share(7), share(8)], axis=1)
    targets[:6 if step < 3 else 12] = 0
    losses.append(made.step(pixels, rng.integers(0, 7, 12), targets, 0.05, taught if step else None))
found = {"losses": np.array(losses)}
for name, arrays in {"weights": made.weights(), "momentum": made.momentum()}.items():
    found[name] = np.concatenate([array.ravel() for array in arrays])
averaged = made.average()
made.restore(averaged)
made.settle(rng.integers(0, 256, (12, 32, 32), dtype=np.uint8) for _ in range(3))
found["average"] = np.concatenate([array.ravel() for array in made.weights()])
found["logits"] = made.logits(rng.integers(0, 256, (9, 48, 48), dtype=np.uint8), batch=4)
np.savez(out, **found)
"""


def missing(name: str) -> list[str]:
    return [each for each in ("keras", engine.ENGINES[name][0]) if importlib.util.find_spec(each) is None]


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        bool(missing(name)),
        reason=f"the engine {name} needs {', '.join(missing(name))}: tools/train_and_quantize/requirements.txt",
    )


def taken(name: str, folder: Path) -> dict[str, np.ndarray]:
    """What the steps led to with one engine."""
    program, out = folder / "program.py", folder / f"{name}.npz"
    program.write_text(PROGRAM)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, str(program), name, str(out)], env=environment, check=True, timeout=300,
                   capture_output=True)  # fmt: skip
    with np.load(out) as saved:
        return dict(saved)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    return taken("torch", tmp_path_factory.mktemp("torch"))


@pytest.mark.slow
@pytest.mark.timeout(600)
@needs("torch")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs(name)) for name in engine.ENGINES if name.startswith("keras-")]
)
def test_keras_own_loop_takes_the_steps_of_our_torch_engine(
    name: str, reference: dict[str, np.ndarray], tmp_path: Path
) -> None:
    found = taken(name, tmp_path)
    # Our torch engine multiplies in bfloat16, which has less than three decimal digits.
    assert np.allclose(found["losses"], reference["losses"], rtol=0.005)
    for part in ("weights", "average"):
        assert np.abs(found[part] - reference[part]).max() < 0.01 * np.abs(reference[part]).max(), part
    assert np.corrcoef(found["momentum"], reference["momentum"])[0, 1] > 0.98
    assert np.linalg.norm(found["momentum"]) == pytest.approx(np.linalg.norm(reference["momentum"]), rel=0.05)
    assert found["logits"].shape == (9, 15)
    assert np.corrcoef(found["logits"].ravel(), reference["logits"].ravel())[0, 1] > 0.99


def test_an_engine_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "jax" else object())
    with pytest.raises(RunError, match="the engine keras-jax needs jax, which is not installed here"):
        engine.choose("keras-jax")


TROUBLE = """
import numpy as np
import torch
from tools.train_and_quantize import engine
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.recipe import Architecture, Recipe

engine.choose("torch")
small = Recipe(name="tiny", architecture=Architecture(stem=4, stages=((6, 1),)))
made = engine.make("torch", small, np.full(8, 1 / 8, np.float32))
NoCompiler = type("InductorError", (RuntimeError,), {"__module__": "torch._inductor.exc"})
for trouble, words in (
    (NoCompiler("No working C++ compiler found\\n\\nSet TORCHDYNAMO_VERBOSE=1"), "found; install a C++ compiler"),
    (torch.OutOfMemoryError("CUDA out of memory"), "a smaller batch in the recipe may help"),
):
    def fail(*_, **__):
        raise trouble
    made._forward = fail
    try:
        made.step(np.zeros((2, 32, 32), np.uint8), np.zeros(2, np.int64), np.zeros((2, 8), np.float32), 0.1)
    except RunError as error:
        assert words in str(error), error
        assert "VERBOSE" not in str(error)
    else:
        raise AssertionError(words)
"""


@needs("torch")
def test_a_machine_that_cannot_compile_or_is_too_small_is_told_so() -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", TROUBLE], env=environment, cwd=ROOT, check=True, timeout=110)
