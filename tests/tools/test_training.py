"""The tool as its users call it, from pictures to a bundle that classifies: seconds of training on made-up data."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from appliance.model import bundle as bundles
from appliance.model.classifier import ExpressionClassifier
from tools.train_and_quantize import commands

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("keras", "torch", "tensorflow") if importlib.util.find_spec(name) is None]
needs_keras = pytest.mark.skipif(
    bool(MISSING), reason=f"training needs {', '.join(MISSING)}: tools/train_and_quantize/requirements.txt"
)

RECIPE = """
name = "tiny"
epochs = 4
batch = 14
sizes = [[0.0, 40], [0.5, 48]]
[architecture]
stem = 4
stages = [[8, 1], [8, 1]]
[optimiser]
average = 0.5
[augment]
shift = 0.0
[export]
representative = 14
"""


def tool(*arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "tools.train_and_quantize", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=check, timeout=300)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


@needs_keras
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_pictures_become_a_bundle_that_classifies(tree: Path, votes: Path, recipe: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "tiny.moodmodel"
    tool("train", tree, "--votes", votes, "--recipe", recipe, "--run", run)
    history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert [entry["epoch"] for entry in history] == [1, 2, 3, 4]
    figures = json.loads(tool("quantize", tree, "--votes", votes, "--run", run, "--out", out).stdout)
    found = bundles.read_bundle(out)
    assert found.manifest.name == "tiny"
    assert found.manifest.outputs.others == {"contempt": 14}
    assert {metric.value for metric in found.manifest.metrics} >= {figures["fer2013"]["accuracy"]}
    classifier = ExpressionClassifier(found)
    assert classifier.golden() < 0.08
    assert np.allclose(classifier.classify(found.golden.inputs).sum(axis=1), 1, atol=1e-5)
    figures_file = tmp_path / "figures.json"
    tool("evaluate", tree, "--votes", votes, "--bundle", out, "--duplicates", "--out", figures_file)
    measured = json.loads(figures_file.read_text())
    assert measured["ferplus"]["accuracy"] == figures["ferplus"]["accuracy"]


@needs_keras
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(tree: Path, recipe: Path, tmp_path: Path) -> None:
    tool("train", tree, "--recipe", recipe, "--run", tmp_path / "straight")
    recipe_until_stop = tmp_path / "stop.py"
    recipe_until_stop.write_text(
        "import sys\n"
        "from tools.train_and_quantize import commands, training\n"
        "keep = training._checkpoint\n"
        "def stop_after_two(run, done, engine):\n"
        "    keep(run, done, engine)\n"
        "    if done == 2:\n"
        "        sys.exit(9)\n"
        "training._checkpoint = stop_after_two\n"
        "commands.main(sys.argv[1:])\n"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    arguments = ["train", str(tree), "--recipe", str(recipe), "--run", str(tmp_path / "stopped")]
    stopped = subprocess.run([sys.executable, str(recipe_until_stop), *arguments], env=environment, cwd=ROOT,
                             capture_output=True, check=False, timeout=300)  # fmt: skip
    assert stopped.returncode == 9
    assert "continuing after epoch 2" in tool(*arguments).stdout
    with np.load(tmp_path / "straight" / "weights.npz") as one, np.load(tmp_path / "stopped" / "weights.npz") as two:
        assert all(np.allclose(one[name], two[name], atol=1e-5) for name in one.files)
    out = tmp_path / "labels-only.moodmodel"
    tool("quantize", tree, "--run", tmp_path / "stopped", "--out", out)
    assert bundles.read_bundle(out).manifest.outputs.emotions == tuple(range(7)), (
        "without votes the box shows FER2013's head"
    )


@needs_keras
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_run_is_not_continued_with_another_recipe(tree: Path, recipe: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "recipe.toml").write_text('name = "other"\n')
    found = tool("train", tree, "--recipe", recipe, "--run", run, check=False)
    assert found.returncode == 1
    assert "this run was started with another recipe" in found.stderr


@needs_keras
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_damaged_checkpoint_is_named(tree: Path, recipe: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "checkpoint.npz").write_bytes(b"PK\x03\x04 cut off")
    found = tool("train", tree, "--recipe", recipe, "--run", run, check=False)
    assert found.returncode == 1
    assert "checkpoint.npz: cannot be read" in found.stderr


def test_prepare_counts_what_is_there(
    tree: Path, votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.png"
    assert commands.main(["prepare", str(tree), "--votes", str(votes), "--sheet", str(sheet)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["angry", "4", "2", "4", "2"]
    assert next(line for line in lines if line.startswith("all")).split() == ["all", "28", "14", "28", "14"]
    assert sheet.stat().st_size > 1000


def test_the_shipped_bundle_is_evaluated(tree: Path, votes: Path, tmp_path: Path) -> None:
    shipped, out = ROOT / "models" / "moodbox-edge.moodmodel", tmp_path / "figures.json"
    arguments = ["evaluate", str(tree), "--votes", str(votes), "--bundle", str(shipped), "--out", str(out)]
    assert commands.main(arguments) == 0
    figures = json.loads(out.read_text())
    assert figures["sha256"] == bundles.read_bundle(shipped).sha256
    assert figures["ferplus"]["pictures"] == figures["fer2013"]["pictures"] == 14
    assert sum(map(sum, figures["fer2013"]["confusion"])) == 14


def test_bad_data_ends_with_one_line_and_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["prepare", str(tmp_path / "nowhere")]) == 1
    found = capsys.readouterr().err
    assert found.startswith("train_and_quantize: ")
    assert found.count("\n") == 1
