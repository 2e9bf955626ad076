import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS
from appliance.model import preprocess
from tests.model import tiny
from tools.train_and_quantize import dataset, folders
from tools.train_and_quantize.errors import DataError

NAMES = [emotion.value for emotion in EMOTIONS]


def faces(root: Path, names: list[str], count: int = 3, prefix: str = "") -> None:
    for place, name in enumerate(names):
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            made = np.random.default_rng((place, number, len(prefix))).integers(0, 256, (48, 48), dtype=np.uint8)
            cv2.imwrite(str(root / name / f"{prefix}{number}.png"), made)


def test_kaggles_tree_is_read_and_its_test_split_is_for_nobody(tmp_path: Path) -> None:
    faces(tmp_path / "train", NAMES, prefix="Training_")
    faces(tmp_path / "test", NAMES, prefix="PublicTest_")
    faces(tmp_path / "test", NAMES, prefix="PrivateTest_")
    assert len(dataset.load(tmp_path, "train")) == 21
    found = dataset.load(tmp_path, "validation")
    assert len(found) == 21
    assert all(name.startswith("PublicTest_") for name in found.names)


def test_folders_may_be_called_by_other_words(tmp_path: Path) -> None:
    faces(tmp_path / "Train", ["Anger", "disgusted", "FEAR", "happiness", "Neutral", "sadness", "surprised"])
    found = dataset.load(tmp_path, "train")
    assert sorted(found.labels) == sorted(list(range(7)) * 3)
    assert NAMES[found.labels[list(found.names).index("0")]] == "angry"


def test_of_a_folder_without_splits_one_picture_in_eight_is_for_validation(tmp_path: Path) -> None:
    faces(tmp_path, NAMES, count=40)
    learn, check = (dataset.load(tmp_path, split) for split in ("train", "validation"))
    assert len(learn) + len(check) == 280
    assert 15 <= len(check) <= 60
    assert not {p.tobytes() for p in learn.pixels} & {p.tobytes() for p in check.pixels}


def test_a_new_picture_moves_no_other_one_between_the_splits(tmp_path: Path) -> None:
    faces(tmp_path, NAMES, count=10)
    before = {picture.tobytes() for picture in dataset.load(tmp_path, "train").pixels}
    faces(tmp_path, NAMES, count=3, prefix="more")
    assert before <= {picture.tobytes() for picture in dataset.load(tmp_path, "train").pixels}


@pytest.mark.parametrize("shape", [(100, 100, 3), (60, 90), (90, 60, 4), (20, 30, 3)])
def test_pictures_of_any_size_and_colour_come_out_as_the_box_would_see_them(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    drawn = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8), (5, 5), 0)
    cv2.imwrite(str(tmp_path / "x.png"), drawn)
    seen = preprocess.prepare_aligned(drawn[..., :3] if drawn.ndim == 3 else drawn, tiny.manifest(size=48))
    difference = np.abs(folders.read_picture(tmp_path / "x.png").astype(int) - seen[..., 0].astype(int))
    assert difference.max() <= 2


def test_pictures_may_be_added_to_learn_from_but_not_to_check_with(tmp_path: Path, tree: Path, votes: Path) -> None:
    faces(tmp_path / "mine", ["sad", "angry"])
    learn = dataset.load(tree, "train", votes, [tmp_path / "mine"])
    assert len(learn) == 28 + 6
    assert learn.names[-1].startswith("mine/")
    assert [NAMES[label] for label in learn.labels[-6:]] == ["angry"] * 3 + ["sad"] * 3
    assert (learn.votes[-6:].argmax(axis=1) == learn.labels[-6:]).all()
    assert len(dataset.load(tree, "validation", votes, [tmp_path / "mine"])) == 14


def test_an_added_folder_without_any_emotion_is_refused(tmp_path: Path, tree: Path) -> None:
    (tmp_path / "mine" / "holiday").mkdir(parents=True)
    with pytest.raises(DataError, match=r"mine: no folder 'angry'; expected one for each of angry .* found holiday"):
        dataset.load(tree, "train", None, [tmp_path / "mine"])


def test_folders_without_pictures_are_refused(tmp_path: Path) -> None:
    faces(tmp_path / "train", NAMES, count=0)
    with pytest.raises(DataError, match=r"train: no pictures in it; known endings: \.bmp, "):
        dataset.load(tmp_path, "train")


def test_an_emotion_whose_folder_is_empty_is_named(tmp_path: Path) -> None:
    faces(tmp_path / "train", NAMES)
    faces(tmp_path / "validation", NAMES)
    for path in (tmp_path / "train" / "sad").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="no picture of sad to learn from"):
        dataset.both(tmp_path)


def test_what_is_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faces(tmp_path / "mine", ["sad", "Hapy"])
    (tmp_path / "mine" / "sad" / "0.png").rename(tmp_path / "mine" / "sad" / "0.heic")
    (tmp_path / "mine" / "sad" / "._1.png").write_bytes(b"what a desktop notes beside a file")
    names, _, _ = folders.read_all(tmp_path / "mine")
    assert names == ["mine/1", "mine/2"]
    said = capsys.readouterr().err
    assert "mine: left out as no emotion: 1: Hapy" in said
    assert "mine: left out as no picture by their endings: 1: sad/0.heic" in said


def test_a_picture_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    head = b"IHDR" + (100_000).to_bytes(4) * 2 + b"\x08\0\0\0\0"
    png = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + head + zlib.crc32(head).to_bytes(4)
    (tmp_path / "x.png").write_bytes(png + (0).to_bytes(4) + b"IEND" + zlib.crc32(b"IEND").to_bytes(4))
    with pytest.raises(DataError, match=r"x\.png: not a picture that can be decoded"):
        folders.read_picture(tmp_path / "x.png")


def test_too_few_pictures_to_hold_any_out_are_refused(tmp_path: Path) -> None:
    for place, name in enumerate(NAMES):
        (tmp_path / name).mkdir()
        kept = (p for p in range(0, 200, 9) if not folders._is_held_out(np.full((48, 48), p + place, np.uint8)))
        cv2.imwrite(str(tmp_path / name / "x.png"), np.full((48, 48), next(kept) + place, np.uint8))
    with pytest.raises(DataError, match="too few pictures to hold one in 8 out"):
        dataset.load(tmp_path, "validation")
