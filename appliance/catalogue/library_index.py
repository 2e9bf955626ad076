"""The catalogue's rows → the index that choosing works with."""

from __future__ import annotations

from typing import Any

import numpy as np

from appliance.catalogue.database import CatalogueDatabase
from appliance.domain.emotions import EMOTIONS, folder_of
from appliance.sound.index import SOUND_SIZE, TRAITS, SoundIndex

_NUMBER = {emotion: number for number, emotion in enumerate(EMOTIONS)}
_ROWS = """
    SELECT file, artist, album, album_artist, placed.emotion, valence, arousal, tempo, mode, sound
    FROM songs LEFT JOIN sounds ON sounds.song = songs.id AND songs.heard_at IS NOT NULL
    LEFT JOIN (SELECT file AS of_file, emotion FROM taught WHERE kind = 'placed') AS placed ON of_file = file
    WHERE gone_at IS NULL ORDER BY file
"""
_SILENT = bytes(SOUND_SIZE)


def build_library_index(database: CatalogueDatabase) -> SoundIndex:
    """The index of all songs that MPD has. A song's emotion is that of its folder, else the owner's word for it."""
    artists, albums = _Numbers(), _Numbers()
    files: list[str] = []
    sounds = bytearray()
    columns: list[tuple[int, int, int, float, float, float, int]] = []
    for file, artist, album, album_artist, placed, valence, arousal, tempo, mode, sound in database.rows(_ROWS):
        files.append(file)
        sounds += sound if isinstance(sound, bytes) and len(sound) == SOUND_SIZE else _SILENT
        columns.append(
            (
                artists.of(artist),
                albums.of(album and f"{album_artist or artist}\0{album}"),
                _NUMBER.get(folder_of(file) or placed, -1),
                _number(valence),
                _number(arousal),
                _number(tempo),
                -1 if mode is None else int(mode),
            )
        )
    table = np.array(columns, np.float64).reshape(len(files), 7)
    order = sorted(range(len(files)), key=files.__getitem__)  # SQLite sorts by bytes, Python by code points
    return SoundIndex(
        files=tuple(files[row] for row in order),
        places=_ranked(table[order, 3:5]),
        sounds=np.frombuffer(bytes(sounds), np.int8).reshape(len(files), SOUND_SIZE)[order],
        artists=table[order, 0].astype(np.int32),
        albums=table[order, 1].astype(np.int32),
        given=table[order, 2].astype(np.int8),
        suggested=np.full(len(files), -1, np.int8),
        tempo=table[order, 5].astype(np.float32),
        mode=table[order, 6].astype(np.int8),
        traits=np.zeros((len(files), TRAITS), np.int8),
    )


class _Numbers:
    """The same number for the same name, however it is capitalised; -1 for none."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, name: str) -> int:
        return self._known.setdefault(name.casefold(), len(self._known)) if name else -1


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _ranked(values: Any) -> Any:
    places = np.full(values.shape, np.nan, np.float32)
    for axis in range(values.shape[1]):
        known = np.flatnonzero(np.isfinite(values[:, axis]))
        ranks = values[known, axis].argsort().argsort()
        places[known, axis] = 2 * (ranks + 0.5) / max(1, len(known)) - 1
    return places
