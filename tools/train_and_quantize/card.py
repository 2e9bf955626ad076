"""The figures of the model card, written from what was measured so that nobody types them."""

from __future__ import annotations

from pathlib import Path

from tools.train_and_quantize import tables
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
    card.write_text(f"{before}{BEGIN}\n{figures(found)}\n{END}{after}", encoding="utf-8")


def figures(found: Measurements) -> str:
    """Headline figures, recalls, the confusion matrix and comparisons as Markdown, and the commands behind them.

    Each evaluation has a column; recalls and confusion are the first one's.
    """
    first = found.evaluations[0]
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
    for one in found.comparisons:
        parts.append(f"Beside other models, {one['runtime']}, {one['machine']}:")
        parts.append(tables.markdown(*tables.comparison(one)))
    parts.append("These commands measured them:\n```\n" + "\n".join(found.commands) + "\n```")
    return "\n\n".join(parts)
