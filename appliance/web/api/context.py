"""What the rooms of the API are given: how to ask the box for something, and where to read what it knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from appliance.core.faces_desk import FacesDesk
from appliance.core.feedback import Feedback
from appliance.core.output_desk import OutputDesk
from appliance.domain.backups import BackupSummary
from appliance.domain.events import Message
from appliance.domain.looks import Look
from appliance.domain.moods import Mood
from appliance.domain.status import Status
from appliance.history import History
from appliance.journey.plane import Plane
from appliance.lib.clock import Clock
from appliance.model.store import ModelStore
from appliance.releases.offer import ReleaseOffer
from appliance.settings.edit import Scalar
from appliance.settings.settings import Settings
from appliance.songs.store import SongStore
from appliance.words.in_force import LanguageInForce

BY = "page"
"""Who asks, in every command that comes from the page."""


class HealthFinding(Protocol):
    """What was found of one part of the box. `well` is None for something worth knowing that is no fault."""

    @property
    def part(self) -> str: ...  # noqa: D102 - described above
    @property
    def well(self) -> bool | None: ...  # noqa: D102 - described above
    @property
    def text(self) -> str: ...  # noqa: D102 - described above


class SongCover(Protocol):
    """The picture on a song's cover. `kind` is its `Content-Type`."""

    @property
    def picture(self) -> bytes: ...  # noqa: D102 - described above
    @property
    def kind(self) -> str: ...  # noqa: D102 - described above


class OutgoingBackup(Protocol):
    """A backup that is being sent."""

    name: str
    size: int
    """Bytes."""
    left_out: list[str]
    """What was damaged, and is not in it."""
    pieces: Iterator[bytes]

    def close(self) -> None:
        """Remove what was copied for it."""


class Backups(Protocol):
    """Backups of the box; every call works on the disk and is for one thread at a time.

    Each raises MoodboxError: as a ValueError for what is wrong with the file or the passphrase, as an OSError where
    there is no room.
    """

    def make(self, passphrase: str) -> OutgoingBackup:
        """Make one."""

    def receive(self, size: int | None) -> Callable[[bytes], None]:
        """Begin to take one in; what to call with each part, and at the end with none."""

    def open(self, passphrase: str) -> BackupSummary:
        """Open and check what was taken in."""

    def confirm(self) -> None:
        """Have what was opened put back at the next start."""

    def discard(self) -> None:
        """Forget what was taken in or opened."""


class Peers(Protocol):
    """Other boxes at the broker. Each raises PairingError."""

    def pair(self, box: str) -> None:
        """Begin to pair with one, by its id."""

    def answer(self, same: bool) -> None:
        """Somebody says whether both boxes show the same digits."""

    def part(self, box: str) -> None:
        """End a pairing, here and there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One for the whole page; the callables may be called at any time from the conductor's loop and return at once."""

    settings: Settings
    clock: Clock
    emit: Callable[[Message], None]
    """Tell the conductor what the owner wants; it is decided on later, in the order in which it is told."""
    status: Callable[[], Status]
    """The box's state of this moment, with its problems."""
    mood: Callable[[], Mood]
    """What the judge says now."""
    look: Callable[[], Look | None]
    """The last look; None while there is no vision process."""
    history: History
    feedback: Feedback
    faces: FacesDesk
    store: ModelStore
    """The models on the box."""
    models_changed: Callable[[], None]
    """Have the running box look which model is in force."""
    songs: SongStore
    plane: Callable[[], Plane | None]
    """The songs as they are chosen from; None until the catalogue has been read."""
    genres: Callable[[], Awaitable[Mapping[str, str]]]
    """The genre of each file that has one."""
    cover: Callable[[str], Awaitable[SongCover | None]]
    """The cover of a song, by its file; None if it has none."""
    language: LanguageInForce
    """The language that the owner has chosen, which may be chosen anew."""
    outputs: OutputDesk
    origins: Sequence[Mapping[str, Any]]
    """Every setting in force: `key`, `value` and `source`."""
    settings_file: Callable[[], Path | None]
    """The file that the owner's settings stand in; None where there is none yet."""
    change_settings: Callable[[Mapping[str, Scalar | None]], dict[str, Scalar | None]]
    """Change keys in that file; returns what they were. Blocks; raises SettingsError, and then nothing has changed."""
    examine: Callable[[Status], Sequence[HealthFinding]]
    """Examine the running box, given its status; blocks for a second or two."""
    versions: Callable[[], Mapping[str, str]]
    """What Moodbox, Python, the machine and the libraries are."""
    said: Callable[[], list[str]]
    """The last lines that the box has said."""
    offer: Callable[[], ReleaseOffer]
    """What the index of releases offered last."""
    look_for_release: Callable[[], None]
    """Have that index asked now."""
    backups: Backups
    peers: Peers | None = None
    """The other boxes of the house; None without a broker."""
