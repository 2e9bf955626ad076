"""Reading a training recipe from its TOML file; a mistake is told with its key, what was found and what is right."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import typing
from pathlib import Path
from typing import Any, Literal, TypeVar

from tools.train_and_quantize.errors import RecipeError
from tools.train_and_quantize.recipe import IMAGENET, Recipe
from tools.train_and_quantize.recipe_limits import check_limits

T = TypeVar("T")


def load_recipe(path: Path) -> Recipe:
    """Read a recipe. Raises RecipeError which names the file, the key, what was found and what would be right."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml"))) or "none"
        raise RecipeError(f"{path}: no such recipe; in that folder there are: {known}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: not a readable TOML file: {error}") from None
    recipe = _fill(Recipe, table, "", path)
    _check(recipe, path)
    return recipe


def _check(recipe: Recipe, path: Path) -> None:
    """What the types alone do not say."""
    check_limits(recipe, path)
    shape = recipe.architecture
    if shape.imagenet and (shape.kind, shape.stem, shape.stages) != IMAGENET:
        raise RecipeError(f"{path}: architecture.imagenet: Keras has such weights for kind, stem and stages {IMAGENET} "
                          f"alone, found {(shape.kind, shape.stem, shape.stages)}")  # fmt: skip


def _fill(kind: type[T], table: Any, prefix: str, path: Path) -> T:
    """Make the dataclass `kind` from a TOML table, checking names and types."""
    if not isinstance(table, dict):
        raise RecipeError(f"{path}: {prefix.rstrip('.')}: expected a table, found {table!r}")
    hints = typing.get_type_hints(kind)
    for key in table:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else f"; known: {', '.join(hints)}"
            raise RecipeError(f"{path}: unknown key {prefix}{key!s}{hint}")
    values = {key: _value(hints[key], value, f"{prefix}{key}", path) for key, value in table.items()}
    if kind is Recipe and "name" not in values:
        raise RecipeError(f"{path}: name: expected an entry, found none")
    return kind(**values)


def _value(hint: Any, value: Any, key: str, path: Path) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _fill(hint, value, f"{key}.", path)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise RecipeError(f"{path}: {key}: expected a list, found {value!r}")
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_value(arguments[0], item, key, path) for item in value)
        if len(value) != len(arguments):
            raise RecipeError(f"{path}: {key}: expected {len(arguments)} values, found {value!r}")
        return tuple(_value(kind, item, key, path) for kind, item in zip(arguments, value, strict=True))
    if origin is Literal:
        if value not in arguments:
            raise RecipeError(f"{path}: {key}: expected one of {', '.join(arguments)}, found {value!r}")
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise RecipeError(f"{path}: {key}: expected {getattr(hint, '__name__', hint)}, found {value!r}")
