"""The plots of a report, drawn from measured figures: each takes what a command measured and gives an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Any

import numpy as np
from matplotlib.patches import FancyBboxPatch, Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, PercentFormatter

from tools.train_and_quantize.figure import (
    DASHED,
    FIRST,
    INK,
    PAPER,
    SECOND,
    SMALL,
    SOFT,
    as_svg,
    axes,
    dots,
    sheet,
    styled,
    subtitle,
)
from tools.train_and_quantize.hardships import RESTED
from tools.train_and_quantize.spoils import WHOLE

WIDTH, HEIGHT, WIDE = 640, 400, 860


HEADS = (("ferplus", FIRST, "FER+ strict majority"), ("fer2013", SECOND, "FER2013's labels"))

FEW = 10
"""Pictures below which a bin's accuracy is chance and is not drawn."""


@styled
def confusion(head: dict[str, Any], title: str) -> str:
    """True classes downwards, guessed ones across; each row in percent of its pictures, with the counts."""
    classes, table = head["classes"], head["confusion"]
    cell, left, top = 58, 96, 78
    wide, high = left + cell * len(classes) + 24, top + cell * len(classes) + 46
    width = max(wide, 480)
    figure = sheet(width, high, title)
    subtitle(figure, f"{head['pictures']:,} pictures, {head['accuracy']:g} % right; percent of each row, counts below")
    grid = axes(figure, left, width - wide + 24, top, 46)
    grid.set(xlim=(0, len(classes)), ylim=(len(classes), 0), xlabel="named by the model →   (rows: the truth)")
    grid.grid(visible=False)
    grid.spines["bottom"].set_visible(False)
    grid.xaxis.tick_top()
    middles = [place + 0.5 for place in range(len(classes))]
    grid.set_xticks(middles, classes)
    grid.set_yticks(middles, classes, color=INK, fontsize=13)
    grid.tick_params(top=False)
    for row, counts in enumerate(table):
        for column, count in enumerate(counts):
            share = count / max(sum(counts), 1)
            corner, side = (column + 1 / cell, row + 1 / cell), 1 - 2 / cell
            grid.add_patch(FancyBboxPatch(corner, side, side, f"round,pad=0,rounding_size={5 / cell}",
                                          facecolor=FIRST, edgecolor="none", alpha=0.05 + 0.95 * share))  # fmt: skip
            if count:
                color = PAPER if share > 0.58 else INK
                middle: dict[str, Any] = {"ha": "center", "va": "center", "color": color}
                grid.text(column + 0.5, row + 0.43, f"{100 * share:.0f}", fontweight="bold", **middle)
                grid.text(column + 0.5, row + 0.7, str(count), fontsize=SMALL, **middle)
    return as_svg(figure, f"{title}: confusion matrix of {head['pictures']} pictures")


@styled
def recalls(found: dict[str, Any]) -> str:
    """Bars for each class: how many of its pictures were found, by FER+'s and by FER2013's labels, if measured."""
    heads = [head for head in HEADS if head[0] in found]
    classes = found[heads[0][0]]["classes"]
    figure = sheet(WIDTH, 108 + 40 * len(classes), "Recall of each class")
    bars = axes(figure, 100, 70, 73, 35)
    bars.set(xlim=(0, 100), ylim=(len(classes) - 0.5, -0.5), xticks=[])
    bars.set_yticks(range(len(classes)), classes, color=INK, fontsize=13)
    bars.grid(visible=False)
    bars.spines["bottom"].set_visible(False)
    for place, (head, color, _) in enumerate(heads):
        recall = found[head]["recall"]
        rows = [row for row, name in enumerate(classes) if recall.get(name) is not None]
        values = [recall[classes[row]] for row in rows]
        drawn = bars.barh([row - 0.175 + 0.35 * place for row in rows], values, 0.3, color=color)
        bars.bar_label(drawn, fmt="%.0f %%", padding=6, fontsize=SMALL)
    keys = [Patch(color=color, label=words) for _, color, words in heads]
    bars.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, columnspacing=3)
    if "ferplus" in found:
        bars.set_xlabel(f"mean of the seven emotions on FER+: {found['ferplus']['mean_recall']:g} %", loc="left")
    return as_svg(figure, "Share of each class's pictures that the model finds")


@styled
def reliability(shown: dict[str, Any]) -> str:
    """How often the model is right when it is so sure; below, how often it is."""
    figure = sheet(WIDTH, 470, "Is it as right as it is sure?")
    subtitle(figure, f"expected calibration error {shown['calibration_error']:g} on {shown['pictures']:,} pictures")
    upper = axes(figure, 76, 24, 66, 150)
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="how often it is right")
    upper.tick_params(labelbottom=False)
    upper.yaxis.set_major_formatter(PercentFormatter(1))
    upper.spines["bottom"].set_visible(False)
    upper.plot([0, 1], [0, 1], **DASHED)
    enough = [b for b in shown["reliability"] if b["share"] * shown["pictures"] >= FEW]
    sure, right = [b["confidence"] for b in enough], [b["accuracy"] for b in enough]
    upper.plot(sure, right, color=FIRST)
    dots(upper, sure, right)
    lower = axes(figure, 76, 24, 345, 56, sharex=upper)
    lower.set(yticks=[], xlabel="how sure it is (and how often: bars)")
    shares = [b["share"] for b in shown["reliability"]]
    drawn = lower.bar([b["confidence"] for b in shown["reliability"]], shares, 0.036, color=FIRST, alpha=0.55)
    lower.bar_label(drawn, [f"{share:.0%}" if share >= 0.05 else "" for share in shares], padding=3, fontsize=SMALL)
    lower.set_ylim(0, max(shares))
    lower.xaxis.set_major_locator(MaxNLocator(5))
    lower.xaxis.set_major_formatter(PercentFormatter(1))
    return as_svg(figure, "Reliability diagram: accuracy against confidence, and how many pictures have it")


