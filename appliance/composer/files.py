"""House music on disk: makes what is missing, keeps its hands off everything that is not its own.

Pieces lie at `SONGS/<emotion>/house/NN Title.ogg`. A file there is ours if its stamp says so (see `encode`).
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from appliance.composer import encode
from appliance.composer.encode import ComposerError
from appliance.composer.render import PIECES, VERSION, compose, title
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib import atomic_file
from appliance.songs.formats import SONG
from appliance.songs.survey import HOUSE

_TEMPORARY = ".moodbox-"
_STALE_SECONDS = 60.0
_SOON = 3
"""Pieces of an emotion that is wanted now that are made before any other: they play in turn without a repetition."""
_STOPPING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""Faults of the whole disk: no use in trying the next folder."""

_log = logging.getLogger(__name__)


def ensure_house_music(
    songs_dir: Path,
    progress: Callable[[Path], None] | None = None,
    emotions: Sequence[Emotion] = EMOTIONS,
    in_sight: Callable[[], Emotion | None] = lambda: None,
    begins: Callable[[Emotion], None] = lambda _: None,
) -> list[Path]:
    """Make the pieces that are missing or older than this composer; return those made, in the order made.

    Before each piece `in_sight` is asked which emotion is wanted now: three pieces of it come first, and otherwise the
    first piece of every emotion, so that each mood has music soon. Folders that hold a song of the owner's are left
    alone. `begins` is told of each piece before it is made, `progress` once it is complete on disk; an exception that
    they raise ends the work cleanly. Safe to run again, and to interrupt at any point.

    Raises ComposerError: at once if `songs_dir` is unusable or the disk is full; after having served the other emotions
    if only one emotion's folder is at fault.
    """
    _check_folder(songs_dir, "make that folder or set music.songs in the settings")
    made: list[Path] = []
    faults: dict[Emotion, ComposerError] = {}
    left = [(number, emotion) for number in range(1, PIECES + 1) for emotion in emotions]
    while left:
        number, emotion = _next(left, in_sight())
        left.remove((number, emotion))
        if emotion in faults:
            continue
        try:
            path = _ensure_piece(songs_dir / emotion.value, emotion, number, begins)
        except ComposerError as error:
            if error.errno in _STOPPING:
                raise
            faults[emotion] = error
            continue
        if path is not None:
            made.append(path)
            if progress is not None:
                progress(path)
    if faults:
        raise ComposerError("; ".join(str(fault) for fault in faults.values()))
    return made


def _next(left: Sequence[tuple[int, Emotion]], wanted: Emotion | None) -> tuple[int, Emotion]:
    """Number and emotion of the piece to make next, of those left."""
    return next(((number, emotion) for number, emotion in left if emotion is wanted and number <= _SOON), left[0])


def has_own_songs(folder: Path) -> bool:
    """Whether an emotion's folder holds a song of the owner's.

    That is a file that is not empty, ends like a song, and lies anywhere but in `house/`. Names that begin with a dot
    do not count (MPD skips them); links are followed.
    """
    return next(_own_songs(folder), None) is not None


def _own_songs(folder: Path) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        status = Path(place).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        top = Path(place) == folder
        folders[:] = [name for name in folders if not name.startswith(".") and not (top and name == HOUSE)]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and path.suffix.lower() in SONG and _holds_something(path):
                yield path


def _holds_something(path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0


def _ensure_piece(folder: Path, emotion: Emotion, number: int, begins: Callable[[Emotion], None]) -> Path | None:
    """Make one piece if it is wanted and missing or old; its path, or None if there was nothing to do."""
    try:
        return _make_if_missing(folder, emotion, number, begins)
    except ComposerError:
        raise
    except OSError as error:
        raise _explain(Path(error.filename or folder), error) from error


def _make_if_missing(folder: Path, emotion: Emotion, number: int, begins: Callable[[Emotion], None]) -> Path | None:
    if folder.exists() or folder.is_symlink():
        _check_folder(folder, "it should be a folder of songs; move it away")
        if has_own_songs(folder):
            return None
    house = folder / HOUSE
    if house.exists() or house.is_symlink():
        _check_folder(house, "it should be the folder of house music; move it away")
        _sweep(house)
    target = house / f"{number:02d} {title(emotion, number)}.ogg"
    ours = _ours(house, emotion, number)
    if any(version >= VERSION for version in ours.values()):
        return None
    if target not in ours and _holds_something(target):
        _log.warning("%s is not one of ours; it stays and piece %d of %s is left out", target, number, emotion)
        return None
    begins(emotion)
    _write(target, encode.ogg(compose(emotion, number)))
    for old in ours:
        if old != target:
            old.unlink(missing_ok=True)
    return target


def _ours(house: Path, emotion: Emotion, number: int) -> dict[Path, int]:
    """The files in `house` that are this piece in any version, and the version of each."""
    result: dict[Path, int] = {}
    for path in sorted(house.glob("*.ogg")):
        mark = encode.stamp(path)
        if mark is not None and (mark.emotion, mark.number) == (emotion.value, number):
            result[path] = mark.version
    return result


def _write(target: Path, data: bytes) -> None:
    """Put a whole file in place or none, under a temporary name of its own: another run may be at the same piece."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic_file.write(target, data, partial=target.with_name(f"{_TEMPORARY}{secrets.token_hex(4)}.part"))
    except OSError as error:
        raise _explain(target, error) from error


def _sweep(house: Path) -> None:
    """Remove what a power cut left half written; a young one may be another run's (a clock may also have gone back)."""
    for path in house.glob(f"{_TEMPORARY}*.part"):
        with contextlib.suppress(OSError):
            if abs(time.time() - path.stat().st_mtime) > _STALE_SECONDS:
                path.unlink()


def _check_folder(path: Path, remedy: str) -> None:
    """Raise ComposerError unless `path` is a folder that can be listed."""
    try:
        with os.scandir(path):
            return
    except FileNotFoundError as error:
        found = "is a link that leads nowhere" if path.is_symlink() else "does not exist"
        raise ComposerError(f"{path} {found}; {remedy}") from error
    except NotADirectoryError as error:
        raise ComposerError(f"{path} is a file; {remedy}") from error
    except OSError as error:
        raise ComposerError(f"{path} cannot be listed ({error.strerror}); Moodbox needs to read it") from error


def _explain(target: Path, error: OSError) -> ComposerError:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            what = "the disk is full; free 40 MB, or set music.house_music = false in the settings"
        case errno.EROFS:
            what = (
                "the disk is mounted read-only; mount it for writing, or set music.house_music = false in the settings"
            )
        case errno.EACCES | errno.EPERM:
            what = f"{target.parent} may not be written; give it to the user Moodbox runs as"
        case _:
            what = f"{error.strerror or error}; it needs a folder on a working disk"
    result = ComposerError(f"{target} cannot be written: {what}")
    result.errno = error.errno
    return result
