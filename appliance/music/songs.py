"""The songs folder: made where it is missing, and looked through for what MPD could not play."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from appliance.emotion import EMOTIONS, Emotion
from appliance.music.errors import MusicError
from appliance.music.library import LISTS, read_list

AUDIO = frozenset(
    f".{suffix}"
    for suffix in (
        *("aac", "aif", "aiff", "ape", "dff", "dsf", "flac", "it", "m4a", "mka", "mod", "mp2", "mp3", "mp4", "mpc"),
        *("oga", "ogg", "opus", "s3m", "tta", "wav", "weba", "wma", "wv", "xm"),
    )
)
"""File names that MPD is likely to take for music."""


@dataclass(slots=True)
class FolderSurvey:
    """What is in one emotion's folder."""

    emotion: Emotion
    songs: int = 0
    """Files of the owner's that look like music."""
    house: int = 0
    """House pieces."""
    streams: int = 0
    problems: list[str] = field(default_factory=list)
    """One sentence each, naming the file, what is wrong and what would be right."""


def ensure_folders(songs: Path) -> None:
    """Make the songs folder and one folder for each emotion. Raises MusicError if that cannot be done."""
    for emotion in EMOTIONS:
        folder = songs / emotion
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MusicError(
                f"{folder}: cannot be made ({error.strerror}); make a folder there, or set music.songs to another place"
            ) from error


def survey(songs: Path) -> list[FolderSurvey]:
    """What the folders of all seven emotions hold, and what is wrong with it. Reads names and sizes, no music."""
    return [_survey_folder(songs / emotion, emotion) for emotion in EMOTIONS]


def _survey_folder(folder: Path, emotion: Emotion) -> FolderSurvey:
    found = FolderSurvey(emotion)
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "is missing"
        found.problems.append(f"{folder}: {what}; a folder of that name would be right")
        return found
    for parent, folders, files in os.walk(folder, onerror=lambda error: found.problems.append(_unreadable(error))):
        folders.sort()
        for name in (*folders, *files):
            if problem := _name_problem(Path(parent) / name):
                found.problems.append(problem)
        for name in sorted(files):
            _survey_file(Path(parent) / name, found, house=Path(parent).is_relative_to(folder / "house"))
    return found


def _survey_file(file: Path, found: FolderSurvey, house: bool) -> None:
    suffix = file.suffix.lower()
    if suffix in LISTS:
        streams, problems = read_list(file)
        found.streams += len(streams)
        found.problems += map(_printable, problems)
    elif suffix in AUDIO and _name_problem(file) is None:
        if problem := _file_problem(file):
            found.problems.append(problem)
        elif house:
            found.house += 1
        else:
            found.songs += 1


def _name_problem(path: Path) -> str | None:
    """Why MPD leaves out a file or folder of this name, if it does."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return f"{_printable(str(path))}: its name is not UTF-8, so that MPD leaves it out; rename it"
    if "\n" in path.name or "\r" in path.name:
        return f"{_printable(str(path))}: its name holds a line break, so that MPD leaves it out; rename it"
    return None


def _file_problem(file: Path) -> str | None:
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return f"{file}: is a link to nothing; remove it, or put the file there"
    except OSError as error:
        return _unreadable(error)
    if size == 0:
        return f"{file}: is empty (0 bytes); copy it again"
    if not os.access(file, os.R_OK):
        return f"{file}: cannot be read; make it readable, such as by `chmod a+r`"
    return None


def _unreadable(error: OSError) -> str:
    return f"{_printable(str(error.filename))}: cannot be read ({error.strerror}); make it readable for MPD"


def _printable(text: str) -> str:
    return os.fsencode(text).decode(errors="backslashreplace").replace("\n", "\\n").replace("\r", "\\r")
