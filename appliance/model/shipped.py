"""Where the model that comes with Moodbox is: the one that is always there."""

from __future__ import annotations

import sys
from pathlib import Path

SHIPPED = "moodbox-edge.moodmodel"


def shipped_model() -> Path:
    """The bundle that comes with Moodbox: beside the package in the source tree, else where the installer put it."""
    beside = Path(__file__).resolve().parents[2] / "models" / SHIPPED
    return beside if beside.is_file() else Path(sys.prefix) / "share" / "moodbox" / "models" / SHIPPED
