"""Who installs the tool's requirements, and nothing else, can go all the way to a model on a box."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "train_and_quantize"

CALLED = {"cv2": "opencv-python-headless", "ai_edge_litert": "ai-edge-litert", "tensorflow": "tensorflow-cpu"}
"""Modules whose package is called otherwise."""
ON_THE_BOX = {"mediapipe", "picamera2", "tflite_runtime"}
"""What is used there instead of one that is required here; a computer's camera is OpenCV's."""


def required() -> set[str]:
    lines = (TOOL / "requirements.txt").read_text().splitlines()
    return {re.split(r"[=<>]", line)[0].lower().replace("_", "-") for line in lines if line and line[0] != "#"}


def imported(file: Path) -> Iterator[str]:
    """Everything that a file imports, except for type checkers only."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(module: str) -> Path | None:
    path = ROOT / module.replace(".", "/")
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def test_every_library_that_the_tool_and_what_it_shares_with_the_box_import_is_required() -> None:
    waiting, seen, foreign = list(TOOL.glob("*.py")), set(), set()
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for module in imported(file):
            top = module.partition(".")[0]
            if top in ("appliance", "tools"):
                waiting += [found for found in (file_of(module),) if found]
            elif top not in sys.stdlib_module_names:
                foreign.add(CALLED.get(top, top))
    assert ROOT / "appliance" / "model" / "push_protocol.py" in seen, "push is followed too"
    assert {"numpy", "keras", "torch"} <= foreign
    assert foreign - ON_THE_BOX <= required()
