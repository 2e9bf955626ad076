"""Teachers: what they say is averaged, kept, and learnt."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS
from tools.train_and_quantize import arrays, commands, distillation, engine
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import RecipeError, RunError
from tools.train_and_quantize.recipe import Distillation, Loss, Recipe
from tools.train_and_quantize.recipe_file import load_recipe

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("keras", "torch") if importlib.util.find_spec(name) is None]
STUDENT = Recipe("student", loss=Loss(balance=0.0), distillation=Distillation(share=1.0, temperature=2.0))


class Oracle:
    """An engine whose logits tell the first pixel of each row, so that mirrored pictures give others."""

    def __init__(self, described: Recipe) -> None:
        self.name = described.name
        self.looked = 0

    def restore(self, weights: list[np.ndarray], average: list[np.ndarray]) -> None:  # noqa: ARG002
        if len(weights) != 1:
            raise ValueError(f"{len(weights)} arrays")
        self.factor = float(weights[0][0])

    def logits(self, pixels: np.ndarray) -> np.ndarray:
        self.looked += 1
        found = np.zeros((len(pixels), 15), np.float32)
        found[:, 0] = found[:, 7] = self.factor * pixels[:, 0, 0] / 100
        return found


def pictures(voted: bool = True) -> Dataset:
    pixels = np.zeros((4, 48, 48), np.uint8)
    pixels[:, 0, 0], pixels[:, 0, -1] = [0, 50, 100, 200], [10, 0, 200, 100]
    counts = np.zeros((4, 10), np.float32)
    counts[:, 3] = 10 * voted
    return Dataset(("a", "b", "c", "d"), pixels, np.zeros(4, np.int64), counts)


def finished(folder: Path, factor: float = 1.0, balance: float = 0.0, count: int = 1) -> Path:
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(f'name = "{folder.name}"\n[loss]\nbalance = {balance}\n')
    arrays.save_arrays(folder / "weights.npz", {"weights": [np.array([factor], np.float32)] * count})
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    path.mkdir()
    return path


def taught(
    teachers: list[Path], student: Recipe, run: Path, data: Dataset, make: Callable[[Recipe], Oracle]
) -> np.ndarray:
    return distillation.opinions(distillation.roster(teachers, student, run), student, run, data, make)


def softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits)
    return raised / raised.sum(axis=-1, keepdims=True)


def test_the_tempered_opinions_on_a_picture_and_its_mirror_image_are_averaged_over_the_teachers(
    run: Path, tmp_path: Path
) -> None:
    teachers = [finished(tmp_path / "one", 1.0), finished(tmp_path / "two", -3.0)]
    found = taught(teachers, STUDENT, run, pictures(), Oracle)
    expected = np.zeros((4, 7))
    for factor in (1.0, -3.0):
        for corner in (np.array([0, 50, 100, 200]), np.array([10, 0, 200, 100])):
            expected += softmax(np.eye(7)[:1] * (factor * corner / 100 / 2)[:, None]) / 4
    assert np.allclose(found[:, :7], expected, atol=1e-6)
    assert np.allclose(found[:, 7:].sum(axis=1), 1, atol=1e-6)


def test_a_teachers_logit_adjustment_is_counted_in(run: Path, tmp_path: Path) -> None:
    teacher = finished(tmp_path / "one", 0.0, balance=1.0)
    found = taught([teacher], STUDENT, run, pictures(), Oracle)
    likely, unlikely = np.sqrt(4.001), np.sqrt(0.001)  # four votings for one class; the root is the temperature
    assert np.allclose(found[:, 10], likely / (likely + 7 * unlikely), atol=1e-5)
    assert np.allclose(found[:, :7], 1 / 7)


def test_without_votes_only_the_labels_head_is_taught(run: Path, tmp_path: Path) -> None:
    found = taught([finished(tmp_path / "one")], STUDENT, run, pictures(voted=False), Oracle)
    assert not found[:, 7:].any()
    assert np.allclose(found[:, :7].sum(axis=1), 1, atol=1e-6)


def test_a_continued_run_learns_from_the_kept_opinions(run: Path, tmp_path: Path) -> None:
    def unwanted(described: Recipe) -> Oracle:
        raise AssertionError(described)

    teacher = finished(tmp_path / "one")
    first = taught([teacher], STUDENT, run, pictures(), Oracle)
    again = taught([teacher], STUDENT, run, pictures(), unwanted)
    assert np.array_equal(first, again)


def test_a_run_is_not_continued_with_other_teachers_or_pictures(run: Path, tmp_path: Path) -> None:
    one, two = finished(tmp_path / "one"), finished(tmp_path / "two", 2.0)
    taught([one], STUDENT, run, pictures(), Oracle)
    with pytest.raises(RunError, match=r"teachers\.npz: these are the opinions of other teachers, or on other pict"):
        taught([one, two], STUDENT, run, pictures(), Oracle)
    other = pictures()
    other.pixels[0, 5, 5] = 9
    with pytest.raises(RunError, match=r"teachers\.npz"):
        taught([one], STUDENT, run, other, Oracle)


def test_a_teacher_must_be_a_finished_run(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"nowhere: holds no recipe\.toml; a teacher is the folder of a finished run"):
        taught([tmp_path / "nowhere"], STUDENT, run, pictures(), Oracle)
    (finished(tmp_path / "begun") / "weights.npz").unlink()
    with pytest.raises(RunError, match=r"begun: holds no weights\.npz"):
        taught([tmp_path / "begun"], STUDENT, run, pictures(), Oracle)


def test_a_teacher_whose_weights_are_of_another_network_is_named(run: Path, tmp_path: Path) -> None:
    foreign = finished(tmp_path / "foreign", count=2)
    with pytest.raises(RunError, match=r"foreign.weights\.npz: does not fit the network of the recipe: 2 arrays"):
        taught([foreign], STUDENT, run, pictures(), Oracle)
    assert not list(run.iterdir()), "nothing half-done is kept"


def test_a_run_cannot_teach_itself(run: Path) -> None:
    with pytest.raises(RunError, match="a run cannot be its own teacher"):
        taught([run], STUDENT, run, pictures(), Oracle)


def test_a_recipe_without_a_share_for_the_teachers_cannot_be_distilled(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"distillation\.share: expected more than 0"):
        taught([finished(tmp_path / "one")], Recipe("plain"), run, pictures(), Oracle)


def textures(root: Path) -> Path:
    """A folder tree of seven textures, which a network tells apart that sees no places."""
    across, down = np.meshgrid(np.arange(48), np.arange(48))
    waves = [
        across // 2,
        across // 6,
        down // 2,
        down // 6,
        across // 2 + down // 2,
        across // 6 + down // 6,
        across * 0,
    ]
    for split, count in (("train", 4), ("validation", 2)):
        for label, emotion in enumerate(EMOTIONS):
            folder = root / split / emotion.value
            folder.mkdir(parents=True)
            for number in range(count):
                noise = np.random.default_rng((label, number)).integers(0, 30, (48, 48))
                cv2.imwrite(
                    str(folder / f"{split}{number}.png"), (waves[label] % 2 * 160 + 30 + noise).astype(np.uint8)
                )
    return root


TINY = """
epochs = {epochs}
batch = 14
sizes = [[0.0, 48]]
[architecture]
kind = "cnn"
stages = [[6, 1], [8, 1]]
dropout = 0.0
[optimiser]
rate = {rate}
average = 0.5
[augment]
rotation = 0.0
shift = 0.0
slope = 0.0
erase = 0.0
low = 0.0
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    bool(MISSING), reason=f"training needs {', '.join(MISSING)}: tools/train_and_quantize/requirements.txt"
)
def test_a_student_that_sees_no_labels_learns_them_from_its_teacher(tmp_path: Path) -> None:
    tree = textures(tmp_path / "textures")
    teacher, student = tmp_path / "teacher.toml", tmp_path / "student.toml"
    teacher.write_text('name = "teacher"\n' + TINY.format(epochs=40, rate=0.1))
    tail = "\n[distillation]\nshare = 1.0\ntemperature = 2.0\n"
    student.write_text('name = "student"\n' + TINY.format(epochs=40, rate=0.1) + tail)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}

    def tool(*arguments: object) -> str:
        command = [sys.executable, "-m", "tools.train_and_quantize", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
                              timeout=300)  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    tool("train", tree, "--recipe", teacher, "--run", tmp_path / "teacher")
    distil = ("distill", tree, "--teacher", tmp_path / "teacher", "--recipe", student, "--run", tmp_path / "student")
    assert "teacher 1 of 1 looks at 28 pictures" in tool(*distil)
    last = [json.loads((tmp_path / name / "history.jsonl").read_text().splitlines()[-1])["fer2013"]
            for name in ("teacher", "student")]  # fmt: skip
    assert last[0] > 90
    assert last[1] > 80
    assert "looks at" not in tool(*distil), "the opinions are kept"


def test_a_recipe_that_wants_teachers_is_not_trained_without(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "choose", lambda _: None)
    assert commands.main(["train", str(tree), "--recipe", "edge-distilled", "--run", str(tmp_path / "run")]) == 1
    assert not (tmp_path / "run").exists()
    assert (
        "edge-distilled.toml: this recipe learns from teachers: use `distill --teacher RUN`" in capsys.readouterr().err
    )


def test_a_wrong_teacher_is_found_before_anything_is_begun(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "choose", lambda _: None)
    arguments = ["distill", str(tree), "--teacher", str(tmp_path / "nowhere"), "--run", str(tmp_path / "run")]
    assert commands.main(arguments) == 1
    assert "nowhere: holds no recipe.toml" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_recipe_that_ships_for_it_learns_from_teachers() -> None:
    shipped = ROOT / "tools" / "train_and_quantize" / "recipes" / "edge-distilled.toml"
    assert 0 < load_recipe(shipped).distillation.share < 1
