from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tools.train_and_quantize import votes as ferplus
from tools.train_and_quantize.errors import DataError

ALL_VOTES = npst.arrays(np.float32, (4, 10), elements=st.integers(0, 10).map(float))


def row(**counts: int) -> np.ndarray:
    """Votes in the tool's order, by class name."""
    names = [*ferplus.CLASSES, "unknown", "noface"]
    return np.array([[counts.get(name, 0) for name in names]], np.float32)


def test_the_table_is_read_by_row_because_its_names_fall_behind(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(
        "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
        "Training,fer0000000.png,1,0,0,0,9,0,0,0,0,0\n"
        "Training,,0,0,0,0,0,0,0,0,0,10\n"
        "Training,fer0000001.png,0,10,0,0,0,0,0,0,0,0\n"
    )
    found = ferplus.read(path)
    assert sorted(found) == ["fer0000000", "fer0000001", "fer0000002"]
    assert not found["fer0000001"].any(), "no face, so nothing to learn"
    assert ferplus.CLASSES[found["fer0000000"].argmax()] == "angry"
    assert ferplus.CLASSES[found["fer0000002"].argmax()] == "happy"


def test_single_votes_are_dropped_before_the_majority_is_counted() -> None:
    assert ferplus.strict_majority(row(happy=5, neutral=1, sad=1, fear=1, angry=2))[0] == 3
    assert ferplus.strict_majority(row(happy=5, neutral=5))[0] == -1


@pytest.mark.parametrize("counts", [{"unknown": 8, "happy": 2}, {"noface": 10}, {"happy": 1, "sad": 1}, {}])
def test_pictures_without_a_clear_face_have_no_majority(counts: dict[str, int]) -> None:
    assert ferplus.strict_majority(row(**counts))[0] == -1


def test_contempt_is_a_class_of_its_own() -> None:
    assert ferplus.strict_majority(row(contempt=8, neutral=2))[0] == 7


@given(ALL_VOTES)
def test_targets_are_distributions_or_nothing(votes: np.ndarray) -> None:
    sums = ferplus.soft_targets(votes).sum(axis=1)
    assert np.all(np.isclose(sums, 1) | (sums == 0))


@given(ALL_VOTES)
def test_the_majority_is_also_the_targets_greatest(votes: np.ndarray) -> None:
    majority, targets = ferplus.strict_majority(votes), ferplus.soft_targets(votes)
    chosen = majority >= 0
    assert (targets[chosen].argmax(axis=1) == majority[chosen]).all()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a,b\n", "expected the header 'Usage,Image name,neutral"),
        ("", "expected the header"),
        ("{header}\nTraining,x.png,1\n", ":2: expected 12 columns, found 3"),
        ("{header}\nTraining,x.png,a,0,0,0,0,0,0,0,0,0\n", r":2: votes must be whole numbers 0\.\.100, found 'a'"),
        ("{header}\nTraining,x.png,-3,0,0,0,0,0,0,0,0,0\n", ":2: votes must be .* found '-3'"),
        ("{header}\nTraining,x.png,101,0,0,0,0,0,0,0,0,0\n", ":2: votes must be .* found '101'"),
        (f"{{header}}\nTraining,x.png,1{'0' * 400},0,0,0,0,0,0,0,0,0\n", ":2: votes must be .* found '1000"),
        ("\x89PNG\r\n\x1a\n\xff", "expected the header"),
    ],
)
def test_a_file_that_is_not_ferplus_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "votes.csv"
    header = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    path.write_text(text.replace("{header}", header))
    with pytest.raises(DataError, match=complaint):
        ferplus.read(path)


def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    header = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    path = tmp_path / "votes.csv"
    path.write_text(f"{header}\r\nTraining,x.png,0,10,0,0,0,0,0,0,0,0\r\n", encoding="utf-8-sig", newline="")
    assert ferplus.read(path)["fer0000000"].sum() == 10


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: cannot read the votes"):
        ferplus.read(tmp_path / "none.csv")
