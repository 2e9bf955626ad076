import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.words.po import Catalogue, PoError, read_po
from tests.words.extraction import catalogue_text

FRENCH = """# of people
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Now"
msgstr "Maintenant"

msgid "{count} song"
msgid_plural "{count} songs"
msgstr[0] "{count} chanson"
msgstr[1] "{count} chansons"

#, fuzzy
msgid ""
"a long "
"one"
msgstr "« \\"long\\" »"

msgid "Later"
msgstr ""
"""


def test_a_catalogue_gives_texts_and_english_for_what_it_lacks() -> None:
    french = read_po(FRENCH)
    assert french.text("Now") == "Maintenant"
    assert french.text("a long one") == '« "long" »'
    assert french.text("Later") == "Later"
    assert french.text("Never") == "Never"


@pytest.mark.parametrize(("count", "form"), [(0, "chanson"), (1, "chanson"), (2, "chansons"), (100, "chansons")])
def test_the_plural_is_the_languages_own(count: int, form: str) -> None:
    assert read_po(FRENCH).counted("{count} song", "{count} songs", count) == f"{{count}} {form}"


@pytest.mark.parametrize(("count", "form"), [(0, "days"), (1, "day"), (2, "days")])
def test_a_count_that_the_catalogue_lacks_is_said_in_english(count: int, form: str) -> None:
    assert read_po(FRENCH).counted("day", "days", count) == form


@pytest.mark.parametrize("text", ['"nothing before it"', "msgid Now", "msgctxt of words", "msgstr 'Jetzt'"])
def test_what_is_no_catalogue_is_refused_by_its_line(text: str) -> None:
    with pytest.raises(PoError, match="line 1"):
        read_po(f"{text}\n")


WORDS = st.text(string.printable + "äß“”…中", min_size=1).filter(lambda text: not set(text) & set("\r\x0b\x0c"))


@given(st.dictionaries(WORDS, WORDS, min_size=1))
def test_what_is_written_is_read_back(texts: dict[str, str]) -> None:
    known = Catalogue({text: (said,) for text, said in texts.items()})
    assert read_po(catalogue_text("de", known, dict.fromkeys(texts, ""))).messages == known.messages
