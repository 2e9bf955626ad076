"""The tables of limits and of promises say what is so, and name tests that there are."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ROOT / "docs" / "reference" / "limits.md"
SECURITY = ROOT / "SECURITY.md"
ROW = re.compile(r"^\| (.+) \| ([\d,]+)[^|]* \| `(appliance/[\w/]+)\.py` `(\w+)` \| `.+` \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)` `(test_\w+)`")

rows = ROW.findall(LIMITS.read_text())
tests = sorted({found for page in (LIMITS, SECURITY) for found in TEST.findall(page.read_text())})


@pytest.mark.parametrize(("what", "number", "module", "name"), rows, ids=[row[0] for row in rows])
def test_a_limit_is_what_the_table_says(what: str, number: str, module: str, name: str) -> None:
    assert getattr(importlib.import_module(module.replace("/", ".")), name) == int(number.replace(",", ""))


def test_every_row_of_the_limits_is_read() -> None:
    lines = [line for line in LIMITS.read_text().splitlines() if line.startswith("| ") and "| constant |" not in line]
    assert len(lines) == len(rows) > 30


@pytest.mark.parametrize(("file", "name"), tests, ids=[name for _, name in tests])
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    found = ast.walk(ast.parse((ROOT / file).read_text()))
    assert name in {each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_promise_names_a_test() -> None:
    promises = [line for line in SECURITY.read_text().splitlines() if line.startswith("| ")][1:]
    assert promises
    assert [line for line in promises if not TEST.search(line)] == []
