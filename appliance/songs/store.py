"""What the owner can do with the songs: see them, add, listen, move to another mood, remove."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib import atomic_file
from appliance.settings.library import LIBRARY
from appliance.settings.settings import Settings
from appliance.songs import formats, names, upload
from appliance.songs.errors import NoSuchSong, NotAllowed, NotMusic, SongError, SongExists
from appliance.songs.playlists import LISTS
from appliance.songs.problem import SongProblem
from appliance.songs.survey import FolderSurvey, Song, ensure_folders, is_house, survey_folders, survey_page
from appliance.songs.upload import Upload
from appliance.songs.validation import SongValidator, last_modified

_MEGA = 1_000_000
_PATIENCE = 3.0
"""Seconds for a folder: enough for ten thousand songs on a slow card, of those that were not looked into before."""


@dataclass(frozen=True, slots=True)
class OpenedSong:
    """A song that is open to be listened to. Close `file` when it is done."""

    file: BinaryIO
    size: int
    """Bytes."""
    changed: int
    """When it was last changed, in nanoseconds of Unix time."""
    media_type: str


class SongStore:
    """The emotions' folders below `songs`. `limit` bytes at most in a new song; `reserve` bytes stay free on the disk.

    Every request works on the disk and may take its time: not for an event loop. Several threads may use one. A song's
    name is its path within its emotion's folder; names that lead elsewhere raise BadName.
    """

    def __init__(self, songs: Path, limit: int, reserve: int, house: bool = True) -> None:
        self.songs = songs
        self.limit = limit
        self._reserve = reserve
        self._house = house
        self._contents = SongValidator()
        self.tried: Callable[[], Mapping[str, tuple[str | None, str]]] = dict
        """What MPD could not play: by path within `songs`, its Last-Modified at that time and the reason in words."""

    @classmethod
    def of(cls, settings: Settings) -> SongStore:
        """The store that the settings describe."""
        music = settings.music
        return cls(settings.songs_dir, music.upload_limit * _MEGA, music.keep_free * _MEGA, music.house_music)

    def prepare(self) -> None:
        """Make missing folders and remove what interrupted uploads left; uploads in progress stay.

        Raises SongError if a folder cannot be made.
        """
        try:
            ensure_folders(self.songs)
        finally:
            for name in (*EMOTIONS, LIBRARY):
                upload.sweep(self.songs / name)

    def survey(self) -> list[FolderSurvey]:
        """What the folders of all emotions hold, and what is wrong with it."""
        found, tried = survey_folders(self.songs, self._contents, _PATIENCE), self.tried()
        for folder in found:
            known = {problem.place for problem in folder.problems}
            for path, (modified, why) in tried.items():
                file = self.songs / path
                is_song = path.startswith(f"{folder.emotion}/") and file.suffix.lower() in formats.AUDIO
                if is_song and file not in known and last_modified(file) == modified:
                    folder.add_unplayable(SongProblem(file, why), is_house(path.partition("/")[2]))
        return found

    def house_in_use(self, folder: FolderSurvey) -> int:
        """How many house pieces play for this emotion: none once the owner has given it a song."""
        return folder.house if self._house and not folder.songs and not folder.streams else 0

    def free_bytes(self) -> int:
        """Bytes that new songs may take up on the disk."""
        try:
            return max(0, upload.free_bytes(self.songs) - self._reserve)
        except OSError:
            return 0

    def page(self, emotion: Emotion, offset: int, limit: int) -> tuple[int, list[Song]]:
        """How many songs an emotion has, and `limit` of them from number `offset` on."""
        total, songs = survey_page(self.songs / emotion, offset, limit, self._contents)
        tried = self.tried()
        for number, song in enumerate(songs):
            modified, why = tried.get(f"{emotion}/{song.name}", (None, ""))
            if why and not song.problem and last_modified(self.songs / emotion / song.name) == modified:
                songs[number] = replace(song, problem=why)
        return total, songs

    def receive(self, emotion: Emotion, name: str, announced: int | None = None) -> tuple[str, Upload]:
        """Begin to take in a new song: the name that it gets, and what its bytes are to be given to.

        `announced` is its size in bytes if that is known. Raises SongError.
        """
        kept = names.new_name(name)
        return kept, Upload(self._folder(emotion), kept, announced, self.limit, self._reserve)

    def receive_into_library(self, folder: str, name: str, announced: int | None = None) -> tuple[str, Upload]:
        """The same for a song of no emotion: it lies in `songs/library`, in folders as they are told (`Album/CD 1`).

        The name that it gets has its folders before it. Raises SongError.
        """
        kept = "/".join(filter(None, (names.new_folder(folder), names.new_name(name))))
        if PurePosixPath(kept).suffix.lower() in LISTS:
            raise NotMusic(f"{name!r} is a list; one that names streams goes into a mood's folder")
        return kept, Upload(self._folder(LIBRARY), kept, announced, self.limit, self._reserve)

    def add(self, emotion: Emotion, source: Path) -> str:
        """Copy a file into an emotion's folder; returns the name that it got. Raises SongError."""
        try:
            with source.open("rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise NotMusic(f"{source} is no file; name files, such as {source}/*.flac")
                name, song = self.receive(emotion, source.name, os.fstat(file.fileno()).st_size)
                with song:
                    song.take(file)
        except SongError:
            raise
        except IsADirectoryError:
            raise NotMusic(f"{source} is a folder; name files, such as {source}/*.flac") from None
        except OSError as error:
            raise SongError(f"{source}: cannot be read ({error.strerror}); name a readable file") from error
        return name

    def open(self, emotion: Emotion, name: str) -> OpenedSong:
        """Open a song to be listened to. Only what is music by its content is ever given out. Raises SongError."""
        return _opened(self._existing(emotion, name), f"{emotion}/{name}")

    def open_file(self, file: str) -> OpenedSong:
        """The same for a song anywhere below the folder of songs, by its path within it. Raises SongError."""
        path = self.songs.joinpath(*names.steps(file))
        if path.suffix.lower() not in formats.SONG or path.is_dir():
            raise NoSuchSong(f"there is no song {file!r}; the list of songs shows what there is")
        return _opened(path, file)

    def move(self, emotion: Emotion, name: str, to: Emotion) -> str:
        """Move a song to another emotion's folder; returns its name there. Nothing is overwritten. Raises SongError."""
        source = self._changeable(emotion, name)
        target = self._folder(to) / source.name
        if to is emotion:
            raise SongExists(f"{emotion}/{name} is in {emotion} already; name another emotion")
        if source.is_symlink() and source.exists() and not (target.parent / source.readlink()).exists():
            raise NotAllowed(f"{emotion}/{name} is a link that would lead nowhere from {to}; move it by hand")
        try:
            try:
                atomic_file.place(source, target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self._move_to_another_disk(source, target)
        except FileExistsError:
            raise SongExists(f"{to}/{target.name} is there already; delete or rename one of them first") from None
        except OSError as error:
            raise upload.explain(error, source) from error
        return target.name

    def _move_to_another_disk(self, source: Path, target: Path) -> None:
        with source.open("rb") as file, Upload(target.parent, target.name, None, 1 << 62, self._reserve) as song:
            song.take(file)
        atomic_file.remove(source)

    def remove(self, emotion: Emotion, name: str) -> None:
        """Remove a song for good. Raises SongError."""
        path = self._changeable(emotion, name)
        try:
            atomic_file.remove(path)
        except OSError as error:
            raise upload.explain(error, path) from error

    def _folder(self, name: str) -> Path:
        folder = self.songs / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise upload.explain(error, folder) from error
        return folder

    def _existing(self, emotion: Emotion, name: str) -> Path:
        path = self.songs.joinpath(emotion, *names.steps(name))
        is_song = PurePosixPath(name).suffix.lower() in formats.SONG
        if not is_song or not os.path.lexists(path) or path.is_dir():
            raise NoSuchSong(f"there is no song {name!r} in {emotion}; the list of songs shows what there is")
        return path

    def _changeable(self, emotion: Emotion, name: str) -> Path:
        path = self._existing(emotion, name)
        if is_house(name):
            raise NotAllowed(
                f"{emotion}/{name} is house music, which steps aside by itself; "
                "put in a song of your own, or set music.house_music = false"
            )
        return path


def _opened(path: Path, name: str) -> OpenedSong:
    """Raises SongError, which calls the song `name`."""
    try:
        # Opened without waiting: a fifo has no content until someone writes.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb", buffering=0)
    except PermissionError as error:
        raise NotAllowed(f"{name} cannot be read; make it readable, such as by `chmod a+r`") from error
    except FileNotFoundError as error:
        raise NoSuchSong(f"{name} is not there any more; load the page again") from error
    except OSError as error:
        raise NoSuchSong(f"{name} cannot be read ({error.strerror})") from error
    try:
        media_type = _media_type(file, name)
        status = os.fstat(file.fileno())
    except BaseException:
        file.close()
        raise
    return OpenedSong(file, status.st_size, status.st_mtime_ns, media_type)


def _media_type(file: BinaryIO, name: str) -> str:
    """What browsers are told of a song. Raises NoSuchSong for what none should get to see."""
    suffix = PurePosixPath(name).suffix.lower()
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise NoSuchSong(f"{name} is no file")
    if suffix in LISTS:
        raise NoSuchSong(f"{name} is a list of streams; there is nothing in it to hear")
    if not formats.recognise_format(file):
        raise NoSuchSong(f"{name} holds no music")
    return formats.KINDS[suffix].media_type
