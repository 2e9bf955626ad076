"""The catalogue's rows → the index that choosing works with."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import are_texts
from appliance.domain.emotions import EMOTIONS, folder_of
from appliance.sound.index import SOUND_SIZE, TRAITS, SoundIndex
from appliance.sound.library import build_index

_NUMBER = {emotion: number for number, emotion in enumerate(EMOTIONS)}
INDEX_ROWS = """
    SELECT file, artist, album, album_artist, placed.emotion, valence, arousal, tempo, mode, traits, sound
    FROM songs LEFT JOIN sounds ON sounds.song = songs.id AND songs.heard_at IS NOT NULL
    LEFT JOIN (SELECT file AS of_file, emotion FROM taught WHERE kind = 'placed') AS placed ON of_file = file
    WHERE gone_at IS NULL
"""


def build_library_index(database: CatalogueDatabase) -> SoundIndex:
    """The index of all songs that MPD has. A song's emotion is that of its folder, else the owner's word for it."""
    return database.read(INDEX_ROWS, index_from_rows) or SoundIndex.unheard(())


def index_from_rows(rows: Iterable[tuple[Any, ...]]) -> SoundIndex:
    """The index of rows as `INDEX_ROWS` asks for them, without those whose names are damaged.

    Raises ValueError or OverflowError for a number that is none.
    """
    artists, albums = _Numbers(), _Numbers()
    files: list[str] = []
    sounds, traits = bytearray(), bytearray()
    numbers, values = array("i"), array("f")  # tuples of them would take ten times the memory
    for file, artist, album, album_artist, placed, valence, arousal, tempo, mode, own_traits, sound in rows:
        if not are_texts(file, artist, album, album_artist):
            continue
        files.append(file)
        sounds += _sized(sound, SOUND_SIZE)
        traits += _sized(own_traits, TRAITS)
        emotion = _NUMBER.get(folder_of(file) or placed, -1)
        album_of = album and f"{album_artist or artist}\0{album}"
        numbers.extend((artists.of(artist), albums.of(album_of), emotion, -1 if mode is None else int(mode)))
        values.extend((_number(valence), _number(arousal), _number(tempo)))
    count = len(files)
    order = sorted(range(count), key=files.__getitem__)  # SQLite sorts by bytes, Python by code points
    whole = np.frombuffer(numbers, np.int32).reshape(count, 4)[order]
    measured = np.frombuffer(values, np.float32).reshape(count, 3)[order]
    return build_index(
        [files[row] for row in order],
        measured[:, :2],
        np.frombuffer(bytes(sounds), np.int8).reshape(count, SOUND_SIZE)[order],
        whole[:, 0],
        whole[:, 1],
        whole[:, 2].astype(np.int8),
        measured[:, 2],
        whole[:, 3].astype(np.int8),
        np.frombuffer(bytes(traits), np.int8).reshape(count, TRAITS)[order],
    )


class _Numbers:
    """The same number for the same name, however it is capitalised; -1 for none."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, name: str) -> int:
        return self._known.setdefault(name.casefold(), len(self._known)) if name else -1


def _sized(stored: object, size: int) -> bytes:
    return stored if isinstance(stored, bytes) and len(stored) == size else bytes(size)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
