"""The text of a settings file: TOML, whose mistakes are shown with the line that they are in."""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Sequence
from typing import Any

from appliance.settings.base import SettingsError

_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_SHOWN = 60  # characters of a line that is shown
_CANDIDATES = 50
"""Lines that mention a key and are looked at; a file of settings mentions one a few times."""
_LONGEST = 20
"""Lines that a value may go on for, and its line is still found."""
_QUOTES = "a text ends with the quotation mark that it begins with"
_HINTS = {
    "Invalid value": 'a value is a number, true, false, or text in "quotes"',
    "Unescaped": "write each backslash twice, or put the text in 'single quotes'",
    "Unterminated string": _QUOTES,
    "Illegal character '\\n'": _QUOTES,
    'Expected "\'"': _QUOTES,
    "Expected newline": 'a text stands in "quotes", and each setting on a line of its own',
    "Expected '='": "a setting is written as KEY = VALUE",
    "Invalid statement": "a setting is written as KEY = VALUE, a remark begins with #",
}


def read_toml(text: str) -> dict[str, Any]:
    """The tables of TOML text. Raises SettingsError that tells line, what is there and what would be right."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise SettingsError("not valid TOML: far too many brackets within brackets") from error
    except ValueError as error:  # also of a number with thousands of digits
        raise SettingsError(f"not valid TOML: {_explained(str(error), text)}") from error


def find_line(text: str, at: Sequence[str]) -> str:
    """Where a table or key stands in TOML text that can be read, as `at line 3: width = 1`; empty if it is not found.

    `at` names the tables, outermost first, and then the key.
    """
    if not at:
        return ""
    lines = text.split("\n")
    candidates = [number for number, line in enumerate(lines, 1) if at[-1] in line.partition("#")[0]]
    for number in candidates[:_CANDIDATES]:
        for end in range(number, min(len(lines), number + _LONGEST) + 1):  # a value may go on for some lines
            try:
                table = tomllib.loads("\n".join(lines[:end]))
            except ValueError:
                continue
            if _has(table, at):
                return f"at line {number}: {_shown(lines[number - 1])}"
            break
    return ""


def _has(table: Any, at: Sequence[str]) -> bool:
    for name in at:
        if isinstance(table, list):
            table = table[-1]
        if not isinstance(table, dict) or name not in table:
            return False
        table = table[name]
    return True


def _explained(message: str, text: str) -> str:
    if message.startswith("Cannot overwrite a value"):
        number, line = _first_that_fails(message, text)
        return f"line {number} sets a key for the second time: {_shown(line)}; delete one of the two"
    words = message
    if found := _LINE.search(message):
        number, line = int(found[1]), text.split("\n")[int(found[1]) - 1]
        words += f": {_shown(line)}" if _shown(line) else ""
    elif not message.endswith("(at end of document)"):
        number, line = _first_that_fails(message, text)
        words += f" (at line {number}): {_shown(line)}"
    hint = next((hint for beginning, hint in _HINTS.items() if message.startswith(beginning)), "")
    return f"{words}; {hint}" if hint else words


def _first_that_fails(message: str, text: str) -> tuple[int, str]:
    """The line, counted from 1, up to which the text is already wrong in the way that the message tells."""
    lines = text.split("\n")

    def fails(number: int) -> bool:
        try:
            tomllib.loads("\n".join(lines[:number]))
        except ValueError as error:
            return str(error).partition(" (at ")[0] == message.partition(" (at ")[0]
        return False

    number = 1 + bisect.bisect_left(range(1, len(lines) + 1), True, key=fails)
    return number, lines[number - 1] if number <= len(lines) else ""


def _shown(line: str) -> str:
    line = line.strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
