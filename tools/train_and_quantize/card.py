"""The figures of the model card, written from what `evaluate` measured so that nobody types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.train_and_quantize.errors import DataError

BEGIN = "<!-- figures: begin -->"
END = "<!-- figures: end -->"


def update(card: Path, figures: list[Path]) -> None:
    """Replace the part between the marks in the card by tables of these JSON files, one column for each.

    Raises DataError when a file is missing or damaged, when the marks are missing, or when the files are about
    different bundles.
    """
    measured = [_read(path) for path in figures]
    if len({found["sha256"] for found in measured}) != 1:
        raise DataError(f"{', '.join(map(str, figures))}: these figures are of different bundles")
    try:
        text = card.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{card}: cannot be read: {error.strerror}") from None
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DataError(f"{card}: expected the marks {BEGIN} and {END}")
    card.write_text(f"{before}{BEGIN}\n{tables(measured)}\n{END}{after}", encoding="utf-8")


def tables(measured: list[dict[str, Any]]) -> str:
    """Headline figures, recalls and the confusion matrix as Markdown; the latter two from the first measurement."""
    first = measured[0]
    about = (
        f"Measured on `{first['model']}`, bundle sha256 `{first['sha256'][:16]}…`, "
        f"model file {first['model_bytes']:,} bytes, {first['split']} split."
    )
    lines = [
        about,
        "",
        "| | " + " | ".join(found["runtime"] for found in measured) + " |",
        "|---|" + "---|" * len(measured),
    ]
    for title, path in _ROWS:
        cells = [_cell(found, path) for found in measured]
        if any(cells):
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
    lines += ["", *_recalls(first), "", *_confusion(first["ferplus"])]
    return "\n".join(lines)


_ROWS = (
    ("machine", "machine"),
    ("ms for a face, one thread", "ms_per_face"),
    ("FER2013, 7 classes, own head: accuracy %", "fer2013.accuracy"),
    ("FER+ strict majority, 8 classes: accuracy %", "ferplus.accuracy"),
    ("the same: mean recall of the seven emotions %", "ferplus.mean_recall"),
    ("as shown by the box (7 emotions): accuracy %", "ferplus.as_shown.accuracy"),
    ("as shown: expected calibration error", "ferplus.as_shown.calibration_error"),
    ("as shown: accuracy on the surest 70 %", "ferplus.as_shown.accuracy_on_surest_70"),
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


def _recalls(found: dict[str, Any]) -> list[str]:
    classes = found["ferplus"]["classes"]
    lines = ["| recall % | " + " | ".join(classes) + " |", "|---|" + "---|" * len(classes)]
    for title, head in (("FER+", "ferplus"), ("FER2013", "fer2013")):
        lines.append(f"| {title} | " + " | ".join(str(found[head]["recall"].get(name, "")) for name in classes) + " |")
    return lines


def _confusion(head: dict[str, Any]) -> list[str]:
    lines = [
        "| FER+: true ↓ guessed → | " + " | ".join(head["classes"]) + " |",
        "|---|" + "---|" * len(head["classes"]),
    ]
    for name, row in zip(head["classes"], head["confusion"], strict=True):
        lines.append(f"| {name} | " + " | ".join(map(str, row)) + " |")
    return lines


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: not figures of `evaluate`: {error}") from None
    if not isinstance(found, dict) or not {"sha256", "runtime", "fer2013", "ferplus"} <= found.keys():
        raise DataError(f"{path}: not figures of `evaluate` with FER+ votes")
    return found
