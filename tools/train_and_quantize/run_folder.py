"""A run's folder: its recipe, what it learns from, its history. One process trains in it; no file is half written."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from appliance.lib import atomic_file
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import RunError

RECIPE, CHECKPOINT, _DATA, _HISTORY = "recipe.toml", "checkpoint.npz", "data.json", "history.jsonl"


@contextlib.contextmanager
def opened(run: Path, recipe_file: Path, splits: Sequence[Dataset]) -> Iterator[None]:
    """Make the run's folder with a copy of its recipe and hold it for this process.

    Raises RunError when it belongs to another recipe, to other data, or to a process that trains in it right now.
    """
    with contextlib.ExitStack() as held:
        try:
            atomic_file.make_folder(run)
            lock = held.enter_context((run / ".lock").open("wb"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _same_recipe(run, recipe_file)
            _same_data(run, splits)
        except BlockingIOError:
            raise RunError(f"{run}: another process trains in this folder just now") from None
        except OSError as error:
            raise RunError(f"{run}: cannot be used as the folder of a run: {error.strerror or error}") from None
        yield


def _same_recipe(run: Path, recipe_file: Path) -> None:
    copy, wanted = run / RECIPE, recipe_file.read_bytes()
    if not copy.exists():
        atomic_file.write(copy, wanted)
    elif copy.read_bytes() != wanted:
        raise RunError(f"{copy}: this run was started with another recipe; take another run folder")


def _same_data(run: Path, splits: Sequence[Dataset]) -> None:
    """A run that went on with other pictures or without its votes would be one that nobody can make again."""
    path, now = run / _DATA, _described(splits)
    before = _read(path)
    if (run / CHECKPOINT).exists() and before is not None and before != now:
        raise RunError(f"{path}: this run was started with other data: then {_words(before)}, now {_words(now)}; "
                       "name the same data, or take another run folder")  # fmt: skip
    if before != now:
        atomic_file.write(path, json.dumps(now).encode() + b"\n")


def learnt_from_votes(run: Path) -> bool:
    """Whether the run is known to have had FER+ votes."""
    return bool((_read(run / _DATA) or {}).get("votes"))


def _described(splits: Sequence[Dataset]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for split in splits:
        for array in (split.pixels, split.labels, split.votes):
            digest.update(f"{array.dtype} {array.shape}".encode())
            digest.update(array.tobytes())
    votes = any(bool(split.votes.any()) for split in splits)
    return {"pictures": [len(split) for split in splits], "votes": votes, "sha256": digest.hexdigest()}


def _words(described: dict[str, Any]) -> str:
    pictures = " and ".join(map(str, described.get("pictures", [])))
    return f"{pictures} pictures {'with' if described.get('votes') else 'without'} votes"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def note(run: Path, entry: dict[str, Any]) -> None:
    """Add an epoch's entry to the history, in place of what a run that was cut off wrote of this or later epochs."""
    path = run / _HISTORY
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
        kept = [line for line in lines if _epoch(line) < entry["epoch"]]
        atomic_file.write(path, b"\n".join([*kept, json.dumps(entry).encode(), b""]))
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror or error}; start the same command again when "
                       "it can, and the run goes on after its last whole epoch") from None  # fmt: skip


def _epoch(line: bytes) -> float:
    """The epoch of a line, or infinity for one that is damaged."""
    try:
        return float(json.loads(line)["epoch"])
    except (ValueError, TypeError, KeyError):
        return float("inf")
