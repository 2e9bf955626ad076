"""The plots of a report, drawn from measured figures: each takes what a command measured and gives an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from tools.train_and_quantize.svg import Axes, Canvas, steps

WIDTH, HEIGHT, WIDE = 640, 400, 860

HEADS = (("ferplus", "a", "FER+ strict majority"), ("fer2013", "b", "FER2013's labels"))

FEW = 10
"""Pictures below which a bin's accuracy is chance and is not drawn."""


def confusion(head: dict[str, Any], title: str) -> str:
    """True classes downwards, guessed ones across; each row in percent of its pictures, with the counts."""
    classes, table = head["classes"], head["confusion"]
    cell, left, top = 58, 96, 78
    width, height = left + cell * len(classes) + 24, top + cell * len(classes) + 46
    canvas = Canvas(max(width, 480), height, title, f"{title}: confusion matrix of {head['pictures']} pictures")
    canvas.words(
        24, 50, f"{head['pictures']:,} pictures, {head['accuracy']:g} % right; percent of each row, counts below"
    )
    for row, name in enumerate(classes):
        total = max(sum(table[row]), 1)
        canvas.words(left - 8, top + cell * (row + 0.5) + 4, name, "ink", "end")
        canvas.words(left + cell * (row + 0.5), top - 8, name, "soft small", "middle")
        for column, count in enumerate(table[row]):
            share, x, y = count / total, left + cell * column, top + cell * row
            canvas.box(x + 1, y + 1, cell - 2, cell - 2, "cell", 0.05 + 0.95 * share, 5)
            kind = "on" if share > 0.58 else "off"
            if count:
                canvas.words(x + cell / 2, y + cell / 2 + 1, f"{100 * share:.0f}", f"{kind} strong", "middle")
                canvas.words(x + cell / 2, y + cell / 2 + 16, str(count), f"{kind} small", "middle")
    canvas.words(
        left + cell * len(classes) / 2, height - 20, "named by the model →   (rows: the truth)", "soft", "middle"
    )
    return canvas.render()


def recalls(found: dict[str, Any]) -> str:
    """Bars for each class: how many of its pictures were found, by FER+'s and by FER2013's labels, if measured."""
    heads = [head for head in HEADS if head[0] in found]
    classes = found[heads[0][0]]["classes"]
    canvas = Canvas(WIDTH, 108 + 40 * len(classes), "Recall of each class",
                    "Share of each class's pictures that the model finds")  # fmt: skip
    left, span = 100, WIDTH - 100 - 70
    for place, (_, kind, words) in enumerate(heads):
        canvas.box(left + 190 * place, 48, 12, 12, kind)
        canvas.words(left + 18 + 190 * place, 58, words)
    for row, name in enumerate(classes):
        y = 80 + 40 * row
        canvas.words(left - 10, y + 19, name, "ink", "end")
        for line, (head, kind, _) in enumerate(heads):
            if (value := found[head]["recall"].get(name)) is not None:
                canvas.box(left, y + 14 * line, span * value / 100, 12, kind)
                canvas.words(left + span * value / 100 + 6, y + 14 * line + 10.5, f"{value:.0f} %", "soft small")
    if "ferplus" in found:
        mean = f"mean of the seven emotions on FER+: {found['ferplus']['mean_recall']:g} %"
        canvas.words(left, 92 + 40 * len(classes), mean)
    return canvas.render()


def reliability(shown: dict[str, Any]) -> str:
    """How often the model is right when it is so sure; below, how often it is."""
    canvas = Canvas(WIDTH, 470, "Is it as right as it is sure?",
                    "Reliability diagram: accuracy against confidence, and how many pictures have it")  # fmt: skip
    canvas.words(24, 50, f"expected calibration error {shown['calibration_error']:g} on {shown['pictures']:,} pictures")
    axes = Axes(canvas, (0, 1), (0, 1), (64, 24, 66, 150))
    axes.ticks_up([0, 0.2, 0.4, 0.6, 0.8, 1], "{:.0%}".format)
    axes.curve([(0, 0), (1, 1)], "guide")
    enough = [b for b in shown["reliability"] if b["share"] * shown["pictures"] >= FEW]
    axes.curve([(b["confidence"], b["accuracy"]) for b in enough], "la")
    for bin_ in enough:
        canvas.dot(axes.x(bin_["confidence"]), axes.y(bin_["accuracy"]), "a")
    canvas.words(18, (axes.top + axes.bottom) / 2, "how often it is right", "soft", "middle", turned=True)
    strip = Axes(canvas, (0, 1), (0, max(b["share"] for b in shown["reliability"])), (64, 24, 345, 56))
    for bin_ in shown["reliability"]:
        x, y = strip.x(bin_["confidence"]), strip.y(bin_["share"])
        canvas.box(x - 10, y, 20, strip.bottom - y, "a", 0.55)
        if bin_["share"] >= 0.05:
            canvas.words(x, y - 4, f"{bin_['share']:.0%}", "soft small", "middle")
    strip.ticks_across([0, 0.2, 0.4, 0.6, 0.8, 1], "{:.0%}".format)
    canvas.words(
        (strip.left + strip.right) / 2, strip.bottom + 40, "how sure it is (and how often: bars)", "soft", "middle"
    )
    return canvas.render()


