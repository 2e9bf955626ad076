"""The text of a settings file: TOML, whose mistakes are shown with the line that they are in."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from appliance.settings.base import SettingsError

_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_SHOWN = 60  # characters of a line that is shown
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


def _explained(message: str, text: str) -> str:
    if message.startswith("Cannot overwrite a value") and (line := _first_that_repeats(text)):
        return f"line {line[0]} sets a key for the second time: {_shown(line[1])}; delete one of the two"
    words = message
    if (found := _LINE.search(message)) and (line_text := _shown(text.split("\n")[int(found[1]) - 1])):
        words += f": {line_text}"
    hint = next((hint for beginning, hint in _HINTS.items() if message.startswith(beginning)), "")
    return f"{words}; {hint}" if hint else words


def _first_that_repeats(text: str) -> tuple[int, str] | None:
    """The line, counted from 1, up to which the text is already wrong for a key that is set twice."""
    lines = text.split("\n")
    for number in range(1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[:number]))
        except ValueError as error:
            if str(error).startswith("Cannot overwrite"):
                return number, lines[number - 1]
    return None


def _shown(line: str) -> str:
    line = line.strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
