"""Guests: whom the owner lets in by an invitation, for some hours, to see Now, skip songs and choose the mood."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.lib.checksum import sha256_of_text
from appliance.lib.text import plural
from appliance.web.api.errors import WebError
from appliance.web.auth.buckets import Buckets
from appliance.web.auth.kept_file import KeptFile

FILE = "page-guests.json"
MOST = 16
"""Invitations at a time."""
MOST_DEVICES = 16
"""Devices that an invitation lets in; a new one takes the place of the first."""
DEEDS, DEEDS_EVERY = 5, 6
"""Changes that a guest's device may ask for at once, and the seconds in which it gets another one."""
ASKS, ASKS_EVERY = 60.0, 0.5
"""The same for everything that it reads."""
COMING, COMING_EVERY = 10, 6
"""The same for an address that comes with an invitation, good or bad."""
_MOST_BUCKETS = 1024


class Invitation(msgspec.Struct):
    """What is kept of an invitation. Times are seconds of `monotonic`."""

    id: str
    name: str
    secret: str
    """In plain text, so that the owner can show it again; it is worth no more than a guest's rights."""
    began: float
    until: float
    generation: str
    devices: list[str]
    """The hashes of the secrets of those who came in, the first first."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came in by an invitation; `device` names the browser in limits, `left` are seconds."""

    name: str
    device: str
    left: float


class GuestStore:
    """Invitations, and who came in by them.

    They are kept in `page-guests.json` in the run directory, which outlasts a restart of Moodbox but not of the
    machine, and so does CLOCK_MONOTONIC. A new password ends them all. Trouble with the file costs an invitation.
    """

    def __init__(self, folder: Path, monotonic: Callable[[], float]) -> None:
        self._file, self._monotonic = KeptFile(folder / FILE), monotonic
        self._invitations = self._file.read(dict[str, Invitation]) or {}
        self._coming = Buckets(monotonic, COMING, COMING_EVERY, _MOST_BUCKETS)
        self._deeds = Buckets(monotonic, DEEDS, DEEDS_EVERY, _MOST_BUCKETS)
        self._asks = Buckets(monotonic, ASKS, ASKS_EVERY, _MOST_BUCKETS)

    def listed(self, generation: str) -> list[Invitation]:
        """The invitations that hold, for a password of this generation; the oldest first."""
        return [each for each in self._invitations.values() if self._holds(each, generation)]

    def find(self, invitation_id: str, generation: str) -> Invitation:
        """One of them. Raises WebError 404."""
        found = self._invitations.get(invitation_id)
        if found is None or not self._holds(found, generation):
            raise WebError(404, f"there is no invitation {invitation_id!r}; it may have ended")
        return found

    def invite(self, name: str, seconds: float, generation: str) -> Invitation:
        """A new invitation. Raises WebError 409 if there are too many."""
        self._sweep(generation)
        if len(self._invitations) >= MOST:
            raise WebError(409, f"there are {MOST} invitations, which are the most; end one first")
        now = self._monotonic()
        made = Invitation(
            secrets.token_hex(4), name, secrets.token_urlsafe(16), now, now + seconds, generation, devices=[]
        )
        self._invitations[made.id] = made
        self._keep()
        return made

    def end(self, invitation_id: str, generation: str) -> str:
        """Have an invitation and all who came by it end at once; the guest's name. Raises WebError 404."""
        name = self.find(invitation_id, generation).name
        del self._invitations[invitation_id]
        self._keep()
        return name

    def let_in(self, secret: str, address: str, generation: str) -> tuple[str, Invitation]:
        """The secret of a device that comes with an invitation's, and that invitation. Raises WebError 401 or 429."""
        _refuse_haste(self._coming.take(address))
        for each in self.listed(generation):
            if secrets.compare_digest(each.secret.encode(), secret.encode()):
                device = secrets.token_urlsafe(32)
                each.devices = [*each.devices[1 - MOST_DEVICES :], sha256_of_text(device)]
                self._keep()
                return device, each
        raise WebError(401, "this invitation is not known, or has ended; ask whoever showed it for another one")

    def guest(self, device: str, generation: str) -> Guest | None:
        """Who has this device's secret; None for nobody, or a guest whose invitation has ended."""
        name = sha256_of_text(device)
        for each in self.listed(generation):
            if name in each.devices:
                return Guest(each.name, name, each.until - self._monotonic())
        return None

    def leave(self, device: str) -> None:
        """A device goes of its own accord."""
        name = sha256_of_text(device)
        for each in self._invitations.values():
            if name in each.devices:
                each.devices.remove(name)
                self._keep()

    def pace(self, guest: Guest, deed: bool) -> None:
        """Count what a guest asks for. Raises WebError 429 if that is too much; `deed`: it changes something."""
        _refuse_haste((self._deeds if deed else self._asks).take(guest.device))

    def left(self, invitation: Invitation) -> float:
        """Seconds until an invitation ends by itself."""
        return invitation.until - self._monotonic()

    def settle(self, timeout: float) -> bool:
        """Wait until all is on disk, for `timeout` seconds at most; False if it is not by then."""
        return self._file.settle(timeout)

    def _holds(self, invitation: Invitation, generation: str) -> bool:
        """An invitation that begins in the future is from before the machine's last start."""
        return bool(generation) and invitation.generation == generation and (
            invitation.began <= self._monotonic() < invitation.until
        )  # fmt: skip

    def _sweep(self, generation: str) -> None:
        self._invitations = {each.id: each for each in self.listed(generation)}

    def _keep(self) -> None:
        self._file.write(msgspec.json.encode(self._invitations))


def _refuse_haste(wait: float) -> None:
    if wait > 0:
        raise WebError(429, f"not so fast; try again in {plural(max(1, round(wait)), 'second')}", retry_after=wait)
