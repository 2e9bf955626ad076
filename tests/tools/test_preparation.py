import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.train_and_quantize import dataset, preparation
from tools.train_and_quantize.commands import main


def test_every_class_is_counted_by_label_and_by_votes(
    tree: Path, votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "data.json"
    assert main(["prepare", str(tree), "--votes", str(votes), "--out", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["angry", "4", "2", "4", "2"]
    assert ["all", "28", "14", "28", "14"] in [line.split() for line in lines]
    assert json.loads(out.read_text())["training"]["labels"]["happy"] == 4


def test_what_is_odd_is_told(tree: Path) -> None:
    first = min((tree / "train" / "sad").iterdir())
    (tree / "train" / "fear" / "again.png").write_bytes(first.read_bytes())
    cv2.imwrite(str(tree / "train" / "happy" / "black.png"), np.zeros((48, 48), np.uint8))
    counted = preparation.count(dataset.load(tree, "train"), dataset.load(tree, "validation"))
    assert "1 blank pictures, for example black (training)." in counted["notes"]
    assert "1 exact copies of other pictures, 1 of them under another emotion (training)." in counted["notes"]


def test_near_duplicates_between_the_splits_are_counted(tree: Path) -> None:
    def twins() -> int:
        found = preparation.count(dataset.load(tree, "train"), dataset.load(tree, "validation"))["notes"][0]
        number, _, rest = found.partition(" ")
        assert rest == "validation pictures have a near-duplicate in the training split."
        return int(number)

    before = twins()
    face = cv2.imread(str(min((tree / "train" / "sad").iterdir())), cv2.IMREAD_GRAYSCALE)
    cv2.imwrite(str(tree / "validation" / "sad" / "twin.png"), cv2.convertScaleAbs(face, alpha=0.9, beta=10))
    assert twins() == before + 1


def test_the_contact_sheet_has_a_row_of_faces_for_each_emotion(tree: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    assert main(["prepare", str(tree), "--sheet", str(sheet)]) == 0
    drawn = cv2.imread(str(sheet), cv2.IMREAD_GRAYSCALE)
    assert drawn.shape[0] == 7 * 48
    assert all(drawn[row * 48 : (row + 1) * 48].any() for row in range(7))


def test_a_contact_sheet_that_cannot_be_written_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", str(tree), "--sheet", str(tree / "sheet.odt")]) == 1
    assert "sheet.odt: cannot write the contact sheet; expected a path that ends in .png" in capsys.readouterr().err


def test_an_emotion_that_cannot_be_measured_is_told(tree: Path) -> None:
    for path in (tree / "validation" / "disgust").iterdir():
        path.unlink()
    told = preparation.count(*dataset.both(tree))["notes"]
    assert "No validation picture of disgust: how well it is found will not be known." in told


def test_a_contact_sheet_into_a_folder_that_is_not_there_is_refused(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", str(tree), "--sheet", str(tree / "nowhere" / "sheet.png")]) == 1
    assert "sheet.png: cannot be written: expected a new file in a folder that is there" in capsys.readouterr().err
