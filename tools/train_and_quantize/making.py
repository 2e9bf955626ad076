"""The subcommands that make a model: `train`, `distill`, `unpack`, `quantize`, `features`."""

from __future__ import annotations

import argparse
import datetime
import functools
import json
import os
import re
from pathlib import Path
from typing import Any

from appliance.lib import atomic_file
from appliance.lib.clock import utc
from appliance.model import bundle, manifest
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import engine
from tools.train_and_quantize.errors import RecipeError, RunError
from tools.train_and_quantize.recipe_file import load_recipe

RECIPES = Path(__file__).parent / "recipes"

UNPACKED_WITH = 1000
"""Training pictures on which the normalisation of an unpacked bundle is measured."""


def declare(commands: Any, data: argparse.ArgumentParser) -> None:
    """Add them to the tool's subcommands; `data` is the parser of the arguments that name the data."""
    train = commands.add_parser("train", parents=[data], help="train a recipe, or continue a stopped run")
    _run(train, "edge")
    train.set_defaults(function=_train, teacher=[])
    distill = commands.add_parser("distill", parents=[data], help="train a recipe that also learns from finished runs")
    distill.add_argument("--teacher", type=Path, nargs="+", action="extend", required=True, metavar="RUN",
                         help="folders of finished runs, of any architecture")  # fmt: skip
    _run(distill, "edge-distilled")
    distill.set_defaults(function=_train)
    unpack = commands.add_parser("unpack", parents=[data], help="make a finished run of a bundle whose run is lost")
    unpack.add_argument("--bundle", type=Path, default=shipped_model(), help="the bundle (default: the one that ships)")
    unpack.add_argument("--recipe", required=True, help="the recipe that it was made by: a name, or a TOML file")
    unpack.add_argument("--run", type=Path, required=True, help="the folder to make")
    unpack.set_defaults(function=_unpack)
    quantize = commands.add_parser("quantize", parents=[data], help="make the int8 bundle of a run")
    quantize.add_argument("--run", type=Path, required=True, help="folder of the run")
    quantize.add_argument("--out", type=Path, required=True, help="the bundle to write, NAME.moodmodel")
    quantize.add_argument("--version", default="1.0.0", help="version of the model (default: 1.0.0)")
    quantize.add_argument("--float", action="store_true", help="also write OUT's float32 model beside it, to compare")
    quantize.set_defaults(function=_quantize)
    features = commands.add_parser("features", parents=[data], help="give the model of an older bundle its features")
    features.add_argument("--bundle", type=Path, required=True, help="the bundle, of format 1")
    features.add_argument("--out", type=Path, required=True, help="the bundle to write, NAME.moodmodel")
    features.add_argument("--version", required=True, help="version of the model")
    features.set_defaults(function=_features)


def _run(parser: argparse.ArgumentParser, recipe: str) -> None:
    parser.add_argument("--recipe", default=recipe, help=f"a name in recipes/ or a TOML file (default: {recipe})")
    parser.add_argument("--run", type=Path, required=True, help="folder of the run; an existing one is continued")
    parser.add_argument("--start", type=Path, metavar="RUN", help="begin with the weights of this finished run")
    parser.add_argument("--engine", choices=engine.ENGINES, default="torch",
                        help="our step on torch, or Keras' own on one of its backends (default: torch)")  # fmt: skip
    parser.add_argument("--compile", action="store_true",
                        help="engine torch: torch.compile, a minute later, then a quarter faster")  # fmt: skip


def _recipe_file(name: str) -> Path:
    return Path(name) if name.endswith(".toml") else RECIPES / f"{name}.toml"


