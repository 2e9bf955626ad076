"""Names folded for comparison: two spellings of one song or artist become one."""

from __future__ import annotations

import functools
import re
import unicodedata

# What services add to a title and files mostly lack, or the other way round.
_ADDED = r"feat\.?|ft\.?|featuring|with|remaster(?:ed)?|\d{4} remaster(?:ed)?|remaster(?:ed)? \d{4}|mono|stereo|"
_ADDED += r"single version|album version|original mix|explicit|bonus track|from .+"
_BRACKETED = re.compile(rf"\s*[(\[](?:{_ADDED})\b[^)\]]*[)\]]", re.IGNORECASE)
_AFTER_DASH = re.compile(rf"\s+[-–—]\s+(?:{_ADDED})\b.*$", re.IGNORECASE)
_GUEST = re.compile(r"\s+(?:feat\.?|ft\.?|featuring)\s.*$", re.IGNORECASE)
# The first of several artists: files and services separate and order the others differently.
_SEVERAL = re.compile(r"\s*(?:;|,|/|\s&\s|\sx\s|\svs\.?\s|\sand\s|\sund\s|\set\s)\s*", re.IGNORECASE)
_NO_WORD = re.compile(r"[^\w]+")
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})


@functools.lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower case without accents, punctuation and spaces; what has no letter or digit at all stays as it is.

    >>> fold("Beyoncé  —  Déjà Vu")
    'beyoncedejavu'
    """
    small = unicodedata.normalize("NFKD", text).casefold()  # a raised capital letter is one only when taken apart
    apart = unicodedata.normalize("NFKD", small).translate(_LETTERS)
    plain = "".join(c for c in apart.replace("&", " and ") if not unicodedata.combining(c))
    return _NO_WORD.sub("", plain).replace("_", "") or text.strip()


@functools.lru_cache(maxsize=65_536)
def fold_title(title: str) -> str:
    """A title folded, without guests, years of remastering and their like.

    >>> fold_title("Heroes (feat. Someone) - 2017 Remaster") == fold_title("“Heroes”")
    True
    """
    bare = _GUEST.sub("", _AFTER_DASH.sub("", _BRACKETED.sub("", title)))
    return fold(bare) or fold(title)


@functools.lru_cache(maxsize=65_536)
def fold_artist(artist: str) -> str:
    """The first of the artists folded, without a leading article.

    >>> fold_artist("The Beatles") == fold_artist("Beatles, The")
    True
    """
    first = next((part for part in _SEVERAL.split(_GUEST.sub("", artist)) if part.strip()), artist)
    words = first.strip()
    if words[:4].casefold() == "the " and len(words) > 4:
        words = words[4:]
    return fold(words)
