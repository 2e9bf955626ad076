"""Release files come into the update folder: from an address, going on where it was cut off, or from a file.

update/                          in the state folder
  moodbox-0.2.0.release          whole and verified
  0.2.0-1f0c….part               on its way; the hash is its manifest's, so that it can be no other release's
  lock                           held by who is fetching

Whoever is killed leaves what the next one goes on with.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from appliance.lib import atomic_file
from appliance.releases.container import SUFFIX, ReleaseHead, open_release, read_members, release_name
from appliance.releases.errors import NotOffered, NotPossible, ReleaseError
from appliance.releases.index import host_of
from appliance.releases.offer import fetch_head
from appliance.releases.places import UpdatePlaces, target_of_this_box

if TYPE_CHECKING:
    from appliance.releases.server import ReleaseServer  # brings requests, which takes a while

SPARE = 50_000_000
"""Bytes that stay free beside a release file."""
TRIES = 5
"""In a row without a byte; a download that comes on begins to count again."""
_PIECE = 65_536
_PART = ".part"

Told = Callable[[int, int], None]
"""Hears how many bytes are there, of how many."""


def check_for_this_box(head: ReleaseHead, places: UpdatePlaces, older: bool = False) -> None:
    """Raises ReleaseError for a release that this box would not install; `older` leaves out the floor."""
    head.manifest.unpacked(target_of_this_box())
    if not older:
        places.check_floor(head.manifest.version, head.sha256)


class ReleaseFolder:
    """The update folder. `allow` judges a head before anything is fetched, and raises ReleaseError."""

    def __init__(
        self,
        folder: Path,
        places: UpdatePlaces,
        allow: Callable[[ReleaseHead], None],
        told: Told = lambda _, __: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder, self._places, self._allow, self._told = folder, places, allow, told
        self._sleep = sleep

    def fetch(self, url: str, server: ReleaseServer) -> Path:
        """The release at an address, whole and verified. Raises ReleaseError, NotOffered or NotPossible."""
        with self._alone():
            head = fetch_head(server, url, self._places)
            part, whole = self._begin(head)
            if whole:
                return whole
            self._download(url, server, head, part)
            return self._finish(head, part, host_of(url))

    def take(self, file: IO[bytes], name: str) -> Path:
        """A release file of somebody's, copied here, whole and verified. Raises ReleaseError or NotPossible."""
        with self._alone():
            head = open_release(file, self._places.signers, name)
            part, whole = self._begin(head)
            if whole:
                return whole
            file.seek(0)
            with _written(part), _shared(part) as out:
                out.truncate(0)
                while piece := file.read(_PIECE):
                    out.write(piece)
                    self._told(out.tell(), head.length)
            return self._finish(head, part, name)

    def _begin(self, head: ReleaseHead) -> tuple[Path, Path | None]:
        """Where it is to go, and the whole file if it is there already; what belongs to others is removed."""
        self._allow(head)
        whole = self._folder / release_name(head.manifest.version)
        part = self._folder / f"{head.manifest.version}-{head.sha256[:16]}{_PART}"
        for other in self._folder.iterdir():
            if other.suffix in {_PART, SUFFIX} and other not in {whole, part}:
                other.unlink()
        with contextlib.suppress(OSError, ReleaseError), whole.open("rb") as file:
            if open_release(file, self._places.signers, whole.name).sha256 == head.sha256:
                read_members(file, head, whole.name)
                return part, whole
        whole.unlink(missing_ok=True)
        have = part.stat().st_size if part.exists() else 0
        needed, free = head.length - have + SPARE, shutil.disk_usage(self._folder).free
        if free < needed:
            raise NotPossible(
                f"{self._folder} has {free // 1_000_000} MB of free space; {needed // 1_000_000 + 1} MB are needed"
            )
        return part, None

    def _download(self, url: str, server: ReleaseServer, head: ReleaseHead, part: Path) -> None:
        failed = 0
        while (have := part.stat().st_size if part.exists() else 0) != head.length:
            if have > head.length:
                part.unlink()
                continue
            try:
                self._go_on(url, server, head, part, have)
                failure = NotOffered(f"{host_of(url)} broke off before the end")
            except NotOffered as error:
                failure = error
            now = part.stat().st_size if part.exists() else 0
            if now == head.length:
                return
            failed = failed + 1 if now <= have else 1
            if failed >= TRIES:
                raise failure
            self._sleep(2.0**failed)

    def _go_on(self, url: str, server: ReleaseServer, head: ReleaseHead, part: Path, have: int) -> None:
        with server.release(url, have) as body, _written(part), _shared(part) as out:
            out.truncate(body.begins)
            out.seek(body.begins)
            while piece := body.read_steadily(_PIECE):
                if out.tell() + len(piece) > head.length:
                    raise NotOffered(f"{host_of(url)} sends more than the {head.length} bytes of the release")
                out.write(piece)
                self._told(out.tell(), head.length)

    def _finish(self, head: ReleaseHead, part: Path, where: str) -> Path:
        """Verify what has come, and give it its name."""
        try:
            with part.open("rb") as file:
                came = open_release(file, self._places.signers, where)
                read_members(file, came, where)
        except ReleaseError:
            part.unlink()  # what is damaged in it is not known to anyone who could send it again
            raise
        if came.sha256 != head.sha256:
            part.unlink()
            raise ReleaseError(f"{where}: it has become another release meanwhile; try again")
        whole = self._folder / release_name(head.manifest.version)
        atomic_file.replace(part, whole)
        return whole

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder for this process alone. Raises NotPossible if another has it, or it cannot be written."""
        try:
            atomic_file.make_folder(self._folder, 0o2770)
            lock = _shared(self._folder / "lock")
        except OSError as error:
            raise NotPossible(f"{self._folder}: {error.strerror}; try the same with sudo") from error
        try:
            try:
                fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotPossible("another update is being fetched; try again when it is done") from None
            yield
        finally:
            lock.close()


def _shared(file: Path) -> IO[bytes]:
    """A file to write that the box and everyone of its group may go on with. Raises OSError."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
    with contextlib.suppress(PermissionError):  # of somebody else's, who has done so
        os.fchmod(handle, 0o660)
    return os.fdopen(handle, "r+b")


@contextlib.contextmanager
def _written(part: Path) -> Iterator[None]:
    """Tell in words what a disk refuses. Raises NotPossible."""
    try:
        yield
    except OSError as error:
        if isinstance(error, NotOffered | NotPossible):
            raise
        raise NotPossible(f"{part}: {error.strerror}") from error
