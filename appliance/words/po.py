"""Reading a gettext catalogue as it is written (`.po`), so that a translation needs no compiler.

Format: the GNU gettext manual, "The Format of PO Files". Contexts (`msgctxt`) are not used here.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr|msgstr\[\d\]) )?(".*")')
_PLURAL = re.compile(r"nplurals=(\d+); plural=([^;]+);")


class PoError(ValueError):
    """A catalogue that cannot be read; the text says which line, and why."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's words by their English ones; what is not in it is said in English."""

    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The forms of each: one, or as many as the language has plurals; of those under both English ones."""
    plural: Callable[[int], int] = lambda count: int(count != 1)
    """Which form a count takes."""

    def text(self, english: str) -> str:
        """A text without a count."""
        return self.messages.get(english, (english,))[0]

    def counted(self, one: str, many: str, count: int) -> str:
        """A text with a count; `one` and `many` are the English forms."""
        forms = self.messages.get(one)
        if forms is None or one == many:
            return one if count == 1 else many
        return forms[min(self.plural(count), len(forms) - 1)]


def read_po(text: str) -> Catalogue:
    """The catalogue that stands in `text`; entries without a translation are left out.

    Raises PoError.
    """
    messages: dict[str, tuple[str, ...]] = {}
    entry: dict[str, str] = {}
    key = ""
    for number, line in enumerate([*text.splitlines(), 'msgid ""'], 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or not (found[1] or key):
            raise PoError(f"line {number}: {line!r} is no line of a catalogue")
        if found[1] == "msgid" and "msgid" in entry:
            forms = tuple(value for name, value in entry.items() if name.startswith("msgstr"))
            if forms and all(forms):
                messages[entry["msgid"]] = messages[entry.get("msgid_plural", entry["msgid"])] = forms
            entry = {}
        key = found[1] or key
        entry[key] = entry.get(key, "") + ast.literal_eval(found[2])
    header = _PLURAL.search("".join(messages.pop("", ())))
    return Catalogue(messages, gettext.c2py(header[2])) if header else Catalogue(messages)
