"""Releases made of a clone."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from appliance.releases.container import open_release, read_members
from tests.releases.made import key, sign, trusted
from tools.release import __main__ as command
from tools.release.making import make_release, write_index
from tools.release.source import ROOT, SourceError, notes_of, read_source
from tools.release.wheels import TARGETS, Target, WheelError, locked, wheels_of

CHANGES = """# Changelog

## 1.2.3 — unreleased

- **It sings.** And it
  dances: `moodbox dance`.

## 1.2.2

- Old.
"""
FILES = {
    "CHANGELOG.md": CHANGES,
    "appliance/__init__.py": '__version__ = "1.2.3"\n',
    "appliance/.hidden": "",
    "provisioning/lib.sh": 'parts="appliance provisioning"\n',
    "provisioning/packages.sh": 'needed="tar mpd"\n',
    "provisioning/update.sh": "#!/bin/sh\n",
    "tests/test_it.py": "",
}


def clone(folder: Path) -> Path:
    """A small clone with one commit, always of the same moment."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "provisioning/update.sh").chmod(0o755)
    who = ["-c", "user.name=maker", "-c", "user.email=maker@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "All", "--date", "2026-01-31T12:00:00Z"]):
        subprocess.run(
            ["git", *arguments], cwd=folder, check=True, env={"PATH": "/usr/bin:/bin", "HOME": str(folder),
                                                              "GIT_COMMITTER_DATE": "2026-01-31T12:00:00Z"},
        )  # fmt: skip
    return folder


@pytest.mark.needs("git")
def test_two_clones_give_the_same_bytes_which_a_box_takes(tmp_path: Path) -> None:
    wheel = tmp_path / "demo-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    wheels = {"py313-aarch64": [wheel], "py311-aarch64": [wheel]}
    made = [
        make_release(read_source(clone(tmp_path / name)), wheels, sign, tmp_path / name / "dist") for name in ("a", "b")
    ]
    assert made[0].name == "moodbox-1.2.3.release"
    assert made[0].read_bytes() == made[1].read_bytes()
    with made[0].open("rb") as file:
        head = open_release(file, trusted(tmp_path).signers, "x")
        read_members(file, head, "x")
    manifest = head.manifest
    assert (manifest.created, manifest.debs) == ("2026-01-31T12:00:00Z", ("mpd", "tar"))
    assert manifest.notes == "- It sings. And it dances: moodbox dance.\n"
    assert [(member.path, member.program) for member in manifest.members] == [
        ("code/appliance/__init__.py", False),
        ("code/provisioning/lib.sh", False),
        ("code/provisioning/packages.sh", False),
        ("code/provisioning/update.sh", True),
        ("wheels/demo-1.0-py3-none-any.whl", False),
    ]


@pytest.mark.needs("git")
def test_what_is_not_committed_is_not_released(tmp_path: Path) -> None:
    folder = clone(tmp_path)
    (folder / "tests/test_it.py").write_text("# of no matter\n")
    read_source(folder)
    (folder / "appliance/new.py").write_text("")
    with pytest.raises(SourceError, match=r"appliance/new\.py is not as it was committed"):
        read_source(folder)


def test_a_version_without_notes_is_not_released() -> None:
    with pytest.raises(SourceError, match=r"has no heading '## 9\.9\.9'"):
        notes_of(CHANGES, "9.9.9")


def test_an_index_names_the_releases_of_a_folder_the_newest_first(tmp_path: Path) -> None:
    for name in ("moodbox-0.9.0.release", "moodbox-0.10.0.release", "moodbox-0.10.0.release.part", "other.release"):
        (tmp_path / name).touch()
    assert json.loads(write_index(tmp_path).read_bytes()) == {
        "moodbox_releases": 1,
        "releases": [
            {"version": "0.10.0", "file": "moodbox-0.10.0.release"},
            {"version": "0.9.0", "file": "moodbox-0.9.0.release"},
        ],
    }


def test_of_the_wheels_at_hand_those_that_the_lock_names_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in ("demo-1.0-py3-none-any.whl", "demo-0.9-py3-none-any.whl"):
        (folder / name).write_bytes(name.encode())
    lock = tmp_path / "py313.txt"
    right = hashlib.sha256(b"demo-1.0-py3-none-any.whl").hexdigest()
    lock.write_text(f"# made\ndemo==1.0 \\\n    --hash=sha256:{right} \\\n    --hash=sha256:{'0' * 64}\n")
    target = Target("3.13", "aarch64", 40)
    assert [file.name for file in wheels_of(lock, target, folder)] == ["demo-1.0-py3-none-any.whl"]
    lock.write_text(lock.read_text() + f"other==2 --hash=sha256:{right}\n")
    with pytest.raises(WheelError, match=r"no wheel of other that py313\.txt names for py313-aarch64"):
        wheels_of(lock, target, folder)


def test_a_lock_is_read_for_the_python_that_is_asked_for() -> None:
    assets = (ROOT / "provisioning/requirements/assets.txt").read_text()
    assert set(locked(assets, "3.11")) == {"scikit-image"}
    assert set(locked(assets, "3.13")) == {"scikit-image", "mediapipe"}
    assert {target.name for target in TARGETS} == {"py311-aarch64", "py311-x86_64", "py313-aarch64", "py313-x86_64"}
    for python in ("311", "313"):
        lock = (ROOT / f"provisioning/requirements/py{python}.txt").read_text()
        assert all(locked(lock, f"3.{python[1:]}").values())


def test_what_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.release").write_bytes(b"nothing")
    assert command.main(["show", str(tmp_path / "x.release"), "--signers", str(key())]) == 1
    assert capsys.readouterr().err.count("\n") == 1
