"""Measured on drawn pictures: the figures mean nothing, their meaning is what is tested."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from appliance.model import bundle
from appliance.model.bundle import Bundle
from appliance.model.labels import EXPRESSIONS
from appliance.model.shipped import shipped_model
from tests.model import tiny
from tools.train_and_quantize import dataset, hardships, spoils, tables
from tools.train_and_quantize.commands import main
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.posed import PosedFaces


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return bundle.read_bundle(shipped_model())


def test_the_score_is_the_mean_recall_over_all_but_whole_faces(shipped: Bundle, tree: Path, votes: Path) -> None:
    found = hardships.measure([shipped], dataset.load(tree, "validation", votes))
    (row,) = found["rows"]
    assert list(row["on"]) == [spoils.WHOLE, *spoils.SPOILS]
    hard = [one["mean_recall"] for name, one in row["on"].items() if name != spoils.WHOLE]
    assert row["score"] == pytest.approx(np.mean(hard), abs=0.01)
    assert row["on"][spoils.WHOLE]["pictures"] == 14
    assert not row["better"], "no model is better than itself"


def test_a_face_that_is_its_own_mirror_image_is_read_alike_both_ways(shipped: Bundle, tree: Path, votes: Path) -> None:
    half = np.random.default_rng(4).integers(0, 256, (6, 48, 24, 1)).astype(np.uint8)
    even = PosedFaces(np.concatenate([half, half[:, :, ::-1]], axis=2), np.array([0, 1, 2, 3, 4, 5]), 0)
    (row,) = hardships.measure([shipped], dataset.load(tree, "validation", votes), even)["rows"]
    assert row["on_both"][hardships.POSED].items() <= row["on"][hardships.POSED].items()
    assert list(row["on_both"]) == list(row["on"])


def test_what_is_asked_for_stands_beside_what_was_measured(shipped: Bundle, tree: Path, votes: Path) -> None:
    found = hardships.measure([shipped], dataset.load(tree, "validation", votes))
    head, rows = tables.rooms(found)
    assert head[1] == "asked for"
    assert {row[0]: row[1] for row in rows}[spoils.NIGHT] == "80 / 66 / 0.05"
    assert {len(row) for row in rows} == {len(head)}


def test_a_model_that_fails_on_whole_faces_is_not_better(tree: Path, votes: Path, tmp_path: Path) -> None:
    path = tmp_path / "tiny.moodmodel"
    path.write_bytes(tiny.make())
    blind = bundle.read_bundle(path)  # its labels are not in the order of the bars that the pictures show
    names = tuple(emotion.value for emotion in EXPRESSIONS)
    sees = dataclasses.replace(blind, manifest=dataclasses.replace(blind.manifest, labels=names))
    rows = hardships.measure([blind, sees], dataset.load(tree, "validation", votes))["rows"]
    assert rows[1]["better"]
    rows = hardships.measure([sees, blind], dataset.load(tree, "validation", votes))["rows"]
    assert not rows[1]["better"]


def test_posed_faces_count_in_the_score_as_a_spoil_does(shipped: Bundle, tree: Path, votes: Path) -> None:
    posed = PosedFaces(np.zeros((3, 48, 48, 1), np.uint8), np.array([0, 3, 5]), 2)
    (row,) = hardships.measure([shipped], dataset.load(tree, "validation", votes), posed)["rows"]
    assert row["on"][hardships.POSED]["pictures"] == 3
    assert row["on"][hardships.POSED]["missed"] == 2
    hard = [one["mean_recall"] for name, one in row["on"].items() if name != spoils.WHOLE]
    assert row["score"] == pytest.approx(np.mean(hard), abs=0.01)


def test_a_resting_face_is_taken_away_from_who_has_another(shipped: Bundle, tree: Path, votes: Path) -> None:
    data = dataset.load(tree, "validation", votes)
    crops = np.random.default_rng(5).integers(0, 256, (4, 48, 48, 1)).astype(np.uint8)
    labels = np.array([4, 3, 4, 0])  # kim rests and laughs; lee rests; who is angry has no portrait at rest
    posed = PosedFaces(crops, labels, 0, ("kim", "kim", "lee", "max"))
    (row,) = hardships.measure([shipped], data, posed)["rows"]
    assert row["on"][hardships.RESTED]["calibration_error"] != row["on"][hardships.POSED]["calibration_error"]
    unknown = dataclasses.replace(posed, people=())
    (without,) = hardships.measure([shipped], data, unknown)["rows"]
    assert hardships.RESTED not in without["on"]
    assert without["score"] == row["score"], "it does not count in the score"


def test_the_command_shows_models_side_by_side(
    tree: Path, votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, path = tmp_path / "rooms.json", tmp_path / "tiny.moodmodel"
    path.write_bytes(tiny.make())
    arguments = ["rooms", str(tree), "--votes", str(votes), "--bundle", str(shipped_model()), str(path)]
    assert main([*arguments, "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "moodbox-edge" in shown.splitlines()[0]
    assert "turned by 30°" in shown
    found = json.loads(out.read_text())
    assert found["kind"] == "rooms"
    assert len(found["rows"]) == 2
    assert found["command"].startswith("python -m tools.train_and_quantize ")


def test_without_votes_there_is_nothing_to_measure_by(shipped: Bundle, tree: Path) -> None:
    with pytest.raises(DataError, match="no picture has a majority of votes"):
        hardships.measure([shipped], dataset.load(tree, "validation"))
