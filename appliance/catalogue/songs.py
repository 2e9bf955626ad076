"""What the catalogue keeps of a song, and how far it has come with all of them."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.errors import MoodboxError


class CatalogueError(MoodboxError, OSError):
    """The catalogue cannot be read or erased; the text says why, and what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SongTags:
    """A song as MPD knows it. Texts are empty and the duration is None where MPD knows none."""

    file: str
    """MPD's name of it: its path within the music directory."""
    modified: str = ""
    """MPD's Last-Modified."""
    duration: float | None = None
    """Seconds."""
    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    track: str = ""
    date: str = ""
    genre: str = ""
    recording: str = ""
    """MusicBrainz's id of the recording; MPD calls it MUSICBRAINZ_TRACKID."""
    release: str = ""
    """MusicBrainz's id of the album."""
    artist_id: str = ""
    """MusicBrainz's id of the artist."""


def are_texts(*values: object) -> bool:
    """Whether all are texts: a damaged row may hold anything where a text belongs, and SQLite does not mind."""
    return all(isinstance(value, str) for value in values)


@dataclass(frozen=True, slots=True)
class Unheard:
    """A song that is still to be heard."""

    number: int
    """Its row."""
    file: str


@dataclass(frozen=True, slots=True)
class SongSound:
    """What is kept of what was heard in a song."""

    version: int
    """Of the program that heard it; what an older one heard may be heard again."""
    valence: float
    """Raw, not yet ranked within the library."""
    arousal: float
    tempo: float | None
    """Beats a minute; None if unknown."""
    mode: int
    """1 major, 0 minor, -1 unknown."""
    traits: bytes
    """Loudness, attack and brightness, raw: int8."""
    sound: bytes
    """What similarity goes by: int8."""
    features: bytes
    """All that was measured: float32, little-endian."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many songs there are, how many of them have been heard, and how many cannot be."""

    songs: int = 0
    heard: int = 0
    broken: int = 0

    @property
    def left(self) -> int:
        """Songs that are still to be heard."""
        return max(0, self.songs - self.heard - self.broken)
