"""Who is signed in: sessions live on the box, and end by idleness, by age, by signing out and by a new password."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.lib.checksum import sha256_of_text
from appliance.web.auth.kept_file import KeptFile

FILE = "page-sessions.json"
IDLE = 7 * 86_400.0
"""Seconds without a request after which a session ends."""
LIFE = 30 * 86_400.0
"""Seconds after which it ends in any case."""
MOST = 32
"""Sessions at a time; a new one takes the place of the one that has been idle longest."""
_NOTED = 3600.0  # seconds after which it is noted again that a session is in use


class _Session(msgspec.Struct):
    began: float
    used: float
    noted: float
    generation: str


class SessionStore:
    """By the hash of their secret. Times are seconds of `monotonic`.

    They are kept in `page-sessions.json` in the run directory, which outlasts a restart of Moodbox but not of the
    machine, and so does CLOCK_MONOTONIC. Trouble with the file costs a sign-in, no more.
    """

    def __init__(self, folder: Path, monotonic: Callable[[], float]) -> None:
        self._file, self._monotonic = KeptFile(folder / FILE), monotonic
        self._sessions = self._file.read(dict[str, _Session]) or {}
        self._sweep()

    def begin(self, generation: str) -> str:
        """A new session's secret, for a password of this generation."""
        self._sweep()
        if len(self._sessions) >= MOST:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used)]
        secret = secrets.token_urlsafe(32)
        now = self._monotonic()
        self._sessions[sha256_of_text(secret)] = _Session(now, now, now, generation)
        self._keep()
        return secret

    def is_good(self, secret: str, generation: str) -> bool:
        """Whether a session with this secret is under way; asking counts as using it."""
        session = self._sessions.get(sha256_of_text(secret))
        if session is None or not generation or session.generation != generation or self._over(session):
            return False
        session.used = self._monotonic()
        if session.used - session.noted > _NOTED:
            session.noted = session.used
            self._keep()
        return True

    def end(self, secret: str) -> None:
        """Sign out."""
        if self._sessions.pop(sha256_of_text(secret), None):
            self._keep()

    def _over(self, session: _Session) -> bool:
        """A session with a time in the future is from before the machine's last start."""
        now = self._monotonic()
        return now - session.used > IDLE or now - session.began > LIFE or max(session.used, session.began) > now

    def _sweep(self) -> None:
        for key in [key for key, session in self._sessions.items() if self._over(session)]:
            del self._sessions[key]

    def settle(self, timeout: float) -> bool:
        """Wait until all is on disk, for `timeout` seconds at most; False if it is not by then."""
        return self._file.settle(timeout)

    def _keep(self) -> None:
        self._file.write(msgspec.json.encode(self._sessions))
