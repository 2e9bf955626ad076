"""Moving a file that cannot be used out of the way, with its name and when that was: nothing is ever deleted."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

BROKEN = ".broken-"
"""Between a file's name and the time in UTC at which it was set aside: `state.json.broken-20260131-235959`."""


def set_aside(file: Path, companions: Sequence[str] = ()) -> Path:
    """Move the file with its `companions`, named by what follows its own name, such as `-wal`; those that exist.

    Returns the file's new place. Raises OSError.
    """
    aside = file.with_name(f"{file.name}{BROKEN}{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}")
    for suffix in ("", *companions):
        part = file.with_name(file.name + suffix)
        if os.path.lexists(part):
            part.replace(aside.with_name(aside.name + suffix))
    return aside
