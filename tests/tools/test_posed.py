from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.model import bundle
from appliance.model.labels import EXPRESSIONS
from appliance.model.shipped import shipped_model
from tests import portraits
from tools.train_and_quantize import posed
from tools.train_and_quantize.errors import DataError


def table(folder: Path, *rows: str, header: str = "file,person,performed") -> Path:
    path = folder / "people.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_each_portraits_face_is_cut_as_the_box_cuts_it(tmp_path: Path) -> None:
    manifest = bundle.read_bundle(shipped_model()).manifest
    cv2.imwrite(str(tmp_path / "smile.png"), portraits.smiling())
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((200, 200, 3), 90, np.uint8))
    found = posed.read(table(tmp_path, "smile.png,1,happy", "wall.png,2,sad"), manifest)
    assert found.inputs.shape == (1, 48, 48, 1)
    assert [EXPRESSIONS[label].value for label in found.labels] == ["happy"]
    assert found.missed == 1
    assert found.inputs.std() > 20


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (["a.png,1,bored"], "line 2: expected a file and one of angry disgust .* found 'a.png' and 'bored'"),
        (["a.png,1,happy", ",2,sad"], "line 3: expected a file"),
        ([], "no rows; expected a table with the columns `file` and `performed`"),
        (["none.png,1,sad"], r"none\.png: cannot be used as a portrait"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, rows: list[str], complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        posed.read(table(tmp_path, *rows), bundle.read_bundle(shipped_model()).manifest)


def test_portraits_without_a_face_are_no_measure(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((200, 200, 3), 90, np.uint8))
    with pytest.raises(DataError, match="no face was found in any of its 1 pictures"):
        posed.read(table(tmp_path, "wall.png,2,sad"), bundle.read_bundle(shipped_model()).manifest)


def test_people_are_known_only_if_the_table_names_them_all(tmp_path: Path) -> None:
    manifest = bundle.read_bundle(shipped_model()).manifest
    cv2.imwrite(str(tmp_path / "smile.png"), portraits.smiling())
    assert posed.read(table(tmp_path, "smile.png,kim,happy", "smile.png,lee,sad"), manifest).people == ("kim", "lee")
    assert posed.read(table(tmp_path, "smile.png,kim,happy", "smile.png,,sad"), manifest).people == ()
