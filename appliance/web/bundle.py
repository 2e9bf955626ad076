"""Many small scripts and styles as one of each: the modules stay plain files, and a browser makes two requests.

A module becomes a function that is called once, in the order in which modules need each other; what it imports is
taken from those that ran before it. Imports and exports begin a line and have the forms that `_IMPORT`, `_AGAIN` and
`_EXPORT` know; an exported name is never assigned again. What a module asks for by `import("./NAME.js")` comes when it
is needed, as a file of its own that is given the modules which are there already.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{([^}]*)\}) from "\./([\w-]+\.js)";\n', re.MULTILINE)
_AGAIN = re.compile(r'^export \{([^}]*)\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_LATER = re.compile(r'\bimport\("\./([\w-]+\.js)"\)')
_LEFT = re.compile(r"^(import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL)


class BundleError(Exception):
    """A module that cannot be bundled, and why."""


def bundle_scripts(
    entry: str, source: Callable[[str], str], keep: Callable[[str, str], str] = lambda name, _: f"./{name}"
) -> str:
    """The module `entry` with all that it needs as one module; `source` gives a module's text by its name.

    `keep` is given the name and the text of each module that comes later, and returns its address. Raises BundleError
    for modules that need each other in a circle, and for an import or export of another form.
    """
    done: dict[str, str] = {}
    _gather(entry, source, done)
    known = {_variable(name) for name in done}

    def later(found: re.Match[str]) -> str:
        more = dict.fromkeys(done, "")
        _gather(found[1], source, more)
        text = "".join(more.values())
        given = ", ".join(sorted(name for name in known if re.search(rf"\b{name}\b", text)))
        text = f"export const given = ({{ {given} }}) => {{\n{text}return {_variable(found[1])};\n}};\n"
        return f'import("{keep(found[1], text)}").then((late) => late.given({{ {given} }}))'

    return _LATER.sub(later, "".join(done.values()))


def _gather(entry: str, source: Callable[[str], str], done: dict[str, str]) -> None:
    """Add the module and those that it needs, each after those that it needs itself, unless they are there already."""

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise BundleError(f"modules need each other in a circle: {' > '.join((*above, name))}")
        if name in done:
            return
        text = source(name)
        for needed in (*(found[3] for found in _IMPORT.finditer(text)), *(found[2] for found in _AGAIN.finditer(text))):
            add(needed, (*above, name))
        done[name] = _module(name, text)

    add(entry, ())


def _module(name: str, text: str) -> str:
    exported = [found[2] for found in _EXPORT.finditer(text)]
    for found in _AGAIN.finditer(text):
        exported += [f"{each}: {_variable(found[2])}.{each}" for each in _names(found[1])]
    text = _IMPORT.sub(_taken, _AGAIN.sub("", text))
    text = _COMMENT.sub("", _EXPORT.sub(r"\1 \2", text))
    if left := _LEFT.search(text):
        raise BundleError(f"{name}: {left[0]!r} is an import or export of a form that is not bundled")
    return f"const {_variable(name)} = (() => {{\n{text}return {{ {', '.join(exported)} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    module = _variable(found[3])
    if found[1]:
        return f"const {found[1]} = {module};\n"
    return f"const {{ {', '.join(each.replace(' as ', ': ') for each in _names(found[2]))} }} = {module};\n"


def _names(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _variable(name: str) -> str:
    return "_" + re.sub(r"\W", "_", name.removesuffix(".js"))


def bundle_styles(texts: list[str]) -> str:
    """Style sheets one after the other, without their comments."""
    return "".join(_COMMENT.sub("", text) for text in texts)
