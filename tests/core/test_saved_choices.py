import json
import logging
from pathlib import Path

import pytest

from appliance.core.saved_choices import FILE, SavedChoices, SavedChoicesFile
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy
from tests.killed_writer import kill_while_writing

CHOICES = SavedChoices(
    override=Emotion.SAD, policy=Policy.CHEER, camera=CameraSwitch.OFF_BY_BUTTON, emotion=Emotion.FEAR
)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def broken(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.broken-*"))


def test_a_first_start_has_the_defaults_and_nothing_to_complain_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert SavedChoicesFile(tmp_path).load() == SavedChoices()
    assert warnings(caplog) == []
    assert list(tmp_path.iterdir()) == []


def test_choices_outlast_a_restart(tmp_path: Path) -> None:
    SavedChoicesFile(tmp_path / "made" / "when needed").save(CHOICES)
    assert SavedChoicesFile(tmp_path / "made" / "when needed").load() == CHOICES


def test_nothing_is_written_while_nothing_changes(tmp_path: Path) -> None:
    state = SavedChoicesFile(tmp_path)
    state.save(CHOICES)
    first = (tmp_path / FILE).stat()
    state.save(CHOICES)
    restarted = SavedChoicesFile(tmp_path)
    restarted.save(restarted.load())
    assert (tmp_path / FILE).stat().st_ino == first.st_ino
    assert (tmp_path / FILE).stat().st_mtime_ns == first.st_mtime_ns


def test_saving_leaves_no_other_file(tmp_path: Path) -> None:
    SavedChoicesFile(tmp_path).save(CHOICES)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_file_cut_off_at_any_byte_is_set_aside_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    SavedChoicesFile(tmp_path).save(CHOICES)
    whole = (tmp_path / FILE).read_bytes()
    # Without its last newline the object is still whole.
    for length in range(len(whole) - 1):
        folder = tmp_path / str(length)
        folder.mkdir()
        (folder / FILE).write_bytes(whole[:length])
        caplog.clear()
        state = SavedChoicesFile(folder)
        assert state.load() == SavedChoices()
        assert len(warnings(caplog)) == 1
        assert FILE in warnings(caplog)[0]
        assert [file.read_bytes() for file in broken(folder)] == [whole[:length]]
        state.save(CHOICES)
        assert SavedChoicesFile(folder).load() == CHOICES


@pytest.mark.parametrize(
    "junk", [b"\x00" * 300, b"\xff\xfe{}", b"[]", b"null", b"7", b"[" * 50_000, b" " * 100_000 + b"{}"]
)
def test_junk_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture, junk: bytes) -> None:
    (tmp_path / FILE).write_bytes(junk)
    assert SavedChoicesFile(tmp_path).load() == SavedChoices()
    assert len(warnings(caplog)) == 1
    assert len(broken(tmp_path)) == 1


def test_one_field_that_means_nothing_costs_the_others_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text(json.dumps({"camera": "off-by-button", "override": "gleeful", "policy": 3}))
    assert SavedChoicesFile(tmp_path).load() == SavedChoices(camera=CameraSwitch.OFF_BY_BUTTON)
    assert len(warnings(caplog)) == 1
    assert "'gleeful'" in warnings(caplog)[0]


def test_a_field_of_a_newer_version_is_ignored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text('{"override": "sad", "hologram": true}')
    assert SavedChoicesFile(tmp_path).load() == SavedChoices(override=Emotion.SAD)
    assert warnings(caplog) == []


def test_a_folder_that_cannot_be_written_is_said_once_and_heals(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    place = tmp_path / "state"
    place.write_text("a file where the folder should be")
    state = SavedChoicesFile(place)
    assert state.load() == SavedChoices()
    caplog.clear()
    state.save(CHOICES)
    state.save(SavedChoices())
    assert len(warnings(caplog)) == 1
    place.unlink()
    state.save(CHOICES)
    assert SavedChoicesFile(place).load() == CHOICES
    assert caplog.records[-1].getMessage().endswith("can be written again")


def test_a_state_file_that_is_a_folder_is_survived(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).mkdir()
    state = SavedChoicesFile(tmp_path)
    assert state.load() == SavedChoices()
    state.save(CHOICES)
    assert len(warnings(caplog)) == 2


def test_a_file_that_is_far_too_large_is_set_aside(tmp_path: Path) -> None:
    for size, override in ((65_536, Emotion.SAD), (65_537, None)):
        content = b'{"override":"sad"}'
        (tmp_path / FILE).write_bytes(content + b" " * (size - len(content)))
        assert SavedChoicesFile(tmp_path).load().override is override
    assert list(tmp_path.glob(f"{FILE}.broken*"))


_WRITER = """
import sys
from pathlib import Path
from appliance.domain.emotions import Emotion
from appliance.core.saved_choices import SavedChoices, SavedChoicesFile
state = SavedChoicesFile(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for emotion in Emotion:
        state.save(SavedChoices(override=emotion, emotion=emotion))
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for attempt in range(12):
        kill_while_writing(_WRITER, tmp_path, 0.003 + 0.0037 * attempt)
        saved = SavedChoicesFile(tmp_path).load()
        assert saved.override is saved.emotion
        if (tmp_path / FILE).exists():
            assert saved.override is not None
    assert (tmp_path / FILE).exists()
    assert warnings(caplog) == []
