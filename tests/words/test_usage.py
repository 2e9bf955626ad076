"""What the command line says of wrong usage is in the reader's language, argparse's own complaints included."""

import argparse
import ast
import inspect
import re
from pathlib import Path

import pytest

from appliance.cli.main import main
from appliance.words.speaking import SLOT
from tests.words.said import USAGE

VALUE = re.compile(r"%(?:\(\w+\))?[sr]")
OURS = {"usage: ", "positional arguments", "options", "show this help message and exit", "subcommands", "{}:"}
"""Headings, which `SpokenHelp` says, and what stands in the help of options that we do not use."""
UNMET = (
    "conflict", "merge actions", "positionals", "option string", "dest=", "mutually", "multiple subparser", "callable",
    "unknown parser", "deprecated", "default: ", "version number", "__call__", 'argument "-"', "can't open",
    "expected {} argument", "required=", "{}: error: {}\n", "{}: warning: {}\n", "invalid {} value",
)  # fmt: skip
"""Parts of what only a wrong declaration, a part that we leave alone, or a message put in other words would say."""


def complaints() -> set[str]:
    """What argparse puts into words, with `{}` for its values."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(argparse))):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
                found.add(VALUE.sub("{}", text))
    return found


def test_every_complaint_of_argparse_has_its_words() -> None:
    known = {SLOT.sub("{}", text) for text in USAGE} | OURS
    unknown = {text for text in complaints() if text not in known and not any(part in text for part in UNMET)}
    assert unknown == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "es fehlt: COMMAND"),
        (["fly"], r"'fly' geht nicht \(möglich: '?run'?, "),
        (["override", "merry"], "Argument EMOTION|auto: 'merry' geht nicht"),
        (["status", "--all"], "unbekannte Argumente: --all"),
        (["--settings"], "Argument --settings: ein Wert fehlt"),
        (["bench", "--owners", "x"], "Argument --owners: 'x' ist keine ganze Zahl"),
        (["quiet", "sometimes"], "'sometimes' geht nicht"),
        (["sleep", "x"], "Argument MINUTES|off: 'x' ist weder eine Zahl von Minuten"),
        (["history", "--date", "x"], "ist kein Tag"),
        (["look"], "es fehlt: PICTURE"),
    ],
)
def test_wrong_usage_is_told_in_the_readers_language(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("Aufruf: moodbox")
    assert re.search(rf": Fehler: .*({said})", told, re.DOTALL), told
