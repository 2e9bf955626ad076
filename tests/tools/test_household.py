"""Teaching the shipped model a household's faces: which pictures are for what, and what is told of it."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from appliance.domain.emotions import EMOTIONS
from tests.tools.conftest import picture
from tools.train_and_quantize import commands, dataset, household
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.recipe_file import load_recipe

ROOT = Path(__file__).parents[2]
NEEDED = ("keras", "torch", "tensorflow")


def person(folder: Path, names: list[str], seed: int = 0) -> Path:
    """Made-up pictures of one person: so many of each emotion as there are names."""
    for label, emotion in enumerate(EMOTIONS):
        (folder / emotion.value).mkdir(parents=True)
        for number, name in enumerate(names):
            cv2.imwrite(str(folder / emotion.value / name), picture(label, seed + number))
    return folder


ROUNDS = [f"{number}-{count:04}.jpg" for number in (1, 2, 3) for count in (1, 2)]


def test_the_last_round_is_for_checking_and_the_others_for_learning(tmp_path: Path) -> None:
    people = [person(tmp_path / "anna", ROUNDS), person(tmp_path / "ben", ROUNDS, 50)]
    data = household.gather(people, tmp_path / "run" / "pictures")
    learn, check = dataset.both(data, dataset.OWN)
    assert (len(learn), len(check)) == (2 * 7 * 4, 2 * 7 * 2)
    assert all("-3-" in name for name in check.names)
    assert learn.votes.sum(axis=1).tolist() == [dataset.OWN_VOTES] * len(learn)
    assert (learn.votes.argmax(axis=1) == learn.labels).all()
    assert household.gather(people[:1], tmp_path / "run" / "pictures") == data, "made anew, without those of before"
    assert len(dataset.both(data, dataset.OWN)[0]) == 7 * 4


def test_of_pictures_without_rounds_the_last_eighth_is_for_checking() -> None:
    files = [Path(f"IMG_{number:03}.png") for number in range(16)]
    assert household.split(files) == (files[:14], files[14:])
    assert household.split(files[:2]) == (files[:1], files[1:2])
    assert household.split(files[:1]) == (files[:1], [])


def test_an_emotion_with_too_few_pictures_is_named(tmp_path: Path) -> None:
    anna = person(tmp_path / "anna", ["1-0001.jpg", "2-0001.jpg"])
    shutil.rmtree(anna / "fear")
    with pytest.raises(DataError, match="anna: 0 pictures of fear; at least 2 of each are needed"):
        household.gather([anna], tmp_path / "pictures")
    with pytest.raises(DataError, match="nobody: no such folder"):
        household.gather([tmp_path / "nobody"], tmp_path / "pictures")


def figures(before: float, after: float) -> dict[str, dict[str, float]]:
    return {
        "before": {"pictures": 70, "accuracy": 50.0, "mean_recall": before},
        "after": {"pictures": 70, "accuracy": 61.5, "mean_recall": after},
    }


def test_it_is_better_only_if_the_faces_left_out_are_read_better() -> None:
    assert household.is_better([figures(40, 60), figures(50, 45)])
    assert not household.is_better([figures(50, 50)])
    assert not household.is_better([])
    assert "carl" in (said := household.table({Path("f/carl"): figures(40, 60)}))
    assert "50.0 →  61.5 %" in said
    assert household.table({}) == "nothing was left out, so whether it is better is not known"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--push", "moodbox@hall"], "--push wants --left-out"),
        (["--left-out", "anna"], "anna: is to be learnt from and left out"),
        (["--version", "2"], "--version 2: expected three numbers such as 2.0.0"),
    ],
)
def test_what_would_prove_nothing_is_refused_at_once(
    more: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["household", "anna", "--run", str(tmp_path / "run"), "--out", str(tmp_path / "ours.moodmodel"), *more]
    assert commands.main(words) == 1
    assert told in capsys.readouterr().err


def test_the_two_recipes_differ_in_how_much_learns_alone() -> None:
    frozen, whole = (load_recipe(ROOT / "tools/train_and_quantize/recipes" / f"{name}.toml")
                     for name in household.RECIPES.values())  # fmt: skip
    shipped = load_recipe(ROOT / "tools/train_and_quantize/recipes" / f"{household.SHIPPED_BY}.toml")
    assert frozen.optimiser.frozen
    assert not whole.optimiser.frozen
    assert frozen.architecture == whole.architecture == shipped.architecture
    assert frozen.loss.balance - frozen.export.balance == shipped.loss.balance - shipped.export.balance


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(
    any(importlib.util.find_spec(each) is None for each in NEEDED),
    reason="training needs keras, torch and tensorflow: tools/train_and_quantize/requirements.txt",
)
def test_a_household_is_learnt_by_one_command(tmp_path: Path) -> None:
    anna, later = person(tmp_path / "anna", ROUNDS), person(tmp_path / "later", ["1-0001.jpg"], 90)
    out = tmp_path / "ours.moodmodel"
    done = subprocess.run(
        [sys.executable, "-m", "tools.train_and_quantize", "household", str(anna), "--left-out", str(later),
         "--run", str(tmp_path / "run"), "--out", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert out.exists()
    assert "later" in done.stdout.splitlines()[-1]


@pytest.mark.skipif(any(importlib.util.find_spec(each) is None for each in NEEDED[:2]), reason="needs keras and torch")
def test_a_frozen_network_changes_its_last_layer_alone() -> None:
    program = """
import numpy as np
from tools.train_and_quantize import engine
from tools.train_and_quantize.recipe import Architecture, Optimiser, Recipe
engine.choose("torch")
recipe = Recipe("x", architecture=Architecture(stages=((4, 1),), stem=4), optimiser=Optimiser(frozen=True))
made = engine.make("torch", recipe, np.full(8, 1 / 8, np.float32))
before = made.weights()
pixels = np.random.default_rng(0).integers(0, 255, (8, 48, 48), dtype=np.uint8)
made.step(pixels, np.arange(8) % 7, np.eye(8, dtype=np.float32), 0.1)
made.settle([pixels])
changed = [b.shape for a, b in zip(before, made.weights()) if not np.array_equal(a, b)]
assert changed == [(4, 15), (15,)], changed
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False,
                          timeout=280)  # fmt: skip
    assert done.returncode == 0, done.stderr
