"""Saying something in the reader's language: `t` and `tn` around English words, within `speaking`.

Outside of `speaking` all is English, as logs, files and MQTT payloads are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from appliance.words.languages import Language
from appliance.words.po import Catalogue, read_po

LOCALE = Path(__file__).parent / "locale"
SLOT = re.compile(r"\{(\w+)\}")
_spoken: ContextVar[Language] = ContextVar("spoken", default="en")


@cache
def catalogue(language: Language) -> Catalogue:
    """The words of a language."""
    if language == "en":
        return Catalogue()
    return read_po((LOCALE / f"{language}.po").read_text(encoding="utf-8"))


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say all in this language meanwhile, in this task or thread and those that it starts."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """The language that is spoken now."""
    return _spoken.get()


def t(text: str, /, **values: object) -> str:
    """A text in the reader's language; `{name}` in it stands for a value."""
    return filled(catalogue(spoken()).text(text), **values)


def tn(one: str, many: str, count: int, /, **values: object) -> str:
    """The same for a text that depends on a count, which stands as `{count}` in it."""
    return filled(catalogue(spoken()).counted(one, many, count), count=count, **values)


def filled(text: str, /, **values: object) -> str:
    """A text with its values; what has no value stays."""
    return SLOT.sub(lambda found: str(values.get(found[1], found[0])), text)
