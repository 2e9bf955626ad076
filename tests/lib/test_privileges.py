"""What root writes for the box belongs to the box."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.lib.privileges import NotTheOwner, become_owner

NOBODY = 65534
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def run(code: str) -> str:
    command = [
        sys.executable,
        "-c",
        f"import os\nfrom pathlib import Path\nfrom appliance.lib import privileges\n{code}",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_ones_own_folder_needs_no_change(tmp_path: Path) -> None:
    before = os.geteuid()
    become_owner(tmp_path)
    assert os.geteuid() == before


@AS_ROOT
def test_root_becomes_the_folders_owner_for_good(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    assert run(f"privileges.become_owner(Path({str(tmp_path)!r})); print(os.getresuid())") == str((NOBODY,) * 3)


def test_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(NotTheOwner, match="sudo"):
        become_owner(tmp_path)
