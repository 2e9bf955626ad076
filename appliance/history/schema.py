"""The tables of the history, version by version. What stands here is never changed, only added to."""

from __future__ import annotations

import sqlite3

from appliance.lib import sqlite_file

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE moods (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, mood TEXT NOT NULL,
        confidence REAL NOT NULL, valence REAL NOT NULL, arousal REAL NOT NULL, people INTEGER NOT NULL
    );
    CREATE TABLE plays (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, emotion TEXT, file NOT NULL, why TEXT
    );
    CREATE TABLE skips (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, play INTEGER NOT NULL,
        emotion TEXT NOT NULL, file NOT NULL, heard REAL NOT NULL
    );
    """,
    """
    ALTER TABLE moods ADD COLUMN lasts INTEGER;
    CREATE TABLE corrections (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, was TEXT NOT NULL, mood TEXT NOT NULL, model TEXT NOT NULL,
        angry REAL NOT NULL, disgust REAL NOT NULL, fear REAL NOT NULL, happy REAL NOT NULL,
        neutral REAL NOT NULL, sad REAL NOT NULL, surprise REAL NOT NULL
    );
    CREATE TABLE dislikes (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, play INTEGER NOT NULL,
        emotion TEXT NOT NULL, file NOT NULL, UNIQUE (emotion, file)
    );
    CREATE INDEX moods_at ON moods (at);
    CREATE INDEX plays_at ON plays (at);
    CREATE INDEX skips_play ON skips (play);
    """,
    """
    ALTER TABLE plays ADD COLUMN reason TEXT;
    """,
)
"""Each takes the schema one version further; `PRAGMA user_version` counts them. `at` is UTC, ISO 8601.

A script only adds tables, and columns that may be left out: an update that is taken back leaves a newer file to the
release before, which goes on with it (`fits`).

`plays.reason` is JSON (`appliance.domain.reasons`); plays of versions 1 and 2 have English words in `why` instead.
`moods.lasts` is the number of seconds after which the next judgement was to be expected; NULL: it holds until the next.
"""

TABLES = ("moods", "plays", "skips", "corrections", "dislikes")
"""All of them."""
PASSING = ("moods", "plays", "skips")
"""Those whose rows are deleted when they are old; what the owner taught stays until it is taken back."""


def fits(connection: sqlite3.Connection) -> bool:
    """Whether a history that a newer version made can be used here. Raises sqlite3.Error."""
    return sqlite_file.fits(connection, MIGRATIONS, TABLES)
