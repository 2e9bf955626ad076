"""`pip install` of the repository brings what an installed box has."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from appliance.model.shipped import SHIPPED
from provisioning import fetch_assets

ROOT = Path(__file__).resolve().parents[2]
LEFT_TO_PIP = {"attrs", "protobuf"}
"""Named for a box to choose between what its packages allow."""
OVERRIDDEN: dict[str, set[str]] = {"3.11": {"opencv-python-headless"}, "3.13": set()}
"""Where a box has a newer one than its packages agree to, which pip alone cannot bring."""


@pytest.fixture
def distribution(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    setuptools = pytest.importorskip("setuptools", reason="this Python's environments have no setuptools")
    found: dict[str, Any] = {}
    monkeypatch.setattr(setuptools, "setup", lambda **options: found.update(options))
    monkeypatch.chdir(ROOT)
    runpy.run_path("setup.py")
    return found


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_it_wants_what_a_box_with_this_python_has(distribution: dict[str, Any], python: str) -> None:
    lines = (ROOT / f"provisioning/requirements/py{python.replace('.', '')}.in").read_text().splitlines()
    box = {Requirement(line).name: Requirement(line) for line in lines if line and not line.startswith("#")}
    extra = distribution["extras_require"]["mediapipe"]
    wanted = [Requirement(line) for line in [*distribution["install_requires"], *extra]]
    here = {
        each.name: each for each in wanted if each.marker is None or each.marker.evaluate({"python_version": python})
    }
    assert set(here) == set(box) - LEFT_TO_PIP
    for name in set(here) - OVERRIDDEN[python]:
        pinned = [each.version for each in box[name].specifier if each.operator in {"==", ">="}]
        assert all(version in here[name].specifier for version in pinned), name


def test_the_model_and_what_fetches_the_rest_are_put_where_they_are_looked_for(distribution: dict[str, Any]) -> None:
    placed = {f"{folder}/{Path(file).name}" for folder, files in distribution["data_files"] for file in files}
    assert f"share/moodbox/models/{SHIPPED}" in placed
    for beside in (fetch_assets.SUMS, fetch_assets.WHEELS):
        assert f"share/moodbox/provisioning/{beside.relative_to(fetch_assets.HERE)}" in placed
    for _, files in distribution["data_files"]:
        assert all((ROOT / file).is_file() for file in files)
