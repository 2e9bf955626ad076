"""The subcommand `household`: the shipped model learns one household's faces, is measured on others, and is pushed.

It strings the tool's other subcommands together, each in a process of its own, because training runs on torch and
quantizing on TensorFlow.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.model.labels import EXPRESSIONS
from appliance.model.shipped import shipped_model
from tools.train_and_quantize.errors import DataError, RunError
from tools.train_and_quantize.making import check_target

SHIPPED_BY = "edge-rooms-longer"
"""The recipe that the shipped model was made by last."""
RECIPES = {"frozen": "household", "whole": "household-whole"}
"""By how much of the network learns."""
_HELD_OUT = 8
"""Of pictures that are not called by rounds the last one in so many is for validation."""
_LEAST = 2
"""Pictures of each emotion, of all people together: one to learn from, one to check with."""


def declare(commands: Any) -> None:
    """Add it to the tool's subcommands."""
    household = commands.add_parser(
        "household", help="teach the shipped model a household's faces, measure it, push it"
    )
    household.add_argument("people", type=Path, nargs="+", metavar="PERSON", help="folders of `collect`")
    household.add_argument("--left-out", type=Path, nargs="+", default=[], metavar="FOLDER",
                           help="people, or later pictures of the same, to measure before and after on")  # fmt: skip
    household.add_argument("--data", type=Path, help="FER2013, to be learnt along with the household's faces")
    household.add_argument("--votes", type=Path, help="its FER+ votes (fer2013new.csv)")
    household.add_argument("--learn", choices=RECIPES, default="frozen",
                           help="the last layer alone, or the whole network (default: frozen)")  # fmt: skip
    household.add_argument("--run", type=Path, required=True, help="folder for all that is made on the way")
    household.add_argument("--out", type=Path, required=True, help="the bundle to write, NAME.moodmodel")
    household.add_argument("--version", default="1.0.0", help="version of the model (default: 1.0.0)")
    household.add_argument("--push", nargs="+", default=[], metavar="HOST", help="boxes to push it to, if it is better")
    household.add_argument("--key", type=Path, help="the key that signs (default: the usual one in ~/.ssh)")
    household.set_defaults(function=_household)


def _household(options: argparse.Namespace) -> None:
    check_target(options.out, options.version)
    if options.push and not options.left_out:
        raise RunError("--push wants --left-out: what a model has learnt by heart does not say that it is better")
    for folder in options.left_out:
        if folder.resolve() in [person.resolve() for person in options.people]:
            raise DataError(f"{folder}: is to be learnt from and left out; name other pictures")
    if options.data:
        data = [str(options.data), *(["--votes", str(options.votes)] if options.votes else [])]
        data += [word for person in options.people for word in ("--add", str(person))]
    else:
        data = [str(gather(options.people, options.run / "pictures")), "--votes", "own"]
    shipped, tuned = options.run / "shipped", options.run / "tuned"
    if not (shipped / "weights.npz").exists():
        _do("unpack", *data, "--recipe", SHIPPED_BY, "--run", shipped)
    _do("train", *data, "--recipe", RECIPES[options.learn], "--start", shipped, "--run", tuned)
    _do("quantize", *data, "--run", tuned, "--out", options.out, "--version", options.version)
    figures = {folder: compared(folder, options.out, options.run) for folder in options.left_out}
    print(table(figures))
    if options.push:
        if not is_better(list(figures.values())):
            raise RunError(
                f"{options.out}: reads the faces left out no better than the shipped model, and is not pushed"
            )
        key = ["--key", str(options.key)] if options.key else []
        _do("push", *options.push, "--bundle", options.out, *key)


def gather(people: Sequence[Path], into: Path) -> Path:
    """`into/train/<emotion>/*` and `into/validation/<emotion>/*` of the folders of people, made anew.

    The last round of each emotion is for validation: pictures of one burst are too alike to be on both sides. Raises
    DataError where an emotion has too few pictures.
    """
    shutil.rmtree(into, ignore_errors=True)
    found: dict[str, tuple[list[tuple[Path, str]], list[tuple[Path, str]]]] = {}
    for person in people:
        if not person.is_dir():
            raise DataError(f"{person}: no such folder; expected one of `collect`, with a folder for each emotion")
        for emotion in EXPRESSIONS:
            learn, check = split(sorted((person / emotion.value).glob("*.*")))
            both = found.setdefault(emotion.value, ([], []))
            both[0].extend((file, f"{person.name}-{file.name}") for file in learn)
            both[1].extend((file, f"{person.name}-{file.name}") for file in check)
    for emotion_name, (learn_all, check_all) in found.items():
        if not learn_all or not check_all:
            named, count = ", ".join(map(str, people)), len(learn_all) + len(check_all)
            raise DataError(f"{named}: {count} pictures of {emotion_name}; at least {_LEAST} of each are needed")
        for name, files in (("train", learn_all), ("validation", check_all)):
            place = into / name / emotion_name
            place.mkdir(0o700, parents=True)
            for file, called in files:
                shutil.copy(file, place / called)
    return into


def split(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The pictures to learn from and to check with: the last round's, else the last ones."""
    rounds = {file: file.name.partition("-")[0] for file in files}
    numbers = sorted({number for number in rounds.values() if number.isdecimal()}, key=int)
    if len(numbers) > 1 and all(number.isdecimal() for number in rounds.values()):
        return [f for f in files if rounds[f] != numbers[-1]], [f for f in files if rounds[f] == numbers[-1]]
    held = -(-len(files) // _HELD_OUT) if len(files) >= _LEAST else 0
    return list(files[: len(files) - held]), list(files[len(files) - held :])


def compared(folder: Path, new: Path, run: Path) -> dict[str, dict[str, float]]:
    """What the shipped model and the new one make of a folder's pictures: accuracy and mean recall, in percent."""
    found = {}
    for name, path in (("before", shipped_model()), ("after", new)):
        out = run / f"{name}.json"
        _do("evaluate", folder, "--whole", "--bundle", path, "--out", out, silent=True)
        shown = json.loads(out.read_bytes())["labels_as_shown"]
        found[name] = {key: float(shown[key]) for key in ("pictures", "accuracy", "mean_recall")}
    return found


def is_better(figures: Sequence[dict[str, dict[str, float]]]) -> bool:
    """Whether the mean recall over all folders has risen."""
    return sum(each["after"]["mean_recall"] - each["before"]["mean_recall"] for each in figures) > 0


def table(figures: dict[Path, dict[str, dict[str, float]]]) -> str:
    """Before and after, a line for each folder that was left out."""
    lines = [f"{'left out':<24} {'pictures':>8} {'accuracy':>16} {'mean recall':>16}"]
    for folder, each in figures.items():
        before, after = each["before"], each["after"]
        pairs = (f"{before[key]:6.1f} → {after[key]:5.1f} %" for key in ("accuracy", "mean_recall"))
        lines.append(f"{folder.name:<24} {before['pictures']:8.0f} {' '.join(pairs)}")
    return "\n".join(lines if figures else ["nothing was left out, so whether it is better is not known"])


def _do(*words: str | Path, silent: bool = False) -> None:
    """Run a subcommand of the tool. Raises RunError if it fails; what is wrong it has said itself."""
    command = [sys.executable, "-m", "tools.train_and_quantize", *map(str, words)]
    print(f"→ {' '.join(map(str, words[:1]))}", flush=True)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    out = subprocess.DEVNULL if silent else None
    if subprocess.run(command, env=environment, stdout=out, check=False).returncode:
        raise RunError(f"`{words[0]}` did not succeed; why stands above")
