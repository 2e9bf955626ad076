"""The tables of the catalogue, version by version. What stands here is never changed, only added to."""

from __future__ import annotations

FILE = "catalogue.sqlite"
"""In the state directory."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE songs (
        id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, modified TEXT NOT NULL, duration REAL,
        title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL, album_artist TEXT NOT NULL,
        track TEXT NOT NULL, date TEXT NOT NULL, genre TEXT NOT NULL,
        recording TEXT NOT NULL, release TEXT NOT NULL, artist_id TEXT NOT NULL,
        content BLOB, heard_at TEXT, problem TEXT, gone_at TEXT
    );
    CREATE INDEX songs_content ON songs (content) WHERE content IS NOT NULL;
    CREATE TABLE sounds (
        song INTEGER PRIMARY KEY, version INTEGER NOT NULL,
        valence REAL NOT NULL, arousal REAL NOT NULL, tempo REAL, mode INTEGER NOT NULL,
        traits BLOB NOT NULL, sound BLOB NOT NULL
    );
    CREATE TABLE features (song INTEGER PRIMARY KEY, features BLOB NOT NULL);
    CREATE TABLE taught (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, file TEXT NOT NULL, kind TEXT NOT NULL, emotion TEXT,
        valence REAL NOT NULL, arousal REAL NOT NULL, UNIQUE (file, kind)
    );
    """,
)
"""Each takes the schema one version further; `PRAGMA user_version` counts them. Times are UTC, ISO 8601.

A script only adds tables, and columns that may be left out: an update that is taken back leaves a newer file to the
release before, which goes on with it.

`songs.file` is MPD's name and `modified` its Last-Modified; `recording`, `release` and `artist_id` are MusicBrainz ids.
`content` is a hash of size, beginning and middle of the file. A row whose file MPD no longer has stays with `gone_at`,
so that a file that comes back, or turns up elsewhere, need not be heard again. `problem`: why it could not be heard.

`sounds` has what choosing needs, raw and not ranked; `features` what that was computed from (float32, little-endian).
`taught` is what the owner's words and ears say of a song.
"""

TABLES = ("songs", "sounds", "features", "taught")
"""All of them."""
