import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.words.languages import LANGUAGES, NAMES, accepted_language, known_language, system_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,de;q=0.5", "en"),
        ("ja, de;q=0.3", "de"),
        ("en;q=0.2, de;q=0.7", "de"),
        ("de;q=0", "en"),
        ("de;q=lots", "en"),
    ],
)
def test_the_browsers_best_known_language_is_taken(header: str, language: str) -> None:
    assert accepted_language(header) == language


@given(st.text())
def test_any_header_has_an_answer(header: str) -> None:
    assert accepted_language(header) in LANGUAGES


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "C", "LANGUAGE": "de"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "ja:de:en"}, "de"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_DE"}, "de"),
    ],
)
def test_the_terminals_language_is_the_systems(environ: dict[str, str], language: str) -> None:
    assert system_language(environ) == language


def test_each_language_is_known_by_its_tag_and_has_a_name() -> None:
    assert [known_language(tag) for tag in LANGUAGES] == list(LANGUAGES)
    assert list(NAMES) == list(LANGUAGES)
