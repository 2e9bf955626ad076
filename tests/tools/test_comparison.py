from pathlib import Path

import pytest

from appliance.domain.emotions import EMOTIONS
from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tests.model import tiny
from tools.train_and_quantize import comparison, dataset
from tools.train_and_quantize.errors import DataError

NAMES = tuple(emotion.value for emotion in EMOTIONS)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Somebody else's model, which finds the emotion in the place of a bar nearly always."""
    path = tmp_path / "theirs.tflite"
    path.write_bytes(tiny.tflite())
    return path


def test_another_model_stands_beside_ours_with_its_accuracies_and_its_time(
    tree: Path, votes: Path, other: Path
) -> None:
    data = dataset.load(tree, "validation", votes)
    found = comparison.compare(bundle.read_bundle(shipped_model()), data, [comparison.tflite(other, NAMES)], rounds=3)
    ours, theirs = found["rows"]
    assert ours["name"].startswith("moodbox-edge")
    assert ours["times"] == 1
    assert theirs["name"] == "theirs.tflite"
    assert theirs["bytes"] == len(tiny.tflite())
    assert theirs["ms"] > 0
    assert 80 < theirs["fer2013"] == theirs["ferplus"] == theirs["mean_recall"]


def test_the_order_of_the_other_models_outputs_is_told_by_labels(tree: Path, other: Path) -> None:
    data = dataset.load(tree, "validation")
    found = comparison.compare(bundle.read_bundle(shipped_model()), data, [comparison.tflite(other)], rounds=1)
    assert found["rows"][1]["fer2013"] < 60
    assert "ferplus" not in found["rows"][1]


def test_labels_that_are_not_the_seven_emotions_are_refused(other: Path) -> None:
    with pytest.raises(DataError, match="--labels a b: expected the seven emotions"):
        comparison.tflite(other, ("a", "b"))


def test_a_model_with_other_outputs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fifteen.tflite"
    path.write_bytes(bundle.read_bundle(shipped_model()).model)
    with pytest.raises(DataError, match=r"fifteen\.tflite: expected 7 outputs, found 15"):
        comparison.tflite(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.tflite: cannot be read"):
        comparison.tflite(tmp_path / "none.tflite")


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("Usage,Image name")
    with pytest.raises(DataError, match=r"votes\.csv: not a TFLite model"):
        comparison.tflite(tmp_path / "votes.csv")
