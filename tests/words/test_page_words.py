"""No words on the page outside of the catalogues: every text of a script goes through `t` or `tn`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.web.assets import STATIC

SCRIPTS = sorted(STATIC.glob("*.js"))
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*|(?<=[;,{)]) //[^\n]*", re.DOTALL | re.MULTILINE)
TEXT = r'"(?:[^"\\\n]|\\.)*"'
SAID = re.compile(rf"(?<![\w.])t\(\s*{TEXT}|(?<![\w.])tn\(\s*{TEXT},\s*{TEXT}")
CALL = re.compile(r"(?<![\w.])tn?\(\s*(?![\s\"])")
LITERAL = re.compile(rf"{TEXT}|`[^`]*`", re.DOTALL)
SLOT = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
WORD = re.compile(r"[A-Za-z’]{2,} +(?:[a-z’]{2,}|\{\})|^[A-Z][a-z]+|[a-z] ?[.!?]$")
NOT_WORDS = re.compile(
    r"(^|, )[#.\[:][\w-]|^/|^[a-z-]+=|^(M|m)[\d$]|rotate\(|scale|^(Content-[A-Z]|Retry-After|Left-Out)"
    r"|^(Arrow|Escape|Enter|Home|End|Page)\w*$|^https?:|^\(prefers|/json$|octet-stream|^--|px \{|^\./|^([XY]|Radius)$"
)
NAMES = {"Moodbox", "command line"}
"""The product's name, and what the API calls where a setting comes from."""


def outside(source: str) -> Iterator[str]:
    """Literals that read like words and are not said through the catalogue."""
    text = SAID.sub("", COMMENT.sub("", source))
    for found in LITERAL.finditer(text):
        words = SLOT.sub("{}", found[0][1:-1])
        before = text[: found.start()].rstrip()[-14:]
        named = re.search(
            r"(class|name|id|class(List\.\w+\(|Name =)|for|role|autocomplete): ?$|classList\.\w+\($", before
        )
        if words not in NAMES and WORD.search(words) and not NOT_WORDS.search(words) and not named:
            yield words


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_says_nothing_past_the_catalogue(file: Path) -> None:
    assert list(outside(file.read_text())) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_what_a_script_says_is_a_plain_literal(file: Path) -> None:
    text = COMMENT.sub("", file.read_text())
    calls = [text[found.start() : found.end() + 30] for found in CALL.finditer(text)]
    assert calls == [] or file.name == "words.js", "t and tn take a plain text, which can be exchanged"


@pytest.mark.parametrize(
    "source",
    ['say(node, "No songs yet.")', 'el("p", {}, `made ${moment(at)}`)', 'tell("Cancelled.")', 'el("h2", {}, "Guests")'],
)
def test_words_past_the_catalogue_are_found(source: str) -> None:
    assert list(outside(source))


@pytest.mark.parametrize(
    "source", ['t("No songs yet.")', 'el("p", { class: "soft small" })', 'byId("mood-word") // A b c']
)
def test_what_nobody_reads_is_left_alone(source: str) -> None:
    assert list(outside(source)) == []
