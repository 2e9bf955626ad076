"""Pieces of HTML for the pages without scripts. Whatever is not `Markup` is taken for text and escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """HTML that is whole and safe."""

    __slots__ = ()


def join(*parts: str) -> Markup:
    """The parts one after the other."""
    return Markup("\n".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def tag(name: str, /, *content: str, **attributes: str) -> Markup:
    """An element; `class_` and the like stand for Python's own words, `_` for `-`."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items() if value
    )
    return Markup(f"<{name}{words}>{join(*content)}</{name}>")


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Names with what they are."""
    return tag("dl", *(join(tag("dt", name), tag("dd", value)) for name, value in pairs))


def items(texts: Iterable[str], nothing: str) -> Markup:
    """A list, or `nothing`."""
    rows = [tag("li", text) for text in texts]
    return tag("ul", *rows) if rows else tag("p", nothing)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], nothing: str) -> Markup:
    """A table whose rows begin with what they are about, or `nothing`."""
    body = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows]
    if not body:
        return join(tag("h2", caption), tag("p", nothing))
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    # The table may be wider than a phone: it scrolls by itself, also by keyboard.
    whole = tag("table", tag("thead", head), tag("tbody", *body))
    return join(tag("h2", caption), tag("div", whole, class_="wide", tabindex="0", role="region", aria_label=caption))


def link(text: str, path: str, current: bool = False) -> Markup:
    """A link within the page; `current`: it leads to where one is."""
    return tag("a", text, href=path, aria_current="page" if current else "")
