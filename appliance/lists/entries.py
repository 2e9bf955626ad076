"""What a list holds: songs as a file or service names them, whether the box has them or not."""

from __future__ import annotations

from msgspec import Struct

from appliance.lists.folding import fold_artist, fold_title

ENTRIES = 10_000
"""Entries that are read from one list; Spotify's own limit for a playlist is the same."""
TEXT = 500
"""Characters of a title, artist or album that are kept."""


class ListEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A song of a list, as far as the list tells."""

    title: str = ""
    artist: str = ""
    album: str = ""
    seconds: float | None = None
    recording: str = ""
    """MusicBrainz's id of the recording, lower case."""
    isrc: str = ""
    """The recording's international code, upper case without hyphens."""
    file: str = ""
    """The file or address that the list names, as it stands there."""

    @property
    def identity(self) -> str:
        """The same for two entries that name the same song; what a list is compared by when it is read again."""
        if self.recording:
            return f"recording:{self.recording}"
        if self.isrc:
            return f"isrc:{self.isrc}"
        if self.title:
            return f"song:{fold_artist(self.artist)}|{fold_title(self.title)}"
        return f"file:{self.file}"

    @property
    def text(self) -> str:
        """The song in words: `artist – title`, or the file."""
        return " – ".join(filter(None, (self.artist, self.title))) or self.file


def known(entries: list[ListEntry]) -> list[ListEntry]:
    """The entries that name a song at all, each once and in their order, at most `ENTRIES`."""
    kept: dict[str, ListEntry] = {}
    for entry in entries:
        if entry.title or entry.recording or entry.isrc or entry.file:
            kept.setdefault(entry.identity, entry)
            if len(kept) == ENTRIES:
                break
    return list(kept.values())


def cut(text: object) -> str:
    """A text of a list as it is kept: one line, without odd spaces, at most `TEXT` characters; empty for no text."""
    return " ".join(text.split())[:TEXT] if isinstance(text, str) else ""
