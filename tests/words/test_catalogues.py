"""The catalogues have every text, and say it with the same values."""

import shutil
import subprocess

import pytest

from appliance.words.languages import LANGUAGES
from appliance.words.po import read_po
from appliance.words.speaking import LOCALE, SLOT, catalogue
from tests.words.extraction import all_texts, calls, catalogue_text

OTHERS = LANGUAGES[1:]


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_has_every_text_and_no_other(language: str) -> None:
    """If this fails: `python -m tests.words.extraction`, and translate what has no `msgstr`."""
    text = (LOCALE / f"{language}.po").read_text()
    known = read_po(text)
    texts = all_texts()
    assert [one for one in texts if one not in known.messages] == [], "texts without a translation"
    assert text == catalogue_text(language, known, texts), "out of step"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_slots_of_its_english_text(language: str) -> None:
    known = read_po((LOCALE / f"{language}.po").read_text())
    for one, many in all_texts().items():
        wanted = set(SLOT.findall(one)) | set(SLOT.findall(many))
        forms = known.messages[one]
        assert all(set(SLOT.findall(form)) <= wanted for form in forms), one
        assert set(SLOT.findall(forms[-1])) == wanted, one


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="needs gettext")
def test_gettext_itself_takes_the_catalogue(language: str) -> None:
    subprocess.run(["msgfmt", "-o", "/dev/null", LOCALE / f"{language}.po"], check=True, timeout=20)


def test_every_language_has_a_catalogue_and_every_catalogue_a_language() -> None:
    assert {file.stem for file in LOCALE.iterdir()} == set(OTHERS)
    assert catalogue("en").messages == {}


def test_the_code_says_plain_texts_alone() -> None:
    for file in sorted(LOCALE.parents[1].rglob("*.py")):
        for call in calls(file):
            values = {word.arg for word in call.keywords}
            texts = [each for each in call.args[: 2 if call.func.id == "tn" else 1] if hasattr(each, "value")]  # type: ignore[attr-defined]
            for text in texts:
                slots = set(SLOT.findall(str(text.value))) - {"count"}
                assert None in values or slots <= values, f"{file.name}:{call.lineno}"