def _train(options: argparse.Namespace) -> None:
    engine.choose(options.engine)
    threads = os.environ.setdefault("OMP_NUM_THREADS", "1")
    if not re.fullmatch("[1-9][0-9]{0,3}", threads):
        raise RunError(f"OMP_NUM_THREADS: expected a number of threads such as 1, found {threads!r}")
    from tools.train_and_quantize import dataset, distillation, run_folder, training

    path = _recipe_file(options.recipe)
    chosen = load_recipe(path)
    if chosen.distillation.share and not options.teacher:
        raise RecipeError(f"{path}: this recipe learns from teachers: use `distill --teacher RUN`")
    teachers = distillation.roster(options.teacher, chosen, options.run) if options.teacher else {}
    learn, check = dataset.both(options.data, options.votes, options.add)
    print(f"{len(learn)} pictures to learn from, {len(check)} to check with", flush=True)
    make = functools.partial(engine.make, options.engine, prior=training.prior(learn))
    try:
        with run_folder.opened(options.run, path, (learn, check)):
            taught = distillation.opinions(teachers, chosen, options.run, learn, make) if teachers else None
            student = make(chosen, compiled=options.compile)
            training.train(chosen, options.run, learn, check, student, start=options.start, taught=taught)
    except KeyboardInterrupt:
        raise RunError(f"{options.run}: stopped; the same command goes on after its last whole epoch") from None


def _unpack(options: argparse.Namespace) -> None:
    engine.choose("torch")
    from tools.train_and_quantize import arrays, dataset, metrics, run_folder, training
    from tools.train_and_quantize.unpacking import unpack

    path = _recipe_file(options.recipe)
    chosen, given = load_recipe(path), bundle.read_bundle(options.bundle)
    learn, check = dataset.both(options.data, options.votes, options.add)
    prior = training.prior(learn)
    made = engine.make("torch", chosen, prior)
    with run_folder.opened(options.run, path, (learn, check)):
        some = learn.pixels[:: max(len(learn) // UNPACKED_WITH, 1)]
        arrays.save_arrays(options.run / "weights.npz", {"weights": unpack(given, chosen, prior, made, some)})
    print(json.dumps(metrics.summary(made.logits(check.pixels), check, prior, chosen)))


def _quantize(options: argparse.Namespace) -> None:
    from tools.train_and_quantize import arrays, dataset, run_folder, training

    check_target(options.out, options.version)
    if not (options.run / "recipe.toml").is_file():
        raise RunError(f"{options.run}: holds no recipe.toml; expected the folder of a run of `train`")
    chosen = load_recipe(options.run / "recipe.toml")
    weights = arrays.load_weights(options.run)
    if (count := sum(array.size for array in weights)) > (most := bundle.LIMITS["model.tflite"]):
        raise RunError(f"{options.run}: {count / 1e6:.1f} million weights, but a box takes a model of at most "
                       f"{most / 1e6:.0f} MB; let it teach a smaller one (`distill`)")  # fmt: skip
    if run_folder.learnt_from_votes(options.run) and not options.votes:
        raise RunError(f"{options.run}: this run learnt from FER+ votes; name them with --votes, for with them the "
                       "model is balanced, calibrated and measured")  # fmt: skip
    engine.choose("keras-tensorflow")
    from tools.train_and_quantize.export import export
    from tools.train_and_quantize.shipping import ship

    learn, check = dataset.both(options.data, options.votes, options.add)
    prior = training.prior(learn)
    created = utc(datetime.datetime.now(datetime.UTC))
    model = export(chosen, weights, prior, learn)
    figures = ship(model, options.out, options.out.stem, options.version, created, learn, check)
    if options.float:
        twin = export(chosen, weights, prior, learn, quantized=False)
        atomic_file.write(options.out.with_suffix(".float32.tflite"), twin)
    print(json.dumps(figures, indent=1))


def _features(options: argparse.Namespace) -> None:
    from tools.train_and_quantize import dataset
    from tools.train_and_quantize.shipping import ship_with_features

    check_target(options.out, options.version)
    given = bundle.read_bundle(options.bundle)
    learn, _ = dataset.both(options.data, options.votes, options.add)
    ship_with_features(given, options.out, options.version, utc(datetime.datetime.now(datetime.UTC)), learn)


def check_target(out: Path, version: str) -> None:
    """Before minutes are spent on a bundle that could not be written. Raises RunError."""
    if not re.fullmatch(manifest.NAME, out.stem, re.ASCII) or out.suffix != bundle.SUFFIX:
        raise RunError(f"--out {out}: the model is called as its file, NAME{bundle.SUFFIX}: expected a NAME of small "
                       f"letters, digits and hyphens, found {out.name!r}")  # fmt: skip
    if not re.fullmatch(manifest.VERSION, version, re.ASCII):
        raise RunError(f"--version {version}: expected three numbers such as 2.0.0")
    if not out.parent.is_dir():
        raise RunError(f"--out {out}: {out.parent} is no folder")
