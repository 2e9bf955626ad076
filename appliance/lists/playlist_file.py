"""What of a list is on the box, and a list with an emotion as a playlist that the box and MPD clients can play."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from appliance.lib import atomic_file
from appliance.lists.matching import Matcher
from appliance.lists.store import SongList

log = logging.getLogger(__name__)


def matched_files(kept: SongList, matcher: Matcher) -> list[str]:
    """The songs of a list that are on the box, each once, in the list's order."""
    return list(dict.fromkeys(file for entry in kept.entries if (file := matcher.match(entry.song))))


def playlist_of(songs: Path, kept: SongList) -> Path | None:
    """Where a list's playlist lies; None for a list without an emotion."""
    return songs / kept.emotion / f"list-{kept.key}.m3u" if kept.emotion else None


def write_playlist(songs: Path, kept: SongList, files: Sequence[str]) -> bool:
    """Have the playlist name these songs (paths below `songs`), as paths from where it lies; whether it changed.

    Without an emotion or a song there is none. Trouble with the disk is logged and changes nothing.
    """
    playlist = playlist_of(songs, kept)
    if playlist is None:
        return False
    if not files:
        return remove_playlist(songs, kept)
    named = [os.path.relpath(file, str(kept.emotion)) for file in files if "\n" not in file and "\r" not in file]
    title = " ".join(kept.name.split())
    data = "\n".join(["#EXTM3U", f"#PLAYLIST:{title}", *named, ""]).encode("utf-8", "surrogateescape")
    try:
        if playlist.exists() and playlist.read_bytes() == data:
            return False
        atomic_file.write(playlist, data, 0o664)
    except OSError as error:
        log.warning("%s cannot be written (%s): the list %r does not play", playlist, error.strerror, kept.name)
        return False
    return True


def remove_playlist(songs: Path, kept: SongList) -> bool:
    """Remove a list's playlist; whether there was one."""
    playlist = playlist_of(songs, kept)
    if playlist is None or not playlist.exists():
        return False
    try:
        atomic_file.remove(playlist)
    except OSError as error:
        log.warning("%s cannot be removed (%s)", playlist, error.strerror)
        return False
    return True
