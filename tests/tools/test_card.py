import json
from pathlib import Path

import pytest

from tools.train_and_quantize import card, measurements
from tools.train_and_quantize.errors import DataError

BEGIN, END = card.marks("figures")
FIGURES = {
    "kind": "evaluation", "command": "python -m tools.train_and_quantize evaluate faces",
    "model": "moodbox-edge 1.0.0", "sha256": "ab" * 32, "model_bytes": 1234567, "split": "validation",
    "runtime": "tflite-runtime 2.14.0", "machine": "x86_64", "ms_per_face": 1.25,
    "fer2013": {"accuracy": 64.2, "classes": ["angry", "sad"], "recall": {"angry": 50.0, "sad": 60.0}},
    "ferplus": {
        "accuracy": 84.1, "classes": ["angry", "sad"], "recall": {"angry": 70.0, "sad": 80.0},
        "confusion": [[7, 3], [2, 8]],
    },
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    page, figures = tmp_path / "CARD.md", tmp_path / "figures.json"
    page.write_text(f"# Card\n\n{BEGIN}\nold\n{END}\n\nLimits.\n")
    figures.write_text(json.dumps(FIGURES))
    return page, figures


def test_figures_are_replaced_and_the_rest_of_the_card_stays(files: tuple[Path, Path]) -> None:
    page, figures = files
    card.update(page, measurements.read([figures]))
    text = page.read_text()
    assert text.startswith("# Card\n")
    assert text.endswith("Limits.\n")
    assert "old" not in text
    assert "| FER2013, 7 classes, own head: accuracy % | 64.2 |" in text
    assert "| sad | 2 | 8 |" in text


def test_writing_the_same_figures_again_changes_nothing(files: tuple[Path, Path]) -> None:
    page, figures = files
    card.update(page, measurements.read([figures]))
    once = page.read_text()
    card.update(page, measurements.read([figures]))
    assert page.read_text() == once


def test_two_runtimes_stand_beside_each_other(files: tuple[Path, Path], tmp_path: Path) -> None:
    page, figures = files
    other = tmp_path / "other.json"
    other.write_text(json.dumps(FIGURES | {"runtime": "ai-edge-litert 2.3.0", "ms_per_face": 0.3}))
    card.update(page, measurements.read([figures, other]))
    assert "| ms for a face, one thread | 1.25 | 0.3 |" in page.read_text()


ROOMS = {
    "kind": "rooms", "runtime": "tflite-runtime 2.14.0", "machine": "x86_64", "split": "validation",
    "rows": [
        {"model": f"moodbox-edge 1.{number}.0", "sha256": sha256, "score": 59.2 + number, "fer2013": 70.1,
         "on": {"whole": {"accuracy": 87.66, "mean_recall": 80.4, "calibration_error": 0.0221}},
         "on_both": {"whole": {"accuracy": 88.4, "mean_recall": 81.2, "calibration_error": 0.0204}},
         } for number, sha256 in enumerate(("cd" * 32, "ab" * 32))
    ],
    "goals": {"whole": [87.5, 80, None]}, "fer2013_goal": 71.2,
}  # fmt: skip


def test_spoiled_faces_stand_beside_the_model_before(files: tuple[Path, Path], tmp_path: Path) -> None:
    page, figures = files
    rooms = tmp_path / "rooms.json"
    rooms.write_text(json.dumps(ROOMS))
    card.update(page, measurements.read([figures, rooms]))
    assert "| moodbox-edge 1.0.0 | moodbox-edge 1.1.0 | moodbox-edge 1.0.0, mirrored too |" in page.read_text()
    once, both = "87.7 / 80.4 / 0.022", "88.4 / 81.2 / 0.020"
    assert f"| whole | 87.5 / 80 / – | {once} | {once} | {both} | {both} |" in page.read_text()
    assert "| 59.2 | 60.2 |" in page.read_text()


def test_spoiled_faces_must_be_of_the_same_bundle(files: tuple[Path, Path], tmp_path: Path) -> None:
    rooms = tmp_path / "rooms.json"
    rooms.write_text(json.dumps(ROOMS | {"rows": ROOMS["rows"][:1]}))
    with pytest.raises(DataError, match="different bundles"):
        measurements.read([files[1], rooms])


def test_figures_of_two_bundles_are_not_mixed(files: tuple[Path, Path], tmp_path: Path) -> None:
    page, figures = files
    other = tmp_path / "other.json"
    other.write_text(json.dumps(FIGURES | {"sha256": "cd" * 32}))
    with pytest.raises(DataError, match="different bundles"):
        card.update(page, measurements.read([figures, other]))


def test_the_commands_that_measured_are_named(files: tuple[Path, Path]) -> None:
    page, figures = files
    card.update(page, measurements.read([figures]))
    assert "```\npython -m tools.train_and_quantize evaluate faces\n```" in page.read_text()


def test_other_models_stand_in_a_table_of_their_own(files: tuple[Path, Path], tmp_path: Path) -> None:
    page, figures = files
    other = tmp_path / "compare.json"
    row = {"name": "theirs.hdf5, Keras predict(face)", "bytes": 872856, "ms": 24.5, "times": 75.0, "fer2013": 65.5}
    other.write_text(json.dumps({"kind": "comparison", "sha256": "ab" * 32, "runtime": "ai-edge-litert 2.3.0",
                                 "machine": "x86_64", "rows": [row]}))  # fmt: skip
    card.update(page, measurements.read([figures, other]))
    assert "| theirs.hdf5, Keras predict(face) | 873 | 24.5 | 75.0 | 65.5 |" in page.read_text()


def test_figures_without_votes_say_what_was_missing(files: tuple[Path, Path]) -> None:
    page, figures = files
    figures.write_text(json.dumps({key: value for key, value in FIGURES.items() if key != "ferplus"}))
    with pytest.raises(DataError, match=r"measured without FER\+ votes; the card needs them \(--votes\)"):
        card.update(page, measurements.read([figures]))


@pytest.mark.parametrize("content", ["", "[]", '{"sha256": 1}', '{"kind": []}'])
def test_a_file_that_holds_no_figures_is_named(files: tuple[Path, Path], content: str) -> None:
    page, figures = files
    figures.write_text(content)
    with pytest.raises(DataError, match=r"figures\.json: not figures of this tool"):
        card.update(page, measurements.read([figures]))


def test_a_card_without_marks_is_refused(files: tuple[Path, Path]) -> None:
    page, figures = files
    page.write_text("# Card\n")
    with pytest.raises(DataError, match="expected the marks"):
        card.update(page, measurements.read([figures]))


def test_a_document_with_the_marks_of_the_comparison_gets_that_alone(files: tuple[Path, Path], tmp_path: Path) -> None:
    page, figures = files
    page.write_text("Before {} old {} after".format(*card.marks("comparison")))
    with pytest.raises(DataError, match="no figures of `compare`"):
        card.update(page, measurements.read([figures]))
    other = tmp_path / "compare.json"
    row = {"name": "theirs", "bytes": 1000, "ms": 1.0, "times": 5.0}
    other.write_text(
        json.dumps({"kind": "comparison", "sha256": "ab" * 32, "runtime": "r", "machine": "m", "rows": [row]})
    )
    card.update(page, measurements.read([figures, other]))
    text = page.read_text()
    assert "| theirs | 1 | 1.0 | 5.0 |" in text
    assert "recall %" not in text.replace("mean recall %", "")
    assert "old" not in text


def test_marks_in_the_wrong_order_would_lose_text_and_are_refused(files: tuple[Path, Path]) -> None:
    page, figures = files
    page.write_text(before := f"{END} text {BEGIN} more text")
    with pytest.raises(DataError, match="expected the mark <!-- figures: end --> after"):
        card.update(page, measurements.read([figures]))
    assert page.read_text() == before


def test_a_card_that_is_no_text_is_refused(files: tuple[Path, Path]) -> None:
    page, figures = files
    page.write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"CARD\.md: expected a text"):
        card.update(page, measurements.read([figures]))
