"""The command line of the tool."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import measuring

RECIPES = Path(__file__).parent / "recipes"


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; 0 when it succeeded, 1 when it could not, with one line why."""
    options = _parser().parse_args(arguments)
    try:
        options.function(options)
    except MoodboxError as error:
        print(f"train_and_quantize: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.train_and_quantize", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    prepare = commands.add_parser("prepare", help="check the data and count it")
    _data(prepare)
    prepare.add_argument("--sheet", type=Path, help="also write a contact sheet (PNG)")
    prepare.set_defaults(function=_prepare)
    train = commands.add_parser("train", help="train a recipe, or continue a stopped run")
    _data(train)
    train.add_argument("--recipe", default="edge", help="a name in recipes/ or a TOML file (default: edge)")
    train.add_argument("--run", type=Path, required=True, help="folder of the run; an existing one is continued")
    train.add_argument("--start", type=Path, metavar="RUN", help="begin with the weights of this finished run")
    train.add_argument("--compile", action="store_true", help="torch.compile: a minute later, then a quarter faster")
    train.set_defaults(function=_train)
    quantize = commands.add_parser("quantize", help="make the int8 bundle of a run")
    _data(quantize)
    quantize.add_argument("--run", type=Path, required=True, help="folder of the run")
    quantize.add_argument("--out", type=Path, required=True, help="the bundle to write, NAME.moodmodel")
    quantize.add_argument("--version", default="1.0.0", help="version of the model (default: 1.0.0)")
    quantize.add_argument("--float", action="store_true", help="also write OUT's float32 model beside it, to compare")
    quantize.set_defaults(function=_quantize)
    measuring.declare(commands, _data(argparse.ArgumentParser(add_help=False)))
    push = commands.add_parser("push", help="sign a bundle and send it to boxes over SSH")
    push.add_argument("hosts", nargs="+", metavar="HOST", help="as ssh takes it: a name of its own, USER@HOST")
    push.add_argument("--bundle", type=Path, default=shipped_model(), help="the bundle (default: the one that ships)")
    push.add_argument("--key", type=Path, help="the key that signs (default: the usual one in ~/.ssh)")
    push.add_argument("--dry-run", action="store_true", help="have it checked there and change nothing")
    push.set_defaults(function=_push)
    return parser


def _data(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("data", type=Path, help="FER2013's CSV file, or a folder with train/ and validation/")
    parser.add_argument("--votes", type=Path, help="FER+ votes (fer2013new.csv)")
    return parser


def _recipe_file(name: str) -> Path:
    return Path(name) if name.endswith(".toml") else RECIPES / f"{name}.toml"


def _prepare(options: argparse.Namespace) -> None:
    from tools.train_and_quantize import dataset, preparation

    learn = dataset.load(options.data, "train", options.votes)
    check = dataset.load(options.data, "validation", options.votes)
    print(preparation.table(learn, check))
    if options.sheet:
        preparation.contact_sheet(learn, options.sheet)


def _train(options: argparse.Namespace) -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from tools.train_and_quantize import dataset, recipe, training
    from tools.train_and_quantize.torch_engine import TorchEngine

    path = _recipe_file(options.recipe)
    chosen = recipe.load(path)
    learn = dataset.load(options.data, "train", options.votes)
    check = dataset.load(options.data, "validation", options.votes)
    print(f"{len(learn)} pictures to learn from, {len(check)} to check with", flush=True)
    engine = TorchEngine(chosen, training.prior(learn), options.compile)
    training.train(path, chosen, options.run, learn, check, engine, start=options.start)


def _quantize(options: argparse.Namespace) -> None:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    from tools.train_and_quantize import dataset, recipe, training
    from tools.train_and_quantize.export import export
    from tools.train_and_quantize.shipping import ship

    chosen = recipe.load(options.run / "recipe.toml")
    weights = training.load_arrays(options.run / "weights.npz")["weights"]
    learn = dataset.load(options.data, "train", options.votes)
    check = dataset.load(options.data, "validation", options.votes)
    prior = training.prior(learn)
    created = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    model = export(chosen, weights, prior, learn)
    figures = ship(model, options.out, options.out.stem, options.version, created, check)
    if options.float:
        options.out.with_suffix(".float32.tflite").write_bytes(export(chosen, weights, prior, learn, quantized=False))
    print(json.dumps(figures, indent=1))


def _push(options: argparse.Namespace) -> None:
    from tools.train_and_quantize.push import push

    push(options.hosts, options.bundle, options.key, options.dry_run)
