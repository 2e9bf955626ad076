from pathlib import Path

import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS
from tests.tools.conftest import VOTES_HEADER
from tools.train_and_quantize import dataset, folders
from tools.train_and_quantize.errors import DataError

NAMES = [emotion.value for emotion in EMOTIONS]


def test_a_folder_tree_gives_the_pictures_with_their_emotions(tree: Path) -> None:
    found = dataset.load(tree, "train")
    assert found.pixels.shape == (28, 48, 48)
    assert [NAMES[label] for label in found.labels[::4]] == NAMES
    assert found.names[0] == "fer0000000"
    assert not found.votes.any()


def test_the_pixels_arrive_unchanged(tree: Path) -> None:
    import cv2

    found = dataset.load(tree, "validation")
    path = tree / "validation" / "disgust" / f"{found.names[2]}.png"
    assert (cv2.imread(str(path), cv2.IMREAD_UNCHANGED) == found.pixels[2]).all()


def test_fer2013s_table_gives_the_same_labels_by_name(table: Path) -> None:
    found = dataset.load(table, "train")
    assert [NAMES[label] for label in found.labels] == ["happy", "neutral", "surprise"]
    assert found.names == ("fer0000000", "fer0000001", "fer0000004")


def test_the_public_test_rows_are_for_validation_and_the_private_ones_for_nobody(table: Path) -> None:
    found = dataset.load(table, "validation")
    assert [NAMES[label] for label in found.labels] == ["sad", "disgust"]
    assert found.pixels[0].max() == 230


def test_the_tables_columns_may_stand_in_another_order(table: Path) -> None:
    rows = [line.split(",") for line in table.read_text().splitlines()]
    expected = dataset.load(table, "train")
    table.write_text("\n".join(f"{emotion}, {usage}, {pixels}" for emotion, pixels, usage in rows))
    found = dataset.load(table, "train")
    assert (found.pixels == expected.pixels).all()
    assert (found.labels == expected.labels).all()


def test_votes_find_their_pictures(tree: Path, votes: Path) -> None:
    found = dataset.load(tree, "validation", votes)
    assert (found.votes.argmax(axis=1) == found.labels).all()
    assert (found.votes.sum(axis=1) == 10).all()


def test_pictures_of_another_size_are_scaled(tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "x.png"), np.full((100, 100, 3), 90, np.uint8))
    assert (folders.read_picture(tmp_path / "x.png") == 90).all()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere: no such file or folder; expected FER2013's CSV"):
        dataset.load(tmp_path / "nowhere", "train")


def test_a_tree_without_the_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder train or training in it"):
        dataset.load(tmp_path, "train")


def test_a_missing_emotion_is_named_with_those_that_are_there(tree: Path) -> None:
    (tree / "train" / "sad").rename(tree / "train" / "gloomy")
    with pytest.raises(DataError, match=r"no folder 'sad'; expected one for each of angry .* surprise, found angry, "):
        dataset.load(tree, "train")


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_a_corrupt_picture_is_named(tree: Path, content: bytes) -> None:
    (tree / "train" / "fear" / "broken.png").write_bytes(content)
    with pytest.raises(DataError, match=r"fear/broken\.png: not a picture that can be decoded"):
        dataset.load(tree, "train")


def test_a_wrong_header_is_shown_with_the_right_one(table: Path) -> None:
    table.write_text(table.read_text().replace("emotion,pixels,Usage", "label,pixels,split", 1))
    with pytest.raises(DataError, match="expected the header 'emotion,pixels,Usage', found 'label,pixels,split'"):
        dataset.load(table, "train")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("\n3,", "\n7,", r"fer2013\.csv:2: the emotion must be 0\.\.6, found '7'"),
        ("\n3,", "\nhappy,", r":2: the emotion must be 0\.\.6, found 'happy'"),
        ("\n3,", "\n3,1 ", r":2: expected 2304 pixels of 0\.\.255, found 2305"),
        ("\n3,", "\n3,x ", r":2: the pixels must be whole numbers 0\.\.255, found 'x'"),
        ("\n3,", f"\n3,{'9' * 30} ", r":2: the pixels must be whole numbers 0\.\.255, found '9+"),
        ("\n3,", "\n3,1\0 ", r":2: the pixels must be whole numbers 0\.\.255, found '1.x00'"),
        ("\n3,", "\n3,0,", r":2: expected 3 columns, found 4"),
        (" 230 ", " 256 ", r":2: expected 2304 pixels of 0\.\.255, found 2304 of \d+\.\.256"),
        (",Training", ",PrivateTest", r"no rows with the Usage Training"),
        (",PublicTest", ",Test", r":4: the Usage must be Training, PublicTest, PrivateTest, found 'Test'"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(table: Path, old: str, new: str, complaint: str) -> None:
    text = table.read_text()
    table.write_text(text.replace(old, new, 1) if old.startswith("\n") else text.replace(old, new))
    with pytest.raises(DataError, match=complaint):
        dataset.load(table, "train")


def test_votes_on_other_pictures_are_refused(table: Path, votes: Path) -> None:
    lines = votes.read_text().splitlines()
    votes.write_text("\n".join([lines[0], "Training,,0,0,0,0,0,0,0,0,0,10"]))
    with pytest.raises(DataError, match="holds no votes for the pictures of"):
        dataset.load(table, "train", votes)


def test_votes_that_end_before_the_pictures_are_refused(table: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(f"{VOTES_HEADER}\n" + "Training,x.png,0,10,0,0,0,0,0,0,0,0\n" * 4)
    with pytest.raises(DataError, match=r"votes\.csv: ends after 4 rows, but .* goes on to fer0000004; expected"):
        dataset.load(table, "train", votes)


def test_an_emotion_that_is_never_shown_is_named(table: Path) -> None:
    with pytest.raises(DataError, match=r"fer2013\.csv: no picture of angry, disgust, fear, sad to learn from"):
        dataset.both(table)


def test_votes_whose_numbering_has_slipped_are_refused(tmp_path: Path, tree: Path, votes: Path) -> None:
    """The labels would be noise, and nothing but a bad model would show it."""
    import shutil

    lines = votes.read_text().splitlines()
    for label, emotion in enumerate(NAMES):
        source = next((tree / "train" / emotion).iterdir())
        for copy in range(20):
            shutil.copy(source, source.with_name(f"fer{1000 + label * 20 + copy:07d}.png"))
    filler = ["Training,,0,0,0,0,0,0,0,0,0,10"] * (1000 - len(lines) + 1)
    slipped = [f"Training,x,{','.join('10' if i == row % 7 else '0' for i in range(10))}" for row in range(140)]
    votes.write_text("\n".join(lines + filler + slipped))
    with pytest.raises(DataError, match=r"agrees with the labels of .* on \d+% of the pictures, expected at least 45%"):
        dataset.load(tree, "train", votes)
