"""What was taught of faces outlasts a restart in a file of the owner's alone, and a broken one is set aside."""

import stat
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.samples import FaceSample, FaceView
from appliance.household.kept import FILE, NO_FACES, KeptFaces, KeptFacesFile, read_kept

VIEW = FaceView(bytes(range(192)), (0.5, -1.0) * 3 + (0.25,), (0.1,) * 6 + (0.4,))
SAMPLE = FaceSample(1, "2026-01-31T12:00:00Z", 1, 0, Emotion.FEAR, "a" * 64, (VIEW, VIEW))
KEPT = KeptFaces((SAMPLE,), use=False)


def written(folder: Path, kept: KeptFaces) -> Path:
    file = KeptFacesFile(folder)
    file.save(kept)
    assert file.settle()
    return folder / FILE


def test_it_comes_back_as_it_was_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = written(tmp_path, KEPT)
    assert KeptFacesFile(tmp_path).load() == KEPT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_taught_leaves_no_file(tmp_path: Path) -> None:
    path = written(tmp_path, KEPT)
    written(tmp_path, NO_FACES)
    assert not path.exists()
    assert KeptFacesFile(tmp_path).load() == NO_FACES


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"samples": 3}', b'{"format": 7}', b'{"samples": [{"id": 1}]}', b"\xff" * 100, b"[" * 5000],
)
def test_a_damaged_file_is_set_aside_and_the_box_goes_on(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(content)
    file = KeptFacesFile(tmp_path)
    assert file.load() == NO_FACES
    assert "is broken" in file.problem
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith(f"{FILE}.broken-")
    assert aside.read_bytes() == content
    assert "set aside as" in caplog.text
    with pytest.raises(ValueError, match=r".") as refused:
        read_kept(aside)
    assert str(refused.value)


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, KEPT)
    whole = path.read_bytes()
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"."):
            read_kept(path)


def test_a_full_disk_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    file = KeptFacesFile(tmp_path / "state")
    for use in (True, False, True):
        file.save(KeptFaces((SAMPLE,), use))
        assert file.settle()
    assert caplog.text.count("will not outlast a restart") == 1
    assert "will not outlast a restart" in file.problem
    (tmp_path / "state").unlink()
    file.save(KEPT)
    assert file.settle()
    assert file.problem == ""
