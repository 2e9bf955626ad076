"""Who is signed in: sessions live on the box, and end by idleness, by age, by signing out and by a new password."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

IDLE = 7 * 86_400.0
"""Seconds without a request after which a session ends."""
LIFE = 30 * 86_400.0
"""Seconds after which it ends in any case."""
MOST = 32
"""Sessions at a time; a new one takes the place of the one that has been idle longest."""


@dataclass(slots=True)
class _Session:
    began: float
    used: float
    generation: str


class Sessions:
    """In memory, by the hash of their secret. Times are seconds of `monotonic`; a restart of Moodbox ends them all."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._sessions: dict[str, _Session] = {}

    def begin(self, generation: str) -> str:
        """A new session's secret, for a password of this generation."""
        self._sweep()
        if len(self._sessions) >= MOST:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used)]
        secret = secrets.token_urlsafe(32)
        now = self._monotonic()
        self._sessions[_hash(secret)] = _Session(now, now, generation)
        return secret

    def is_good(self, secret: str, generation: str) -> bool:
        """Whether a session with this secret is under way; asking counts as using it."""
        session = self._sessions.get(_hash(secret))
        if session is None or not generation or session.generation != generation or self._over(session):
            return False
        session.used = self._monotonic()
        return True

    def end(self, secret: str) -> None:
        """Sign out."""
        self._sessions.pop(_hash(secret), None)

    def _over(self, session: _Session) -> bool:
        now = self._monotonic()
        return now - session.used > IDLE or now - session.began > LIFE

    def _sweep(self) -> None:
        for key in [key for key, session in self._sessions.items() if self._over(session)]:
            del self._sessions[key]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
