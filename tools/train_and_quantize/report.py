"""`report`: one page that shows a model, with its plots as files beside it. It holds no picture of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.model.bundle import Bundle
from tools.train_and_quantize import curves, plots, tables
from tools.train_and_quantize.errors import DataError, RunError
from tools.train_and_quantize.figure import FIRST, SECOND
from tools.train_and_quantize.measurements import Measurements, shown
from tools.train_and_quantize.page import ReportPage

NO_FACES = (
    "There is no contact sheet of hard cases here: the pictures of FER2013 belong to their owners and do not leave the "
    "machine that trains. `prepare --sheet` draws one for you alone."
)

RIGHT = ("confusion-ferplus", "confusion-fer2013", "recalls", "distance")


def write(out: Path, runs: Sequence[Path], bundle: Bundle, found: Measurements) -> list[Path]:
    """Write `report.html` and its plots into the folder `out`; the files written.

    Raises DataError when the figures are about another bundle or the folder cannot be written.
    """
    for one in [*found.evaluations, *found.comparisons, *(each["rows"][-1] for each in found.rooms)]:
        if one["sha256"] != bundle.sha256:
            raise DataError(f"these figures are about the bundle {one['sha256'][:16]}…, the bundle is "
                            f"{bundle.manifest.name} {bundle.manifest.version}, {bundle.sha256[:16]}…")  # fmt: skip
    with shown():
        drawn = _plots(curves.read(runs), found)
        written = {f"{name}.svg": drawing for name, drawing in drawn.items()}
        written["report.html"] = _page(drawn, runs, bundle, found)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{out}: cannot be written: {error.strerror}") from None
    return [out / name for name in written]


def _plots(history: list[dict[str, Any]], found: Measurements) -> dict[str, str]:
    """File name without its ending → SVG, in the order of the page."""
    drawn: dict[str, str] = {}
    if history:
        drawn |= {"accuracy": curves.accuracy(history), "loss": curves.loss(history)}
    if found.evaluations:
        first = found.evaluations[0]
        if "ferplus" in first:
            drawn["confusion-ferplus"] = plots.confusion(first["ferplus"], "FER+ (strict majority)")
        drawn["confusion-fer2013"] = plots.confusion(first["fer2013"], "FER2013's own labels")
        drawn["recalls"] = plots.recalls(first)
        if "ferplus" in first:
            drawn["distance"] = plots.distance(first, _far(found))
            drawn["reliability"] = plots.reliability(first["ferplus"]["as_shown"])
            drawn["risk-coverage"] = plots.risk_coverage(first["ferplus"]["as_shown"])
    if found.rooms:
        drawn["rooms"] = plots.rooms(found.rooms[0])
    if rows := _times(found):
        drawn["times"] = plots.times(rows, "One face, one thread")
    return drawn


def _far(found: Measurements) -> list[tuple[str, float, float]]:
    """Other models' accuracy on FER+ near and far."""
    rows = [row for one in found.comparisons for row in one["rows"][1:] if "ferplus_far" in row]
    return [(row["name"].partition(",")[0], row["ferplus"], row["ferplus_far"]) for row in rows]


def _times(found: Measurements) -> list[tuple[str, float, str]]:
    """Bars of the comparisons, or of the evaluations where nothing was compared."""
    rows = []
    for one in found.comparisons:
        short = one["runtime"].partition(" ")[0]
        for place, row in enumerate(one["rows"]):
            name = row["name"] if "Keras" in row["name"] else f"{row['name']}, {short}"
            rows.append((name, row["ms"], SECOND if place else FIRST))
    if not rows:
        rows = [(f"int8, {one['runtime']}", one["ms_per_face"], FIRST) for one in found.evaluations]
        rows += [(f"float32, {one['runtime']}", one["float"]["ms_per_face"], SECOND)
                 for one in found.evaluations if "float" in one]  # fmt: skip
    return rows


def _page(drawn: dict[str, str], runs: Sequence[Path], bundle: Bundle, found: Measurements) -> str:
    manifest = bundle.manifest
    page = ReportPage(
        f"{manifest.name} {manifest.version}",
        f"{len(bundle.model):,} bytes, {manifest.quantization}, made {manifest.created}, bundle sha256 {bundle.sha256}",
    )
    if found.evaluations:
        page.tiles(_tiles(found.evaluations[0]))
    if runs:
        page.heading("Training")
        page.plots([drawn["accuracy"], drawn["loss"]])
    if found.evaluations:
        page.heading("What it gets right, and what it mistakes for what")
        page.plots([drawn[name] for name in RIGHT if name in drawn])
        page.say(NO_FACES)
        if "reliability" in drawn:
            page.heading("Is it as right as it is sure?")
            page.plots([drawn["reliability"], drawn["risk-coverage"]])
        page.heading("All figures")
        page.table(*tables.headlines(found))
    _rooms(page, drawn, found)
    if "times" in drawn:
        page.heading("Time")
        page.plots([drawn["times"]])
    for one in found.comparisons:
        page.say(f"{one['runtime']}, {one['machine']}; the median of {one['rounds']} faces, in turn in one run.")
        page.table(*tables.comparison(one))
    for one in found.data:
        page.heading("The data")
        page.table(*tables.counts(one))
        page.say(" ".join(one.get("notes", [])))
    for run in runs:
        page.heading(f"The recipe of {run.name}")
        page.verbatim(_recipe(run))
    if found.commands:
        page.heading("The commands that measured this")
        page.verbatim("\n".join(found.commands))
    return page.render()


def _rooms(page: ReportPage, drawn: dict[str, str], found: Measurements) -> None:
    if found.rooms:
        page.heading("In living rooms")
        page.plots([drawn["rooms"]])
    for one in found.rooms:
        page.table(*tables.rooms(one))


def _tiles(first: dict[str, Any]) -> list[tuple[str, str]]:
    tiles = [(f"{first['fer2013']['accuracy']:.1f} %", "FER2013, 7 classes")]
    if "ferplus" in first:
        ferplus, shown = first["ferplus"], first["ferplus"]["as_shown"]
        tiles += [
            (f"{ferplus['accuracy']:.1f} %", "FER+, strict majority, 8 classes"),
            (f"{ferplus['mean_recall']:.1f} %", "mean recall of the seven emotions"),
            (f"{shown['accuracy_on_surest_70']:.1f} %", "right on the surest 70 %"),
            (f"{shown['calibration_error']:.3f}", "calibration error (ECE)"),
        ]
    tiles.append((f"{first['ms_per_face']:.2f} ms", f"a face, one thread, {first['runtime']}"))
    if lost := first.get("float", {}).get("lost"):
        most = max(lost, key=lost.__getitem__)
        tiles.append((f"{lost[most]:+.2f}", f"points at most lost by quantization ({most})"))
    return tiles


def _recipe(run: Path) -> str:
    try:
        return (run / "recipe.toml").read_text(encoding="utf-8").rstrip()
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"{run / 'recipe.toml'}: cannot be read: {error}; expected the folder of a run") from None
