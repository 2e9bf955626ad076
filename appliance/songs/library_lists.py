"""`songs/<emotion>/from-your-library.m3u`: which songs of the library play for each emotion, for any program to see."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib import atomic_file
from appliance.settings.library import LIBRARY
from appliance.songs.playlists import LIST_BYTES

NAME = "from-your-library.m3u"
_HEAD = "#EXTM3U\n# Moodbox writes this list anew: it is what it plays for {emotion} from songs/library.\n"

log = logging.getLogger(__name__)


class LibraryLists:
    """Keeps the lists in a songs folder. A list without songs is removed; one that is as it should be is left alone."""

    def __init__(self, songs: Path) -> None:
        self._songs = songs
        self._told = False

    def write(self, files: Mapping[Emotion, Sequence[str]]) -> int:
        """Have the lists name these files, called as MPD calls them; those outside songs/library are left out.

        Waits for the disk. Returns how many lists have changed; a disk that cannot be written is told once.
        """
        changed = 0
        for emotion in EMOTIONS:
            try:
                changed += self._write(emotion, files.get(emotion, ()))
            except OSError as error:
                if not self._told:
                    self._told = True
                    log.warning(
                        "%s cannot be written (%s); the songs play all the same", error.filename, error.strerror
                    )
                return changed
        self._told = False
        return changed

    def _write(self, emotion: Emotion, files: Sequence[str]) -> bool:
        path = self._songs / emotion / NAME
        wanted = list_text(emotion, files)
        before = None
        with contextlib.suppress(FileNotFoundError):
            before = path.read_bytes()
        if before == wanted or not path.parent.is_dir():
            return False
        if wanted is None:
            atomic_file.remove(path)
        else:
            atomic_file.write(path, wanted, 0o664)
        return True


def list_text(emotion: Emotion, files: Sequence[str]) -> bytes | None:
    """The list for an emotion's folder, no longer than its readers take; None if it names nothing."""
    text = bytearray(_HEAD.format(emotion=emotion).encode())
    start = len(text)
    for file in files:
        line = f"../{file}\n".encode(errors="surrogateescape")
        if not file.startswith(f"{LIBRARY}/") or "\r" in file or "\n" in file:
            continue
        if len(text) + len(line) > LIST_BYTES:
            break
        text += line
    return bytes(text) if len(text) > start else None
