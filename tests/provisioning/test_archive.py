"""The archive from which a box installs itself."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path

from tests.provisioning.shell import PROVISIONING


def test_a_clone_is_packed_with_all_that_an_installation_takes(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.tar.gz"
    done = subprocess.run(["sh", PROVISIONING / "archive.sh"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in done.stdout
    with tarfile.open(file) as archive:
        names = archive.getnames()
    parts = next(line for line in (PROVISIONING / "lib.sh").read_text().splitlines() if line.startswith("parts="))
    for part in parts.removeprefix('parts="').removesuffix('"').split():
        assert f"moodbox/{part}" in names
    assert "moodbox/provisioning/install.sh" in names
    assert not [name for name in names if "__pycache__" in name or "/." in name]
    assert list(tmp_path.iterdir()) == [file]
