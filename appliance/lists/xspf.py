"""XSPF: playlists as XML (https://xspf.org/spec)."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree

from appliance.lists.entries import ENTRIES, ListEntry, cut
from appliance.lists.errors import NotAList
from appliance.lists.jspf import isrc_in, recording_in, seconds_of

_SPACE = "{http://xspf.org/ns/0/}"


def parse_xspf(text: str, name: str) -> tuple[str, list[ListEntry]]:
    """The list's title and its entries. Raises NotAList, also for a document type: it could grow without bounds."""
    if "<!DOCTYPE" in text[:100_000].upper() or "<!ENTITY" in text.upper():
        raise NotAList(f"{name} declares a document type; an XSPF list has none")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - entities are refused above
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise NotAList(f"{name} is no XSPF: {error}") from error
    if root.tag.removeprefix(_SPACE) != "playlist":
        raise NotAList(f"{name} is XML, but no XSPF; its first element is {root.tag[:60]!r} and must be `playlist`")
    tracks = [track for track in root.iter() if track.tag.removeprefix(_SPACE) == "track"]
    return _text(root, "title"), [_entry(track) for track in tracks[:ENTRIES]]


def _entry(track: ElementTree.Element) -> ListEntry:
    identifiers = " ".join(_texts(track, "identifier"))
    return ListEntry(
        title=_text(track, "title"),
        artist=_text(track, "creator"),
        album=_text(track, "album"),
        seconds=seconds_of(_text(track, "duration")),
        recording=recording_in(identifiers),
        isrc=isrc_in(identifiers),
        file=unquote(next(iter(_texts(track, "location")), "")),
    )


def _texts(element: ElementTree.Element, tag: str) -> list[str]:
    return [child.text.strip()[:4096] for child in element if child.tag.removeprefix(_SPACE) == tag and child.text]


def _text(element: ElementTree.Element, tag: str) -> str:
    return cut(next(iter(_texts(element, tag)), ""))