def risk_coverage(shown: dict[str, Any]) -> str:
    """Errors among the surest share of the pictures: what a box gains by saying `unsure`."""
    points = [(100 * share, 100 * risk) for share, risk in shown["risk_coverage"]]
    canvas = Canvas(WIDTH, HEIGHT, "What it gains by saying “unsure”",
                    "Risk-coverage curve: errors among the surest share of the pictures")  # fmt: skip
    up = steps(0, max(risk for _, risk in points))
    axes = Axes(canvas, (0, 100), (0, up[-1]), (64, 28, 66, 62))
    axes.ticks_up(up, "{:g} %".format)
    axes.ticks_across([0, 20, 40, 60, 80, 100], "{:g} %".format)
    outline = [
        (axes.x(points[0][0]), axes.bottom),
        *((axes.x(x), axes.y(y)) for x, y in points),
        (axes.x(100), axes.bottom),
    ]
    canvas.area(outline, "band")
    axes.curve(points, "la")
    at = min(points, key=lambda point: abs(point[0] - 70))
    canvas.line([(axes.x(at[0]), axes.bottom), (axes.x(at[0]), axes.y(at[1]))], "guide")
    canvas.dot(axes.x(at[0]), axes.y(at[1]), "a")
    said = f"the surest 70 %: {shown['accuracy_on_surest_70']:g} % right"
    canvas.words(axes.x(at[0]) - 10, axes.y(at[1]) - 10, said, "ink strong", "end")
    axes.names("share of the pictures that it names at all", "errors among them")
    return canvas.render()


def distance(found: dict[str, Any], others: Sequence[tuple[str, float, float]]) -> str:
    """Accuracy when the face was only so many pixels wide; beside others (name, at 48, at 16 px), if measured."""
    widths = [(48, found["ferplus"]["accuracy"])]
    widths += [(int(size), value) for size, value in found["ferplus"]["accuracy_at_width"].items()]
    canvas = Canvas(WIDTH, HEIGHT, "Faces from afar", "Accuracy on FER+ against the width of the face in pixels")
    axes = Axes(canvas, (50, 10), (0, 100), (64, 40, 66, 62))
    axes.ticks_up([0, 20, 40, 60, 80, 100], "{:g} %".format)
    axes.ticks_across([width for width, _ in widths], "{:g} px".format)
    for name, near, far in others[:1]:
        axes.curve([(48, near), (16, far)], "lb")
        canvas.dot(axes.x(16), axes.y(far), "b")
        canvas.words(axes.x(16) - 10, axes.y(far) + 20, f"{name} {far:.1f}", "soft", "end")
    axes.curve(widths, "la")
    for width, value in widths:
        canvas.dot(axes.x(width), axes.y(value), "a")
        canvas.words(axes.x(width), axes.y(value) - 10, f"{value:.1f}", "ink strong", "middle")
    axes.names("width of the face in the frame, in pixels (further away →)", "FER+ pictures that are right")
    return canvas.render()


def times(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Milliseconds of one face as bars on a scale of tenfolds: (name, ms, "a" for ours or "b" for others)."""
    canvas = Canvas(WIDE, 96 + 34 * len(rows), title, f"{title}, as bars on a logarithmic scale")
    low, high = min(ms for _, ms, _ in rows), max(ms for _, ms, _ in rows)
    powers = [10.0**e for e in range(-3, 5) if 10.0**e >= low / 10 and 10.0 ** (e - 1) < high]
    left, span = 360, WIDE - 360 - 90

    def x(ms: float) -> float:
        return left + span * (log10(ms) - log10(powers[0])) / (log10(powers[-1]) - log10(powers[0]))

    bottom = 60 + 34 * len(rows)
    for power in powers:
        canvas.line([(x(power), 48), (x(power), bottom)], "grid")
        canvas.words(x(power), bottom + 18, f"{power:g} ms", "soft small", "middle")
    for row, (name, ms, kind) in enumerate(rows):
        y = 56 + 34 * row
        canvas.words(left - 10, y + 15, name, "ink" if kind == "a" else "soft", "end")
        canvas.box(left, y, x(ms) - left, 20, kind)
        canvas.words(x(ms) + 6, y + 15, f"{ms:.3g} ms", "ink small")
    return canvas.render()
