"""The figures of the model card, written from what was measured so that nobody types them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.measurements import Measurements

BEGIN = "<!-- figures: begin -->"
END = "<!-- figures: end -->"


def update(card: Path, found: Measurements) -> None:
    """Replace the part between the marks in the card by tables of these figures.

    Raises DataError when the marks are missing or there is no evaluation.
    """
    try:
        text = card.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{card}: cannot be read: {error.strerror}") from None
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DataError(f"{card}: expected the marks {BEGIN} and {END}")
    if not found.evaluations:
        raise DataError(f"{card}: there are no figures of `evaluate` to write into it")
    card.write_text(f"{before}{BEGIN}\n{tables(found)}\n{END}{after}", encoding="utf-8")


def tables(found: Measurements) -> str:
    """Headline figures, recalls, the confusion matrix and comparisons as Markdown, and the commands behind them.

    Each evaluation has a column; recalls and confusion are the first one's.
    """
    first = found.evaluations[0]
    about = (
        f"Measured on `{first['model']}`, bundle sha256 `{first['sha256'][:16]}…`, "
        f"model file {first['model_bytes']:,} bytes, {first['split']} split."
    )
    parts = [about, markdown(*headlines(found)), markdown(*recalls(first)), markdown(*confusion(first["ferplus"]))]
    for one in found.comparisons:
        parts.append(f"Beside other models, {one['runtime']}, {one['machine']}:")
        parts.append(markdown(*comparison(one)))
    parts.append("These commands measured them:\n```\n" + "\n".join(found.commands) + "\n```")
    return "\n\n".join(parts)


Table = tuple[list[str], list[list[str]]]
"""The head, and the rows."""


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def headlines(found: Measurements) -> Table:
    """A row for each figure that was measured, a column for each runtime."""
    rows = [[title, *(_cell(one, path) for one in found.evaluations)] for title, path in _ROWS]
    return ["", *(one["runtime"] for one in found.evaluations)], [row for row in rows if any(row[1:])]


_ROWS = (
    ("machine", "machine"),
    ("ms for a face, one thread", "ms_per_face"),
    ("the same network unquantized (float32): ms", "float.ms_per_face"),
    ("FER2013, 7 classes, own head: accuracy %", "fer2013.accuracy"),
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
