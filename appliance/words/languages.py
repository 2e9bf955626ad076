"""The languages that Moodbox speaks, and which of them a reader wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "de", "fr", "es", "zh-Hans"]
"""By its BCP 47 tag."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: Mapping[Language, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "zh-Hans": "简体中文",
}
"""As those who speak them call them."""
LanguageChoice = Literal["auto", "en", "de", "fr", "es", "zh-Hans"]


def known_language(name: str) -> Language | None:
    """The language that is meant by a tag such as `de-AT` or a locale such as `zh_CN.UTF-8`; None for no known one."""
    primary = name.strip().replace("_", "-").partition(".")[0].partition("-")[0].lower()
    return next((each for each in LANGUAGES if each.partition("-")[0] == primary), None)


def accepted_language(header: str) -> Language:
    """The language that an `Accept-Language` header (RFC 9110, 12.5.4) likes best of those known; else English."""
    best: Language = "en"
    most = 0.0
    for each in header.split(","):
        name, _, weight = each.partition(";")
        found = known_language(name)
        try:
            likes = float(weight.partition("=")[2] or 1)
        except ValueError:
            continue
        if found and most < likes <= 1:
            best, most = found, likes
    return best


def system_language(environ: Mapping[str, str]) -> Language:
    """The language of the messages by the variables of POSIX; else English."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    if locale.partition(".")[0] in {"", "C", "POSIX"}:
        return "en"
    wanted = environ.get("LANGUAGE", "").split(":")
    return next((found for each in [*wanted, locale] if (found := known_language(each))), "en")
