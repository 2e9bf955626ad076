"""Songs for tests of the catalogue: as MPD tells them, and as they are heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import SongSound, SongTags
from appliance.lib.clock import ManualClock

NOW = ManualClock().now()


def song(file: str, modified: str = "2026-01-01T00:00:00Z", **tags: str) -> SongTags:
    return SongTags(file=file, modified=modified, duration=200.0, **tags)


def sound(seed: int = 0, version: int = 1) -> SongSound:
    """What is heard in a song, made up."""
    rng = np.random.default_rng(seed)
    return SongSound(
        version=version,
        valence=float(rng.normal()),
        arousal=float(rng.normal()),
        tempo=float(rng.uniform(60, 180)),
        mode=int(rng.integers(2)),
        traits=rng.integers(-99, 99, 3).astype(np.int8).tobytes(),
        sound=rng.integers(-90, 90, 32).astype(np.int8).tobytes(),
        features=rng.normal(size=119).astype("<f4").tobytes(),
    )


def scanned(folder: Path, *songs: SongTags) -> CatalogueDatabase:
    """A database that has been told these songs."""
    database = CatalogueDatabase(folder)
    scan(database, *songs)
    return database


def scan(database: CatalogueDatabase, *songs: SongTags) -> bool:
    """Tell a database all that MPD has; whether that was news."""
    database.begin_scan()
    assert database.take_page(songs)
    return database.end_scan(NOW)


def numbers(database: CatalogueDatabase) -> dict[str, int]:
    """The row of each song that is still to be heard."""
    return {each.file: each.number for each in database.unheard(1000)}
