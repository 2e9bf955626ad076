"""JSPF: XSPF as JSON, in which ListenBrainz gives its playlists."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from appliance.lists.entries import ENTRIES, ListEntry, cut
from appliance.lists.errors import NotAList
from appliance.lists.matching import isrc

_RECORDING = re.compile(r"musicbrainz\.org/recording/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_ISRC = re.compile(r"isrc:([A-Za-z]{2}-?[A-Za-z0-9]{3}-?\d{2}-?\d{5})", re.IGNORECASE)


def parse_jspf(text: str, name: str) -> tuple[str, list[ListEntry]]:
    """The list's title and its entries. Raises NotAList."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAList(f"{name} is no JSPF: {error}") from error
    playlist = found.get("playlist") if isinstance(found, dict) else None
    tracks = playlist.get("track", []) if isinstance(playlist, dict) else None
    if not isinstance(playlist, dict) or not isinstance(tracks, list):
        raise NotAList(f"{name} is JSON, but no JSPF; it must hold a `playlist` with a list of `track`")
    return cut(playlist.get("title")), [_entry(track) for track in tracks[:ENTRIES] if isinstance(track, dict)]


def _entry(track: dict[str, Any]) -> ListEntry:
    identifiers = " ".join(_texts(track.get("identifier")))
    return ListEntry(
        title=cut(track.get("title")),
        artist=cut(track.get("creator")),
        album=cut(track.get("album")),
        seconds=seconds_of(track.get("duration")),
        recording=recording_in(identifiers),
        isrc=isrc_in(identifiers),
        file=next(iter(_texts(track.get("location"))), ""),
    )


def recording_in(identifiers: str) -> str:
    """MusicBrainz's id of the recording among a song's identifiers; empty if none is given."""
    found = _RECORDING.search(identifiers)
    return found[1].lower() if found else ""


def isrc_in(identifiers: str) -> str:
    """The international code among a song's identifiers, as `isrc:GBAYE6900521`; empty if none is given."""
    found = _ISRC.search(identifiers)
    return isrc(found[1]) if found else ""


def seconds_of(milliseconds: object) -> float | None:
    """XSPF's and JSPF's `duration` in seconds; None for what is no length."""
    try:
        number = float(milliseconds)  # type: ignore[arg-type] # whatever stands there
    except (TypeError, ValueError):
        return None
    return number / 1000 if 0 < number < 1e9 else None


def _texts(value: object) -> list[str]:
    """A text, or a list of them, as ListenBrainz has both."""
    values = value if isinstance(value, list) else [value]
    return [each[:4096] for each in values[:50] if isinstance(each, str)]
