"""Every text that has to stand in the catalogues, found in the page's files and in the code.

`python -m tests.words.extraction` brings the catalogues in step: what is new stands in them without a translation, what
is said no more is dropped.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from appliance.domain.emotions import PROFILES
from appliance.domain.moods import Policy, Verdict
from appliance.mqtt.entities import ENTITIES
from appliance.settings.described import described_settings, table_description
from appliance.settings.origins import CHOSEN, INSTALLATION, OPTION
from appliance.web.assets import STATIC
from appliance.web.emotion_files import GENERATED
from appliance.web.translated import translated_page, translated_script
from appliance.words.english import TRAITS
from appliance.words.languages import LANGUAGES
from appliance.words.po import Catalogue, read_po
from appliance.words.speaking import LOCALE
from tests.words.said import SAID, USAGE
from tests.words.said_of_files import SAID_OF_FILES

APPLIANCE = STATIC.parents[1]
ORIGINS = (CHOSEN, INSTALLATION, OPTION)
_HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {language}\\n"\n'
    '"Plural-Forms: {plural}\\n"\n'
)
_PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "zh-Hans": "nplurals=1; plural=0;",
}


class Texts:
    """Takes a catalogue's place and notes what is asked for: each English text, with its plural or an empty one."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def text(self, english: str) -> str:
        self.found.setdefault(english, "")
        return english

    def counted(self, one: str, many: str, count: int) -> str:  # noqa: ARG002 - as a catalogue
        self.found[one] = many
        return many


def page_texts() -> dict[str, str]:
    """Those of the live page."""
    texts = Texts()
    for file in sorted(STATIC.glob("*.html")):
        translated_page(file.read_text(), texts, "en")
    for file in sorted(STATIC.glob("*.js")):
        translated_script(file.read_text(), texts)
    translated_script(GENERATED["emotions.js"], texts)
    return texts.found


def code_texts() -> dict[str, str]:
    """Those in calls of `t` and `tn`, and in the tables whose words go through them."""
    texts = Texts()
    for file in sorted(APPLIANCE.rglob("*.py")):
        for call in calls(file):
            words = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if call.func.id == "tn":  # type: ignore[attr-defined]
                texts.counted(*words[:2], 0)
            elif words:
                texts.text(words[0])
    for word in (*tabled(), *SAID, *SAID_OF_FILES, *USAGE):
        texts.text(word)
    return texts.found


def tabled() -> Iterator[str]:
    """The words of the tables whose entries go through the catalogues."""
    for profile in PROFILES.values():
        yield from (profile.name, profile.looked)
    yield from (*TRAITS.values(), *map(str, Verdict), *map(str, Policy), "major", "minor", "default", *ORIGINS)
    yield from (entity.name for entity in ENTITIES if entity.name)
    for about in described_settings():
        if about.level != "by hand":  # what is changed in the file alone is not shown on the page
            yield from filter(None, (about.name, about.description, table_description(about.key.partition(".")[0])))


def calls(file: Path) -> Iterator[ast.Call]:
    """The calls of `t` and `tn` in a file that imports them."""
    source = file.read_text()
    if "appliance.words.speaking import" in source:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"t", "tn"}:
                yield node


def all_texts() -> dict[str, str]:
    """Every one, in alphabetical order."""
    return dict(sorted((page_texts() | code_texts()).items()))


def catalogue_text(language: str, known: Catalogue, texts: Mapping[str, str]) -> str:
    """A catalogue of these texts, each with its plural or an empty one, with the translations that are known."""
    parts = [_HEADER.format(language=language, plural=_PLURALS[language])]
    for one, many in texts.items():
        forms = known.messages.get(one, ())
        if many:
            count = 1 if language == "zh-Hans" else 2
            forms = forms if len(forms) == count else ("",) * count
            lines = [f"msgid {_quoted(one)}", f"msgid_plural {_quoted(many)}"]
            lines += [f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(forms)]
        else:
            lines = [f"msgid {_quoted(one)}", f"msgstr {_quoted(forms[0] if forms else '')}"]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    for language in LANGUAGES[1:]:
        file = LOCALE / f"{language}.po"
        known = read_po(file.read_text()) if file.exists() else Catalogue()
        file.write_text(catalogue_text(language, known, all_texts()))
