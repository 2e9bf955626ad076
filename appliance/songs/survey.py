"""The songs' folders: made where they are missing, and looked through for songs and for what cannot be played."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib.text import printable_name
from appliance.settings.library import LIBRARY
from appliance.songs.errors import SongError
from appliance.songs.formats import SONG
from appliance.songs.playlists import LISTS, read_list
from appliance.songs.problem import SongProblem
from appliance.songs.validation import SongValidator

HOUSE = "house"
"""The folder for pieces of house music within each emotion's folder."""


@dataclass(frozen=True, slots=True)
class Song:
    """A file that is a song, or a list of streams, by its name."""

    name: str
    """Its path within the emotion's folder, the folders in it parted by `/`."""
    size: int
    """Bytes."""
    house: bool
    problem: str
    """Why it cannot be played, in words to be shown after its name; empty if it can."""


@dataclass(slots=True)
class FolderSurvey:
    """What is in one emotion's folder."""

    emotion: Emotion
    songs: int = 0
    """Playable files of the owner's."""
    house: int = 0
    """House pieces."""
    streams: int = 0
    problems: list[SongProblem] = field(default_factory=list)

    def add_unplayable(self, problem: SongProblem, house: bool) -> None:
        """One of the songs, or house pieces, has turned out not to be playable."""
        self.songs -= not house
        self.house -= house
        self.problems.append(problem)


def ensure_folders(songs: Path) -> None:
    """Make the songs folder, one folder for each emotion and one for songs of none.

    Raises SongError after having made those that can be.
    """
    fault: tuple[Path, OSError] | None = None
    for name in (*EMOTIONS, LIBRARY):
        folder = songs / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fault = fault or (folder, error)
    if fault:
        missing, why = fault
        raise SongError(
            f"{missing}: cannot be made ({why.strerror}); make a folder there, or set music.songs to another place"
        ) from why


def survey_folders(
    songs: Path, contents: SongValidator | None = None, patience: float = math.inf
) -> list[FolderSurvey]:
    """What the folders of all emotions hold, and what is wrong with it. Reads the beginning of each song.

    After `patience` seconds with a folder the rest of its songs are counted by their names alone.
    """
    contents = contents or SongValidator()
    return [_survey_folder(songs / emotion, emotion, contents, patience) for emotion in EMOTIONS]


def survey_page(folder: Path, offset: int, limit: int, contents: SongValidator) -> tuple[int, list[Song]]:
    """How many songs an emotion's folder holds, house pieces included, and `limit` of them from number `offset` on.

    In the order of their names, house pieces last. Only files on the page are looked into.
    """
    found = sorted(_song_files(folder, lambda _: None), key=_order)
    shown: list[Song] = []
    for path in found[offset : offset + limit]:
        file = folder / path
        size, problem = contents.examine(file)
        shown.append(Song(printable_name(path), size, is_house(path), name_problem(file.name) or problem))
    return len(found), shown


def own_songs(folder: Path) -> list[tuple[str, int]]:
    """The owner's songs in an emotion's folder by their endings, in order: path within it, and bytes; none is read."""
    found = sorted(path for path in _song_files(folder, lambda _: None) if not is_house(path))
    return [(printable_name(path), (folder / path).lstat().st_size) for path in found]


def is_house(path: str) -> bool:
    """Whether this path within an emotion's folder is that of a house piece."""
    return path.startswith(f"{HOUSE}/")


def _order(path: str) -> tuple[bool, str, str]:
    return is_house(path), path.casefold(), path


def _survey_folder(folder: Path, emotion: Emotion, contents: SongValidator, patience: float) -> FolderSurvey:
    found, until = FolderSurvey(emotion), time.monotonic() + patience
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "is missing"
        found.problems.append(SongProblem(folder, f"{what}; a folder of that name would be right"))
        return found
    for path in sorted(_song_files(folder, found.problems.append)):
        file = folder / path
        if name_problem(file.name):
            continue
        if file.suffix.lower() in LISTS:
            streams, problems = read_list(file)
            found.streams += len(streams)
            found.problems += problems
        elif problem := contents.examine(file)[1] if time.monotonic() < until else "":
            found.problems.append(SongProblem(file, problem))
        elif is_house(path):
            found.house += 1
        else:
            found.songs += 1
    return found


def _song_files(folder: Path, tell: Callable[[SongProblem], None]) -> Iterator[str]:
    """The paths within the folder of all that is a song by its ending. `tell` gets faulty names and folders."""

    def unreadable(error: OSError) -> None:
        why = "" if isinstance(error, PermissionError) else f" ({error.strerror})"
        tell(SongProblem(Path(error.filename), f"cannot be read{why}; make it readable for MPD"))

    seen: set[tuple[int, int]] = set()
    for parent, folders, files in os.walk(folder, onerror=unreadable, followlinks=True):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        for name in (*folders, *sorted(files)):
            if problem := name_problem(name):
                tell(SongProblem(Path(parent, name), problem))
        within = os.path.relpath(parent, folder)
        start = "" if within == "." else f"{within}/"
        for name in files:
            if os.path.splitext(name)[1].lower() in SONG:  # noqa: PTH122 - there are thousands of them
                yield start + name


def name_problem(name: str) -> str:
    """Why MPD leaves out a file or folder of this name; empty if it takes it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8, so that MPD leaves it out; rename it"
    if "\n" in name or "\r" in name:
        return "its name holds a line break, so that MPD leaves it out; rename it"
    return ""
