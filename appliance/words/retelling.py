"""Saying again in the reader's language what was written in English elsewhere, and long ago.

A problem, an error or a finding is a whole English sentence by the time it reaches a reader: it has come through a
socket, a log or a file. It is known again by its catalogue's English words, with whatever stands in their slots.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from appliance.words.languages import Language
from appliance.words.speaking import SLOT, catalogue, filled, spoken

LEAST = 5
"""Letters that a sentence with slots must have of its own to be known again by them."""
_REMEMBERED = 2000  # texts


def retold(english: str) -> str:
    """The text in the language that is spoken now; as it is if it is not known, also after a check's or file's name."""
    said = _retold(english, spoken())
    check, colon, rest = english.partition(": ")
    if said == english and colon and check.split() == [check]:
        return f"{check}: {_retold(rest, spoken())}"
    return said


@lru_cache(_REMEMBERED)
def _retold(english: str, language: Language) -> str:
    words = catalogue(language)
    if english in words.messages or not words.messages:
        return words.text(english)
    place, colon, rest = english.partition(": ")
    if colon and place.startswith("/") and (known := _retold(rest, language)) != rest:
        return f"{place}: {known}"  # a file's path, and what is wrong with it
    for pattern, sentence in _patterns(language):
        if found := pattern.fullmatch(english):
            values = {name: _retold(value, language) for name, value in found.groupdict().items()}
            forms = words.messages[sentence]
            count = values.get("count", "")
            form = words.plural(int(count)) if len(forms) > 1 and count.isdecimal() else 0
            return filled(forms[form], **values)
    return english


@cache
def _patterns(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each sentence with slots as it is known again: first what is said after a whole problem, then by own words."""
    own = {sentence: SLOT.sub("", sentence) for sentence in catalogue(language).messages if SLOT.search(sentence)}
    wanted = [sentence for sentence, text in own.items() if sum(map(str.isalpha, text)) >= LEAST]

    def order(sentence: str) -> tuple[bool, int]:
        return not sentence.startswith("{problem}"), -len(own[sentence])

    return tuple((pattern_of(each), each) for each in sorted(wanted, key=order))


def pattern_of(sentence: str) -> re.Pattern[str]:
    """What matches the sentence with anything in its slots."""
    seen: set[str] = set()

    def slot(name: str) -> str:
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    parts = SLOT.split(sentence)
    return re.compile("".join(slot(part) if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL)
