"""Imports point one way: a part knows the vocabulary and the tools below it, and never another part."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APPLIANCE = Path(__file__).parents[1] / "appliance"
PARTS = {folder.name for folder in APPLIANCE.iterdir() if (folder / "__init__.py").exists()}

KNOWN_BY = {
    "vision": {"model"},
    "music": {"songs"},
    "web": {"history", "model", "songs"},
}
"""The rooms that a part may look into: models are run by vision, songs are files to the music, and the page shows all
that is kept. None of these three knows a part itself."""

COMPOSED = {"main", "conductor", "cli", "performer"}
"""What puts the parts together, and is known by none of them."""


def imported(file: Path) -> Iterator[str]:
    """The dotted names that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(part: str) -> set[str]:
    """The first names below `appliance` that the files of a part import."""
    found = {name for file in (APPLIANCE / part).rglob("*.py") for name in imported(file)}
    return {name.split(".")[1] for name in found if name.startswith("appliance.")} - {part}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_imports_no_other_part(part: str) -> None:
    assert rooms_of(part) & PARTS <= KNOWN_BY.get(part, set())


@pytest.mark.parametrize("part", sorted(PARTS))
def test_no_part_knows_what_puts_it_together(part: str) -> None:
    assert not rooms_of(part) & COMPOSED


def test_the_mood_knows_nothing_but_the_vocabulary() -> None:
    assert rooms_of("mood") == {"emotion"}


def test_only_vision_can_get_at_a_camera() -> None:
    frames = {"cv2", "picamera2", "mediapipe"}
    elsewhere = [file for file in APPLIANCE.rglob("*.py") if "vision" not in file.parts]
    outside = {
        str(file.relative_to(APPLIANCE)): tops
        for file in elsewhere
        if (tops := {name.split(".")[0] for name in imported(file)} & frames)
    }
    assert outside == {"model/preprocess.py": {"cv2"}}  # the crop, which training and appliance share
