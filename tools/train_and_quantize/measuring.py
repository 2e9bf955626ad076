"""The subcommands that measure and show: `prepare`, `evaluate`, `rooms`, `compare`, `report`, `card`."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from appliance.lib import atomic_file
from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import card, measurements, tables
from tools.train_and_quantize.errors import DataError, RunError
from tools.train_and_quantize.measurements import Measurements


def declare(commands: Any, data: argparse.ArgumentParser) -> None:
    """Add them to the tool's subcommands; `data` is the parser of the arguments that name the data."""
    prepare = commands.add_parser("prepare", parents=[data], help="check the data and count it")
    prepare.add_argument("--sheet", type=Path, help="also write a contact sheet (PNG); it shows people, keep it")
    prepare.add_argument("--out", type=Path, help="also write the counts to this JSON file")
    prepare.set_defaults(function=_prepare)
    evaluate = commands.add_parser("evaluate", parents=[data], help="measure a bundle on the TFLite runtime installed")
    _bundle(evaluate)
    evaluate.add_argument("--duplicates", action="store_true", help="also without near-duplicates of training pictures")
    evaluate.add_argument("--whole", action="store_true", help="DATA is a folder of emotions; measure all of it")
    evaluate.add_argument("--float", type=Path, metavar="FILE", help="also what quantization took from this float file")
    evaluate.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    evaluate.set_defaults(function=_evaluate)
    rooms = commands.add_parser("rooms", parents=[data], help="measure bundles side by side on spoiled and posed faces")
    rooms.add_argument("--bundle", type=Path, nargs="+", default=[shipped_model()],
                       help="bundles; the others must beat the first (default: the one that ships)")  # fmt: skip
    rooms.add_argument("--posed", type=Path, metavar="TABLE", help="CSV of portraits: columns `file` and `performed`")
    rooms.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    rooms.set_defaults(function=_rooms)
    compare = commands.add_parser("compare", parents=[data], help="measure other people's models beside a bundle")
    _bundle(compare)
    compare.add_argument("--keras", type=Path, metavar="FILE", help="a Keras model: as it is, and converted to int8")
    compare.add_argument("--converted", type=Path, metavar="FILE", help="keep that int8 TFLite file, for --tflite")
    compare.add_argument("--tflite", type=Path, metavar="FILE", nargs="+", default=[], help="TFLite models")
    compare.add_argument("--labels", metavar="L,L,L…", help="the order of their seven outputs (default: FER2013's)")
    compare.add_argument("--rounds", type=_rounds, default=100, help="how often each is timed (default: 100)")
    compare.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    compare.set_defaults(function=_compare)
    report = commands.add_parser("report", help="one page with the curves, figures and plots of a model")
    report.add_argument("--run", type=Path, nargs="+", default=[], help="its run folder; several if it was continued")
    _bundle(report)
    report.add_argument("--figures", type=Path, nargs="+", default=[], help="JSON files of the other commands' --out")
    report.add_argument("--out", type=Path, required=True, help="the folder to write: report.html and its plots as SVG")
    report.add_argument("--card", type=Path, nargs="+", default=[], help="documents to write figures into, as `card`")
    report.set_defaults(function=_report)
    writer = commands.add_parser("card", help="write figures of the other commands' --out into a model card")
    writer.add_argument("card", type=Path, help="the card or another document, with marks where the figures go")
    writer.add_argument("figures", type=Path, nargs="+", help="JSON files, of `evaluate` one for each runtime")
    writer.set_defaults(function=_card)


def _bundle(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", type=Path, default=shipped_model(), help="the bundle (default: the one that ships)")


def _keep(found: dict[str, Any], out: Path) -> None:
    """Write figures to `out` together with the command that measured them."""
    text = json.dumps(found | {"command": spoken(sys.argv[1:])}, indent=1)
    try:
        atomic_file.write(out, text.encode() + b"\n")
    except OSError as error:
        raise DataError(f"{out}: cannot be written: {error.strerror or error}") from None


def _writable(*places: Path | None) -> None:
    """Before minutes are spent on what could not be written. Raises DataError."""
    for place in filter(None, places):
        if not place.parent.is_dir() or place.is_dir():
            raise DataError(f"{place}: cannot be written: expected a new file in a folder that is there")


def _rounds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= len(text) <= 6 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, found {text!r}")
    return int(text)


def spoken(arguments: list[str]) -> str:
    """The command as a reader would type it: of absolute paths only the last part."""
    words = [Path(word).name if word.startswith("/") else word for word in arguments]
    return f"python -m tools.train_and_quantize {shlex.join(words)}"


def _prepare(options: argparse.Namespace) -> None:
    from tools.train_and_quantize import dataset, preparation

    _writable(options.out, options.sheet)
    learn, check = dataset.both(options.data, options.votes, options.add)
    found = preparation.count(learn, check)
    print(preparation.table(found))
    if options.out:
        _keep(found, options.out)
    if options.sheet:
        preparation.contact_sheet(learn, options.sheet)


def _evaluate(options: argparse.Namespace) -> None:
    from tools.train_and_quantize import dataset
    from tools.train_and_quantize.evaluation import evaluate

    _writable(options.out)
    twin = _bytes(options.float) if options.float else None
    if options.whole:
        data, split = dataset.whole(options.data), f"all of {options.data.name}"
    else:
        data, split = dataset.load(options.data, "validation", options.votes), "validation"
    known = dataset.load(options.data, "train").pixels if options.duplicates and not options.whole else None
    found = evaluate(bundle.read_bundle(options.bundle), data, known, twin, split)
    print(tables.plain(*tables.headlines(Measurements([found], [], []))))
    if options.out:
        _keep(found, options.out)


def _rooms(options: argparse.Namespace) -> None:
    from tools.train_and_quantize import dataset, hardships, posed

    _writable(options.out)
    bundles = [bundle.read_bundle(path) for path in options.bundle]
    portraits = posed.read(options.posed, bundles[0].manifest) if options.posed else None
    found = hardships.measure(bundles, dataset.load(options.data, "validation", options.votes), portraits)
    print(tables.plain(*tables.rooms(found)))
    if options.out:
        _keep(found, options.out)


def _compare(options: argparse.Namespace) -> None:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    from tools.train_and_quantize import comparison, dataset

    _writable(options.out, options.converted)
    labels = options.labels.split(",") if options.labels else comparison.LABELS
    ours = bundle.read_bundle(options.bundle)
    data = dataset.load(options.data, "validation", options.votes)
    others: list[comparison.Contender] = []
    if options.keras:
        others, model = comparison.keras(options.keras, labels)
        others.append(comparison.converted(options.keras.name, model, data, options.converted, labels))
    others += [comparison.tflite(path, labels) for path in options.tflite]
    found = comparison.compare(ours, data, others, options.rounds)
    print(tables.plain(*tables.comparison(found)))
    if options.out:
        _keep(found, options.out)


def _report(options: argparse.Namespace) -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise RunError("report needs matplotlib, which is not installed here "
                       "(tools/train_and_quantize/requirements.txt)")  # fmt: skip
    from tools.train_and_quantize import report

    found = measurements.read(options.figures)
    written = report.write(options.out, options.run, bundle.read_bundle(options.bundle), found)
    for document in options.card:
        card.update(document, found)
    print(f"wrote {', '.join(map(str, [*written, *options.card]))}")


def _card(options: argparse.Namespace) -> None:
    card.update(options.card, measurements.read(options.figures))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
