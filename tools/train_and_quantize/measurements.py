"""What `evaluate`, `compare`, `rooms` and `prepare` measured, read back from their JSON files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.errors import MoodboxError
from tools.train_and_quantize.errors import DataError

_KEYS = {
    "evaluation": {"model", "sha256", "runtime", "machine", "fer2013"},
    "comparison": {"sha256", "runtime", "machine", "rows"},
    "rooms": {"runtime", "machine", "rows"},
    "data": {"training", "validation"},
}
_MADE_BY = {"evaluation": "evaluate", "comparison": "compare", "rooms": "rooms", "data": "prepare"}


@dataclass(frozen=True, slots=True)
class Measurements:
    """Each list in the order in which its files were named; all evaluations and comparisons are of one bundle, which
    is the last one in the rows of `rooms`.
    """

    evaluations: list[dict[str, Any]]
    comparisons: list[dict[str, Any]]
    data: list[dict[str, Any]]
    rooms: list[dict[str, Any]] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        """The commands that measured them, each once."""
        found = [one.get("command", "") for one in [*self.data, *self.evaluations, *self.rooms, *self.comparisons]]
        return list(dict.fromkeys(command for command in found if command))


@contextlib.contextmanager
def shown() -> Iterator[None]:
    """For what shows figures: raises DataError where some are missing, or are of another kind than we write."""
    try:
        yield
    except MoodboxError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise DataError(f"the figures cannot be shown: {error!r}; they were changed, or measured by another version "
                        "of this tool: measure them anew") from None  # fmt: skip


def read(paths: Sequence[Path]) -> Measurements:
    """Raises DataError when a file is missing or holds something else, or when they are about different bundles."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _KEYS}
    for path in paths:
        one = _one(path)
        found[one["kind"]].append(one)
    bundles = {one["sha256"] for one in found["evaluation"] + found["comparison"]}
    bundles |= {one["rows"][-1]["sha256"] for one in found["rooms"] if one["rows"]}
    if len(bundles) > 1:
        raise DataError(f"{', '.join(map(str, paths))}: these figures are of different bundles")
    return Measurements(found["evaluation"], found["comparison"], found["data"], found["rooms"])


def _one(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not figures of this tool: {error}") from None
    kind = found.get("kind") if isinstance(found, dict) else None
    if not isinstance(kind, str) or kind not in _KEYS:
        raise DataError(f"{path}: not figures of this tool: expected the kind {', '.join(_KEYS)}, found {kind!r}")
    if missing := _KEYS[kind] - found.keys():
        raise DataError(f"{path}: figures of `{_MADE_BY[kind]}` without {', '.join(sorted(missing))}")
    return dict(found)
