from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.train_and_quantize import arrays, commands, engine


def test_a_network_too_large_for_a_box_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "recipe.toml").write_text('name = "large"\n')
    arrays.save_arrays(tmp_path / "weights.npz", {"weights": [np.zeros((2500, 2000), np.float32)]})
    out = tmp_path / "large.moodmodel"
    assert commands.main(["quantize", str(tmp_path), "--run", str(tmp_path), "--out", str(out)]) == 1
    complaint = capsys.readouterr().err
    assert "5.0 million weights, but a box takes a model of at most 4 MB; let it teach a smaller one" in complaint
    assert not out.exists()


def test_a_run_that_is_not_finished_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "recipe.toml").write_text('name = "begun"\n')
    out = tmp_path / "begun.moodmodel"
    assert commands.main(["quantize", str(tmp_path), "--run", str(tmp_path), "--out", str(out)]) == 1
    assert "holds no weights.npz; expected the folder of a finished run" in capsys.readouterr().err


def test_a_folder_that_is_no_run_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "none.moodmodel"
    assert commands.main(["quantize", str(tmp_path), "--run", str(tmp_path / "none"), "--out", str(out)]) == 1
    assert "none: holds no recipe.toml; expected the folder of a run of `train`" in capsys.readouterr().err


def test_pictures_of_ones_own_are_learnt_from_too(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "choose", lambda _: None)
    own, run = tmp_path / "own", tmp_path / "run"
    for name in ("happy", "sad"):
        (own / name).mkdir(parents=True)
        cv2.imwrite(str(own / name / "one.png"), np.full((60, 50), 99, np.uint8))
    run.mkdir()
    (run / "recipe.toml").write_text('name = "another"\n')
    assert commands.main(["train", str(tree), "--add", str(own), "--run", str(run)]) == 1
    found = capsys.readouterr()
    assert "30 pictures to learn from, 14 to check with" in found.out
    assert "recipe.toml: this run was started with another recipe" in found.err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--out", "My Model.moodmodel"), "expected a NAME of small letters, digits and hyphens, found 'My Model.mood"),
        (("--out", "model.zip"), "the model is called as its file, NAME.moodmodel"),
        (("--out", "nowhere/model.moodmodel"), "nowhere is no folder"),
        (("--out", "model.moodmodel", "--version", "2.0"), "--version 2.0: expected three numbers such as 2.0.0"),
    ],
)
def test_a_bundle_that_could_not_be_written_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], complaint: str
) -> None:
    assert commands.main(["quantize", str(tmp_path), "--run", str(tmp_path), *options]) == 1
    assert complaint in capsys.readouterr().err


def test_votes_that_a_run_learnt_from_may_not_be_forgotten(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "recipe.toml").write_text('name = "voted"\n')
    (tmp_path / "data.json").write_text('{"pictures": [28, 14], "votes": true, "sha256": "0"}\n')
    arrays.save_arrays(tmp_path / "weights.npz", {"weights": [np.zeros(3, np.float32)]})
    out = tmp_path / "voted.moodmodel"
    assert commands.main(["quantize", str(tree), "--run", str(tmp_path), "--out", str(out)]) == 1
    assert "this run learnt from FER+ votes; name them with --votes" in capsys.readouterr().err


def test_a_number_of_threads_that_is_none_is_named(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "choose", lambda _: None)
    monkeypatch.setenv("OMP_NUM_THREADS", "all")
    assert commands.main(["train", str(tree), "--run", str(tmp_path / "run")]) == 1
    assert "OMP_NUM_THREADS: expected a number of threads such as 1, found 'all'" in capsys.readouterr().err