@styled
def risk_coverage(shown: dict[str, Any]) -> str:
    """Errors among the surest share of the pictures: what a box gains by saying `unsure`."""
    shares, risks = ([100 * value for value in values] for values in zip(*shown["risk_coverage"], strict=True))
    figure = sheet(WIDTH, HEIGHT, "What it gains by saying “unsure”")
    curve = axes(figure, 76, 28, 66, 62)
    curve.set(xlabel="share of the pictures that it names at all", ylabel="errors among them")
    curve.fill_between(shares, risks, color=FIRST, alpha=0.13, linewidth=0)
    curve.plot(shares, risks, color=FIRST)
    curve.set_xlim(0, 100)
    curve.set_ylim(0, curve.get_ylim()[1] if max(risks) else 1)
    curve.xaxis.set_major_formatter(FuncFormatter("{:g} %".format))
    curve.yaxis.set_major_formatter("{x:g} %")
    share, risk = min(zip(shares, risks, strict=True), key=lambda point: abs(point[0] - 70))
    curve.vlines(share, 0, risk, **DASHED)
    dots(curve, [share], [risk])
    said = f"the surest 70 %: {shown['accuracy_on_surest_70']:g} % right"
    curve.annotate(said, (share, risk), (-10, 10), textcoords="offset points", ha="right", color=INK, fontweight="bold")
    return as_svg(figure, "Risk-coverage curve: errors among the surest share of the pictures")


@styled
def rooms(found: dict[str, Any]) -> str:
    """Errors among the surest share of spoiled and posed faces, each kind counting alike: the last model beside the
    first.
    """
    figure = sheet(WIDTH, HEIGHT, "The same on spoiled and posed faces")
    curve = axes(figure, 76, 28, 66, 62)
    curve.set(xlabel="share of the faces that it names at all", ylabel="errors among them")
    rows = found["rows"]
    for row, color in zip(rows[-1:] + rows[: len(rows) - 1][:1], (FIRST, SECOND), strict=False):
        hard = [one["risk_coverage"] for name, one in row["on"].items() if name not in (WHOLE, RESTED)]
        shares, risks = (100 * np.mean([[point[axis] for point in one] for one in hard], axis=0) for axis in (0, 1))
        curve.plot(shares, risks, color=color)
        dots(curve, shares[-1:], risks[-1:], color)
        curve.annotate(row["model"], (shares[-1], risks[-1]), (-12, 8), textcoords="offset points", ha="right")
    curve.set_xlim(0, 102)
    curve.set_ylim(0, curve.get_ylim()[1] or 1)
    curve.xaxis.set_major_formatter(FuncFormatter("{:g} %".format))
    curve.yaxis.set_major_formatter("{x:g} %")
    return as_svg(figure, "Risk-coverage curve on spoiled and posed faces")


@styled
def distance(found: dict[str, Any], others: Sequence[tuple[str, float, float]]) -> str:
    """Accuracy when the face was only so many pixels wide; beside others (name, at 48, at 16 px), if measured."""
    right = {48: found["ferplus"]["accuracy"]}
    right |= {int(size): value for size, value in found["ferplus"]["accuracy_at_width"].items()}
    figure = sheet(WIDTH, HEIGHT, "Faces from afar")
    curve = axes(figure, 76, 40, 66, 62)
    curve.set(xlim=(50, 10), ylim=(0, 100), xlabel="width of the face in the frame, in pixels (further away →)",
              ylabel="FER+ pictures that are right")  # fmt: skip
    curve.set_xticks(list(right), [f"{width:g} px" for width in right])
    curve.yaxis.set_major_formatter("{x:g} %")
    for name, near, far in others[:1]:
        curve.plot([48, 16], [near, far], color=SECOND)
        dots(curve, [16], [far], SECOND)
        curve.annotate(f"{name} {far:.1f}", (16, far), (-10, -20), textcoords="offset points", ha="right")
    curve.plot(list(right), list(right.values()), color=FIRST)
    dots(curve, list(right), list(right.values()))
    above: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "color": INK, "fontweight": "bold"}
    for width, value in right.items():
        curve.annotate(f"{value:.1f}", (width, value), (0, 10), **above)
    return as_svg(figure, "Accuracy on FER+ against the width of the face in pixels")


@styled
def times(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Milliseconds of one face as bars on a scale of tenfolds: (name, ms, colour)."""
    figure = sheet(WIDE, 96 + 34 * len(rows), title)
    bars = axes(figure, 372, 78, 48, 36)
    values = [ms for _, ms, _ in rows]
    low, high = floor(log10(min(values))) - (1 if log10(min(values)).is_integer() else 0), floor(log10(max(values))) + 1
    bars.set(xscale="log", xlim=(10**low, 10**high), ylim=(len(rows) - 0.5, -0.5))
    bars.grid(axis="x")
    bars.grid(visible=False, axis="y")
    bars.spines["bottom"].set_visible(False)
    bars.xaxis.set_major_locator(FixedLocator([10.0**power for power in range(low, high + 1)]))
    bars.xaxis.set_major_formatter("{x:g} ms")
    drawn = bars.barh(range(len(rows)), values, 0.6, color=[color for _, _, color in rows])
    bars.bar_label(drawn, [f"{ms:.3g} ms" for ms in values], padding=6, color=INK, fontsize=SMALL)
    bars.set_yticks(range(len(rows)), [name for name, _, _ in rows], fontsize=13)
    for label, (_, _, color) in zip(bars.get_yticklabels(), rows, strict=True):
        label.set_color(INK if color == FIRST else SOFT)
    return as_svg(figure, f"{title}, as bars on a logarithmic scale")
