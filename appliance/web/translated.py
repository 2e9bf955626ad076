"""Scripts and pages in a reader's language: their English words are exchanged before they are sent.

So a page in any language is as small as the English one, and has its words before it is drawn. In a script the words
are the literals in `t("…")` and `tn("…", "…", count)`; in a page every text, and the attributes that people read.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import Protocol

_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(rf"(?<![\w.])t\(\s*({_TEXT})")
_COUNTED = re.compile(rf"(?<![\w.])tn\(\s*({_TEXT}),\s*({_TEXT})")
_TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_READ = re.compile(r'( (?:aria-label|alt|placeholder|title)="|^<meta name="description" content=")([^"]+)"')
_WORDS = re.compile(r"[^\W\d_]")


class Words(Protocol):
    """A catalogue, or whatever else is asked for each text."""

    def text(self, english: str) -> str:
        """A text without a count."""

    def counted(self, one: str, many: str, count: int) -> str:
        """A text with a count."""


def translated_script(source: str, words: Words) -> str:
    """A module with its words exchanged. Plural forms are chosen by the page: `one` and `other` of CLDR."""

    def counted(found: re.Match[str]) -> str:
        one, many = (json.loads(found[number]) for number in (1, 2))
        return f"tn({_literal(words.counted(one, many, 1))}, {_literal(words.counted(one, many, 2))}"

    return _CALL.sub(lambda found: f"t({_literal(words.text(json.loads(found[1])))}", _COUNTED.sub(counted, source))


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def translated_page(source: str, words: Words, language: str) -> str:
    """A page with its words exchanged, and its language named."""
    parts = _TAG.split(source.replace('<html lang="en">', f'<html lang="{language}">'))
    for at, part in enumerate(parts):
        if at % 2:
            parts[at] = _READ.sub(lambda found: f'{found[1]}{escape(words.text(unescape(found[2])))}"', part)
        elif _WORDS.search(re.sub(r"\{\w+\}", "", part)):
            inner = part.strip()
            parts[at] = part.replace(inner, escape(words.text(unescape(inner)), quote=False))
    return "".join(parts)
