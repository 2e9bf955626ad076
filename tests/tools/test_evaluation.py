"""Measured with the shipped model on drawn pictures: the figures mean nothing, their meaning is what is tested."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from appliance.model import bundle
from appliance.model.bundle import Bundle
from appliance.model.shipped import shipped_model
from tests.model import tiny
from tools.train_and_quantize import dataset
from tools.train_and_quantize.commands import main
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.evaluation import evaluate


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return bundle.read_bundle(shipped_model())


def test_accuracy_confusion_and_recall_tell_the_same(shipped: Bundle, tree: Path, votes: Path) -> None:
    found = evaluate(shipped, dataset.load(tree, "validation", votes))
    for head in (found["fer2013"], found["ferplus"]):
        table = np.array(head["confusion"])
        assert table.sum() == head["pictures"] == 14
        assert head["accuracy"] == pytest.approx(100 * np.trace(table) / 14, abs=0.01)
        for name, row, count in zip(head["classes"], table, np.diag(table), strict=True):
            if row.sum():
                assert head["recall"][name] == pytest.approx(100 * count / row.sum(), abs=0.01)
            else:
                assert name not in head["recall"]
    assert found["sha256"] == shipped.sha256


def test_without_votes_there_is_no_ferplus_figure(shipped: Bundle, tree: Path) -> None:
    found = evaluate(shipped, dataset.load(tree, "validation"))
    assert "ferplus" not in found
    assert "fer2013" in found


def test_other_faces_are_measured_whole_as_the_box_shows_them(
    tmp_path: Path, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("angry", "fear", "neutral"):
        shutil.rmtree(tree / "validation" / name)
    out = tmp_path / "figures.json"
    assert main(["evaluate", str(tree / "validation"), "--whole", "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    assert found["split"] == "all of validation"
    assert found["labels_as_shown"]["pictures"] == 8
    assert sorted(found["fer2013"]["recall"]) == ["disgust", "happy", "sad", "surprise"]
    assert "as shown by the box, against the same labels: accuracy %" in capsys.readouterr().out


def test_a_twin_that_is_the_same_loses_nothing(shipped: Bundle, tree: Path, votes: Path) -> None:
    found = evaluate(shipped, dataset.load(tree, "validation", votes), twin=shipped.model)
    assert found["float"]["lost"] == {"fer2013": 0, "ferplus": 0, "mean_recall": 0}
    assert found["float"]["ferplus"] == found["ferplus"]["accuracy"]
    assert found["float"]["model_bytes"] == len(shipped.model)


def test_pictures_that_were_trained_on_are_left_out_of_the_stricter_figure(
    shipped: Bundle, tree: Path, votes: Path
) -> None:
    data = dataset.load(tree, "validation", votes)
    fresh = np.random.default_rng(8).integers(0, 256, (5, 48, 48), dtype=np.uint8)
    found = evaluate(shipped, data, np.concatenate([data.pixels[:4], fresh]))["without_near_duplicates"]
    assert found["near_duplicates"] >= 4
    assert evaluate(shipped, data, fresh)["without_near_duplicates"]["near_duplicates"] == 0


def test_where_every_picture_was_trained_on_there_is_no_stricter_figure(shipped: Bundle, tree: Path) -> None:
    data = dataset.load(tree, "validation")
    assert evaluate(shipped, data, data.pixels)["without_near_duplicates"] == {"near_duplicates": 14}


@pytest.mark.parametrize(
    ("twin", "complaint"),
    [(b"emotion,pixels,Usage", "--float: not a TFLite model"), (tiny.tflite(), "with 15 outputs, found 7")],
    ids=["no model", "of another model"],
)
def test_a_twin_that_is_none_is_refused(shipped: Bundle, tree: Path, twin: bytes, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        evaluate(shipped, dataset.load(tree, "validation"), twin=twin)


def test_a_file_that_could_not_be_written_is_named_before_the_work(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(tree), "--out", str(tmp_path / "nowhere" / "figures.json")]) == 1
    found = capsys.readouterr()
    assert "figures.json: cannot be written: expected a new file in a folder that is there" in found.err
    assert found.out == ""
