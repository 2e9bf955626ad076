"""What the process that fetches tells the box that has started it."""

from __future__ import annotations

from msgspec import Struct


class FetchNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far it is, or what came of it: a file's name in the update folder, or a problem in words."""

    done: int = 0
    of: int = 0
    """Bytes."""
    file: str = ""
    problem: str = ""
