"""Why a song cannot be taken, found or changed."""

from __future__ import annotations

from appliance.errors import MoodboxError


class SongError(MoodboxError):
    """Something about a song or its folder; the text says what was found and what would be right."""


class BadName(SongError, ValueError):
    """No song can have this name."""


class NoSuchSong(SongError, FileNotFoundError):
    """There is no song of this name in this folder."""


class SongExists(SongError, FileExistsError):
    """The name is taken: nothing is ever overwritten."""


class NotMusic(SongError, ValueError):
    """The file's name or content is not music that Moodbox plays."""


class TooLarge(SongError, ValueError):
    """The file is larger than the owner allows."""


class NoRoom(SongError, OSError):
    """The disk cannot take the file."""


class NotAllowed(SongError, PermissionError):
    """The file or its folder is not Moodbox's to change."""
