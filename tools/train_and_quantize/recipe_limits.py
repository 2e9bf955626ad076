"""What a recipe's numbers may be. The types alone would let pass what ends hours later, or at once, in a library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.train_and_quantize.errors import RecipeError
from tools.train_and_quantize.recipe import Recipe

_ALMOST = 0.9999
"""For what must stay below 1."""

_LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 4000),  # libraries take 32 bits, of which each epoch has its share
    "epochs": (1, 100_000),
    "batch": (1, 100_000),
    "architecture.stem": (1, 4096),
    "architecture.dropout": (0, _ALMOST),
    "architecture.enlarge": (1, 8),
    "optimiser.rate": (0, 10),
    "optimiser.momentum": (0, _ALMOST),
    "optimiser.weight_decay": (0, 1),
    "optimiser.warmup": (0, _ALMOST),
    "optimiser.average": (0, _ALMOST),
    "loss.smoothing": (0, _ALMOST),
    "loss.ferplus": (0, 1),
    "loss.balance": (0, 4),
    "augment.rotation": (0, 180),
    "augment.shift": (0, 1),
    "augment.brightness": (0, 255),
    "augment.slope": (0, 1),
    "augment.erase": (0, 1),
    "augment.low": (0, 1),
    "augment.tilt": (0, 1),
    "augment.tilt_degrees": (0, 180),
    "rooms.share": (0, 1),
    "rooms.dark": (0, 1),
    "rooms.side": (0, 1),
    "rooms.noise": (0, 1),
    "rooms.dark_noise": (0, 1),
    "rooms.mouth": (0, 1),
    "rooms.glasses": (0, 1),
    "rooms.blur": (0, 1),
    "rooms.jpeg": (0, 1),
    "export.balance": (0, 4),
    "export.representative": (7, 1_000_000),
    "distillation.share": (0, 1),
    "distillation.temperature": (0.05, 100),
}

_RANGES: dict[str, tuple[float, float]] = {
    "augment.scale": (0.1, 10),
    "augment.contrast": (0, 10),
    "augment.low_size": (1, 48),
    "rooms.gamma": (0.1, 10),
    "rooms.noise_sigma": (0, 255),
    "rooms.blur_sigma": (0.1, 24),
    "rooms.jpeg_quality": (1, 100),
}
"""Pairs of a least and a greatest value, both within these."""

_SIDES = (16, 256)
"""Least and greatest input size in pixels."""


def check_limits(recipe: Recipe, path: Path) -> None:
    """Raises RecipeError which names the key, what was found and what would be right."""
    for key, found, right in _wrong(recipe):
        raise RecipeError(f"{path}: {key}: expected {right}, found {found!r}")


def _wrong(recipe: Recipe) -> Iterator[tuple[str, Any, str]]:
    """(key, what was found, what would be right)."""
    for key, (low, high) in _LIMITS.items():
        if not low <= (found := _at(recipe, key)) <= high:  # what is not a number is wrong too
            yield key, found, f"{low:g}..{high:g}"
    for key, (low, high) in _RANGES.items():
        found = _at(recipe, key)
        if not low <= found[0] <= found[1] <= high:
            yield key, found, f"the least and the greatest value, both {low:g}..{high:g}"
    yield from _wrong_shape(recipe)


def _wrong_shape(recipe: Recipe) -> Iterator[tuple[str, Any, str]]:
    sizes, shape = recipe.sizes, recipe.architecture
    if not sizes or sizes[0][0] != 0.0:
        yield "sizes", sizes, "a list whose first entry starts at 0.0"
        return
    starts = [start for start, _ in sizes]
    if starts != sorted(set(starts)) or not starts[-1] < 1:
        yield "sizes", sizes, "shares of the run in rising order, below 1"
    if not all(_SIDES[0] <= side <= _SIDES[1] for _, side in sizes):
        yield "sizes", sizes, f"pictures of {_SIDES[0]}..{_SIDES[1]} pixels"
    stages = shape.stages
    if not 1 <= len(stages) <= 8 or not all(1 <= width <= 4096 and 1 <= depth <= 100 for width, depth in stages):
        yield "architecture.stages", stages, "1..8 pairs of channels (1..4096) and depth (1..100)"
    if shape.kind in ("cnn", "vgg") and min(side for _, side in sizes) * shape.enlarge < 2 ** len(stages):
        yield "architecture.stages", stages, "fewer stages: each halves the picture, and nothing of it would be left"


def _at(recipe: Recipe, key: str) -> Any:
    found: Any = recipe
    for part in key.split("."):
        found = getattr(found, part)
    return found
