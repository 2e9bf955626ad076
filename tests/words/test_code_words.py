"""No words in the owner's terminal or on the plain page outside of the catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.words.extraction import APPLIANCE

FILES = [
    *(
        APPLIANCE / "cli" / f"{name}.py"
        for name in (
            "backup",
            "commands",
            "history",
            "language",
            "list_commands",
            "lists",
            "main",
            "model",
            "music",
            "music_map",
            "output",
            "page",
            "quiet",
            "songs",
            "status",
            "update",
        )
    ),
    *(APPLIANCE / "web" / "noscript" / f"{name}.py" for name in ("pages", "sections", "steering")),
    APPLIANCE / "app" / "terminal.py",
    *(APPLIANCE / "bench" / f"{name}.py" for name in ("baseline", "calibration", "distance", "film", "report")),
    APPLIANCE / "words" / "english.py",
    APPLIANCE / "web" / "api" / "aim.py",
]
WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]{2,}")
SAID = {"print", "tag", "facts", "items", "table", "link", "append", "say", "write"}
"""Calls that show what they are given."""
TOLD = {"help", "description", "title"}
"""Keywords of a command's declaration that are shown; its line in the list of commands stands second in `add`."""
OURS = {"moodbox: ", "Moodbox"}


def outside(tree: ast.AST) -> Iterator[str]:
    """Texts that are shown as they stand: in a call that shows them, returned or yielded."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in SAID:
                yield from bare(node.args)
            case ast.Call(func=ast.Attribute(attr="add" | "add_argument" | "add_subparsers" as name)):
                yield from bare(node.args[1:2] if name == "add" else [])
                yield from bare([each.value for each in node.keywords if each.arg in TOLD])
            case ast.Return(value=value) | ast.Yield(value=value) if value is not None:
                yield from bare([value])


def bare(nodes: list[ast.expr]) -> Iterator[str]:
    """Words in these that do not pass `t` or `tn`."""
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if WORDS.search(text) and text not in OURS:
                yield text
            case ast.JoinedStr(values=parts):
                yield from bare([part.value if isinstance(part, ast.FormattedValue) else part for part in parts])
            case ast.IfExp(body=body, orelse=orelse):
                yield from bare([body, orelse])
            case ast.BoolOp(values=values):
                yield from bare(values)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                yield from bare(elements)
            case ast.Dict(values=values):
                yield from bare(values)
            case ast.Call(func=ast.Name(id=name), args=args) if name.startswith("printable"):
                yield from bare(args)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_shows_nothing_past_the_catalogue(file: Path) -> None:
    assert list(outside(ast.parse(file.read_text()))) == []


@pytest.mark.parametrize(
    "source",
    ['print("On to it.")', 'def f(): return f"{a} has come" if b else t("Now")', 'tag("p", "Nothing yet.")',
     'def f(): yield "Mood", t("Now")', 'family.add("skip", "play the next track", "moodbox skip")',
     'parser.add_argument("--json", help="all that there is")'],
)  # fmt: skip
def test_words_past_the_catalogue_are_found(source: str) -> None:
    assert len(list(outside(ast.parse(source)))) == 1


def test_words_that_pass_it_are_not() -> None:
    assert list(outside(ast.parse("print(t('On to it.'), f'{t(word)}: {file}', flush=True)"))) == []
