"""The folder of a run: whose it is, and what of it survives being cut off."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tools.train_and_quantize import curves, run_folder
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import RunError

RECIPE = 'name = "tiny"\n'


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


def pictures(voted: bool = True, grey: int = 7) -> Dataset:
    votes = np.zeros((2, 10), np.float32)
    votes[:, 3] = 10 * voted
    return Dataset(("a", "b"), np.full((2, 48, 48), grey, np.uint8), np.array([0, 3]), votes)


def use(run: Path, recipe: Path, data: Dataset) -> None:
    with run_folder.opened(run, recipe, (data, data)):
        pass


def test_a_run_keeps_a_copy_of_its_recipe_which_may_then_be_named_instead(tmp_path: Path, recipe: Path) -> None:
    run = tmp_path / "runs" / "one"
    use(run, recipe, pictures())
    assert (run / "recipe.toml").read_text() == RECIPE
    use(run, run / "recipe.toml", pictures())


def test_a_run_is_not_continued_with_another_recipe(tmp_path: Path, recipe: Path) -> None:
    use(tmp_path / "run", recipe, pictures())
    recipe.write_text(RECIPE + "seed = 2\n")
    with pytest.raises(RunError, match="this run was started with another recipe"):
        use(tmp_path / "run", recipe, pictures())


@pytest.mark.parametrize("other", [pictures(voted=False), pictures(grey=8)], ids=["no votes", "other pictures"])
def test_a_run_is_not_continued_with_other_data(tmp_path: Path, recipe: Path, other: Dataset) -> None:
    run = tmp_path / "run"
    use(run, recipe, pictures())
    (run / "checkpoint.npz").write_bytes(b"of an epoch")
    with pytest.raises(RunError, match="with other data: then 2 and 2 pictures with votes, now 2 and 2 pictures with"):
        use(run, recipe, other)
    use(run, recipe, pictures())


def test_before_its_first_epoch_a_run_may_get_other_data(tmp_path: Path, recipe: Path) -> None:
    run = tmp_path / "run"
    use(run, recipe, pictures(voted=False))
    assert not run_folder.learnt_from_votes(run)
    use(run, recipe, pictures())
    assert run_folder.learnt_from_votes(run)


def test_a_run_of_an_earlier_release_did_not_note_its_data_and_goes_on(tmp_path: Path, recipe: Path) -> None:
    run = tmp_path / "run"
    use(run, recipe, pictures())
    (run / "checkpoint.npz").write_bytes(b"of an epoch")
    (run / "data.json").unlink()
    use(run, recipe, pictures())


def test_two_processes_do_not_train_in_one_folder(tmp_path: Path, recipe: Path) -> None:
    with (
        run_folder.opened(tmp_path / "run", recipe, ()),
        pytest.raises(RunError, match="another process trains in this folder just now"),
    ):
        use(tmp_path / "run", recipe, pictures())
    use(tmp_path / "run", recipe, pictures())


def test_a_file_in_the_way_of_a_run_is_named(tmp_path: Path, recipe: Path) -> None:
    (tmp_path / "run").write_text("not a folder")
    with pytest.raises(RunError, match="run: cannot be used as the folder of a run: "):
        use(tmp_path / "run", recipe, pictures())


def test_the_history_holds_each_epoch_once_and_loses_a_line_that_was_cut_off(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        run_folder.note(tmp_path, {"epoch": epoch, "loss": 1.0})
    path = tmp_path / "history.jsonl"
    path.write_text(path.read_text() + '{"epoch": 4, "lo')
    run_folder.note(tmp_path, {"epoch": 3, "loss": 0.5})
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(entry["epoch"], entry["loss"]) for entry in entries] == [(1, 1.0), (2, 1.0), (3, 0.5)]
    assert len(curves.read([tmp_path])) == 3


def test_labels_belong_to_the_data_too(tmp_path: Path, recipe: Path) -> None:
    use(tmp_path / "run", recipe, pictures())
    (tmp_path / "run" / "checkpoint.npz").write_bytes(b"of an epoch")
    with pytest.raises(RunError, match="with other data"):
        use(tmp_path / "run", recipe, replace(pictures(), labels=np.array([1, 3])))
