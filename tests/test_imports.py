"""Imports point downwards: a room knows the rooms on the floors below it, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APPLIANCE = ROOT / "appliance"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("domain", "errors"),
    ("mood", "words", "lib", "sound"),
    ("model", "settings", "history", "catalogue", "link", "journey", "outputs", "household", "peers"),
    ("songs", "lists", "releases", "controls", "mqtt", "systemd", "core", "snapcast", "wifi"),
    ("web", "control", "vision", "analyser", "music", "composer", "fleet", "peering"),
    ("doctor", "backup"),
    ("app",),
    ("bench",),
    ("cli",),
)
"""The rooms of `appliance/`, the lowest floor first (docs/maintainer/architecture.md draws them)."""

FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def imported(file: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(file: Path) -> str:
    """The dotted name of a file's module."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def files_below(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py"))


def imports_of(folder: Path) -> dict[str, set[str]]:
    """For each module below a folder the modules of the same folder that it imports."""
    modules = {module_of(file): file for file in files_below(folder)}
    known = modules.keys()

    def inside(name: str) -> str | None:
        owner = name if name in known else name.rpartition(".")[0]
        return owner if owner in known else None

    return {
        module: {owner for name in imported(file) if (owner := inside(name)) and owner != module}
        for module, file in modules.items()
    }


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """The modules of one import circle, in order; empty if there is none."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for other in sorted(graph[module]):
            if found := walk(other, [*path, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := walk(module, []))), [])


def test_every_room_has_a_floor_and_no_module_lies_loose() -> None:
    rooms = {entry.stem for entry in APPLIANCE.iterdir() if entry.name not in {"__init__.py", "__pycache__"}}
    assert rooms == set(FLOOR_OF)


@pytest.mark.parametrize("room", sorted(FLOOR_OF))
def test_a_room_imports_only_from_floors_below_it(room: str) -> None:
    files = [APPLIANCE / "errors.py"] if room == "errors" else files_below(APPLIANCE / room)
    upward = {
        f"{module_of(file)} imports {name}"
        for file in files
        for name in imported(file)
        if name.startswith("appliance.") and (other := name.split(".")[1]) in FLOOR_OF and other != room
        if FLOOR_OF[other] >= FLOOR_OF[room]
    }
    assert not upward


@pytest.mark.parametrize("folder", ["appliance", "tools"])
def test_no_module_imports_itself_through_others(folder: str) -> None:
    assert circle_in(imports_of(ROOT / folder)) == []


def test_a_circle_is_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_the_vocabulary_knows_nothing_of_the_rest() -> None:
    assert {name for file in files_below(APPLIANCE / "domain") for name in imported(file)
            if name.startswith("appliance.") and name.split(".")[1] != "domain"} == set()  # fmt: skip


def test_only_vision_can_get_at_a_camera() -> None:
    frames = {"cv2", "picamera2", "mediapipe"}
    elsewhere = [file for file in files_below(APPLIANCE) if "vision" not in file.parts]
    outside = {
        str(file.relative_to(APPLIANCE)): tops
        for file in elsewhere
        if (tops := {name.split(".")[0] for name in imported(file)} & frames)
    }
    assert outside == {
        "model/preprocess.py": {"cv2"},  # the crop, which training and appliance share
        "model/tempering.py": {"cv2"},  # and what it shows of light and sharpness
        "bench/distance.py": {"cv2"},  # pictures that the bench makes up
        "bench/film.py": {"cv2"},  # and films
        "bench/vision.py": {"cv2"},
    }
