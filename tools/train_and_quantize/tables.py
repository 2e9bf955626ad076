"""Measured figures as tables: each function gives the head and the rows, which a card, a page or a terminal shows."""

from __future__ import annotations

from typing import Any

from tools.train_and_quantize.measurements import Measurements

Table = tuple[list[str], list[list[str]]]
"""The head, and the rows."""


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def plain(head: list[str], rows: list[list[str]]) -> str:
    """A table for the terminal."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in (head, *rows))
    return "\n".join("  ".join(line).rstrip() for line in lines)


def headlines(found: Measurements) -> Table:
    """A row for each figure that was measured, a column for each runtime."""
    rows = [[title, *(_cell(one, path) for one in found.evaluations)] for title, path in _ROWS]
    return ["", *(one["runtime"] for one in found.evaluations)], [row for row in rows if any(row[1:])]


_ROWS = (
    ("machine", "machine"),
    ("ms for a face, one thread", "ms_per_face"),
    ("the same network unquantized (float32): ms", "float.ms_per_face"),
    ("FER2013, 7 classes, own head: accuracy %", "fer2013.accuracy"),
    ("as shown by the box, against the same labels: accuracy %", "labels_as_shown.accuracy"),
    ("… mean recall %", "labels_as_shown.mean_recall"),
    ("FER+ strict majority, 8 classes: accuracy %", "ferplus.accuracy"),
    ("the same: mean recall of the seven emotions %", "ferplus.mean_recall"),
    ("as shown by the box (7 emotions): accuracy %", "ferplus.as_shown.accuracy"),
    ("as shown: expected calibration error", "ferplus.as_shown.calibration_error"),
    ("as shown: accuracy on the surest 70 %", "ferplus.as_shown.accuracy_on_surest_70"),
    ("lost by quantization: FER2013, points", "float.lost.fer2013"),
    ("… FER+", "float.lost.ferplus"),
    ("… mean recall", "float.lost.mean_recall"),
    ("FER+ accuracy when the face was 24 px wide %", "ferplus.accuracy_at_width.24"),
    ("… 16 px wide %", "ferplus.accuracy_at_width.16"),
    ("… 12 px wide %", "ferplus.accuracy_at_width.12"),
    ("validation pictures with a near-duplicate in training", "without_near_duplicates.near_duplicates"),
    ("FER2013 without them %", "without_near_duplicates.fer2013"),
    ("FER+ without them %", "without_near_duplicates.ferplus"),
)


def _cell(found: dict[str, Any], path: str) -> str:
    value: Any = found
    for key in path.split("."):
        value = value.get(key, "") if isinstance(value, dict) else ""
    return str(value)


def recalls(found: dict[str, Any]) -> Table:
    """Share of each class that was found, for both sets of labels."""
    classes = found["ferplus"]["classes"]
    rows = [[title, *(str(found[head]["recall"].get(name, "")) for name in classes)]
            for title, head in (("FER+", "ferplus"), ("FER2013", "fer2013"))]  # fmt: skip
    return ["recall %", *classes], rows


def confusion(head: dict[str, Any]) -> Table:
    """Counts of true against guessed classes."""
    rows = [[name, *map(str, row)] for name, row in zip(head["classes"], head["confusion"], strict=True)]
    return ["FER+: true ↓ guessed →", *head["classes"]], rows


def comparison(found: dict[str, Any]) -> Table:
    """Other models beside ours: a row each."""
    titles = ("model, how it is called", "kB", "ms a face", "times ours", "FER2013 %", "FER+ %", "mean recall %",
              "FER+ % at 16 px")  # fmt: skip
    keys = ("ms", "times", "fer2013", "ferplus", "mean_recall", "ferplus_far")
    rows = [[row["name"], f"{row['bytes'] / 1000:.0f}", *(str(row.get(key, "")) for key in keys)]
            for row in found["rows"]]  # fmt: skip
    return list(titles), rows


def rooms(found: dict[str, Any]) -> Table:
    """Models side by side on spoiled and posed faces: a row for each condition, accuracy / mean recall / error.

    First what is asked for, then each model as of one look, then each as of a look and one in the mirror.
    """
    models, goals = found["rows"], found["goals"]
    ways = [(row, way) for way in ("on", "on_both") for row in models]
    rows = [[condition, _goal(goals.get(condition)), *(_condition(row[way][condition]) for row, way in ways)]
            for condition in models[0]["on"]]  # fmt: skip
    once = [""] * len(models)
    rows.append(["FER2013's own head: accuracy %", str(found["fer2013_goal"]),
                 *(str(row.get("fer2013", "")) for row in models), *once])  # fmt: skip
    rows.append(["score: mean of the mean recalls on all but whole faces", "",
                 *(str(row["score"]) for row in models), *once])  # fmt: skip
    head = ["accuracy % / mean recall % / calibration error", "asked for"]
    return [*head, *(row["model"] + ("" if way == "on" else ", mirrored too") for row, way in ways)], rows


def _goal(goal: list[float | None] | None) -> str:
    return " / ".join("–" if each is None else f"{each:g}" for each in goal) if goal else ""


def _condition(one: dict[str, Any]) -> str:
    return f"{one['accuracy']:.1f} / {one['mean_recall']:.1f} / {one['calibration_error']:.3f}"


def counts(data: dict[str, Any]) -> Table:
    """Pictures of each class in both splits, by label and by votes, as `prepare` counted them."""
    names = list(data["training"]["majority"])
    columns = [data[split][by] for by in ("labels", "majority") for split in ("training", "validation")]
    rows = [[name, *(str(column.get(name, "")) for column in columns)] for name in names]
    rows.append(["all", *(str(sum(column.values())) for column in columns)])
    return ["", "training", "validation", "FER+ training", "FER+ validation"], rows
