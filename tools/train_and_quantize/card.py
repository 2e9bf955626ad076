"""Figures in the model card and other documents, written from what was measured so that nobody types them."""

from __future__ import annotations

from pathlib import Path

from appliance.lib import atomic_file
from tools.train_and_quantize import tables
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.measurements import Measurements, shown


def update(document: Path, found: Measurements) -> None:
    """Replace what stands between marks in the document: `<!-- figures: begin -->`, and end, by all figures; between
    the marks of `comparison` by the comparisons alone.

    Raises DataError when the document has neither marks, or figures for them are missing.
    """
    try:
        text = document.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{document}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{document}: expected a text, found something else: {error}") from None
    parts = {"figures": figures, "comparison": comparison}
    marked = [name for name in parts if all(mark in text for mark in marks(name))]
    if not marked:
        raise DataError(f"{document}: expected the marks {' and '.join(marks('figures'))}")
    for name in marked:
        begin, end = marks(name)
        before, _, rest = text.partition(begin)
        if end not in rest:
            raise DataError(f"{document}: expected the mark {end} after {begin}, found it before")
        with shown():
            text = f"{before}{begin}\n{parts[name](found)}\n{end}{rest.partition(end)[2]}"
    try:
        atomic_file.write(document, text.encode())
    except OSError as error:
        raise DataError(f"{document}: cannot be written: {error.strerror or error}") from None


def marks(name: str) -> tuple[str, str]:
    """What stands before and after the part of this name."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def figures(found: Measurements) -> str:
    """Headline figures, recalls, the confusion matrix, spoiled faces and comparisons as Markdown, and their commands.

    Each evaluation has a column; recalls and confusion are the first one's.
    """
    if not found.evaluations:
        raise DataError("there are no figures of `evaluate` to write into the card")
    first = found.evaluations[0]
    if "ferplus" not in first:
        raise DataError("the figures of `evaluate` were measured without FER+ votes; the card needs them (--votes)")
    about = (
        f"Measured on `{first['model']}`, bundle sha256 `{first['sha256'][:16]}…`, "
        f"model file {first['model_bytes']:,} bytes, {first['split']} split."
    )
    parts = [
        about,
        tables.markdown(*tables.headlines(found)),
        tables.markdown(*tables.recalls(first)),
        tables.markdown(*tables.confusion(first["ferplus"])),
    ]
    parts += [f"In living rooms, {one['runtime']}, {one['split']} split:\n\n{tables.markdown(*tables.rooms(one))}"
              for one in found.rooms]  # fmt: skip
    if found.comparisons:
        parts.append(comparison(found))
    parts.append("These commands measured them:\n```\n" + "\n".join(found.commands) + "\n```")
    return "\n\n".join(parts)


def comparison(found: Measurements) -> str:
    """Other models beside ours, a table for each runtime."""
    if not found.comparisons:
        raise DataError("there are no figures of `compare` to write")
    return "\n\n".join(
        f"Beside other models, {one['runtime']}, {one['machine']}:\n\n{tables.markdown(*tables.comparison(one))}"
        for one in found.comparisons
    )
