"""The folders that the installer makes."""

import sys
from pathlib import Path

from appliance.domain.emotions import EMOTIONS
from tests.provisioning.conftest import VERSION
from tests.provisioning.shell import PROVISIONING, run, words


def made(folder: Path, here: Path = PROVISIONING) -> tuple[int, list[str], str]:
    python = Path(sys.base_prefix, "bin", f"python{VERSION}")  # a virtual environment may know the package itself
    script = f". '{PROVISIONING}/accounts.sh'; python='{python}' here='{here}'; folder() {{ echo \"$1\"; }}"
    done = run(words(folder, f"{script}; make_folders"))
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_there_is_a_folder_for_each_emotion_of_the_source(tmp_path: Path) -> None:
    status, folders, said = made(tmp_path)
    songs = tmp_path / "songs"
    assert (status, said) == (0, "")
    made_for = [str(songs), *(str(songs / name) for name in (*EMOTIONS, "library"))]
    assert folders[-len(made_for) :] == made_for


def test_a_source_that_is_not_whole_ends_it(tmp_path: Path) -> None:
    status, folders, said = made(tmp_path, tmp_path / "provisioning")
    assert status == 1
    assert folders == []
    assert "the source does not say for which emotions to make folders" in said
