"""The owner's password: what is kept of it is a salt and scrypt's key, in a file that only the box's user may read.

scrypt: RFC 7914; its costs follow OWASP's password storage cheat sheet (N = 2^13, r = 8, p = 10: 8 MB for a moment).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
import secrets
from pathlib import Path

import msgspec

from appliance.errors import MoodboxError
from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of_text
from appliance.lib.json_file import read_json

log = logging.getLogger(__name__)

FILE = "page-password.json"
SHORTEST, LONGEST = 8, 256
"""Characters of a password."""
_COSTS = (2**13, 8, 10)
_SALT, _KEY = 16, 32  # bytes
_MEMORY = 64 * 1024 * 1024  # bytes that scrypt may take, whatever the file asks for
_WORK = 4 * 2**13 * 8 * 10  # n·r·p that it may take, for the same reason: 0.6 s of an x86 core
UNREADABLE = "the password on the box cannot be read any more; set a new one at the box: moodbox page password"


class PasswordError(MoodboxError, ValueError):
    """A password that cannot be used, or cannot be kept."""


class PasswordNotKept(PasswordError):
    """A password that cannot be written to the disk."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    n: int
    r: int
    p: int
    salt: bytes
    key: bytes
    check: str | None = None
    """SHA-256 of all the others, which tells damage from a wrong password; earlier versions kept none."""

    def checked(self) -> _Record:
        """The same with its checksum."""
        return msgspec.structs.replace(
            self, check=sha256_of_text(f"{self.n} {self.r} {self.p} {self.salt.hex()} {self.key.hex()}")
        )


class PasswordStore:
    """The password in `page-password.json` in the state directory. Another process may replace the file at any time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._one_at_a_time = asyncio.Lock()
        self._damaged = False
        self._record: _Record | None = None
        self._version = (0, 0, 0)

    @property
    def is_set(self) -> bool:
        """Whether there is a password. An unreadable one counts, so that nobody may set a first one in its place."""
        return os.path.lexists(self._file)

    @property
    def problem(self) -> str:
        """Why nobody can sign in although there is a password, and what helps; empty if all is well."""
        self._read()
        return UNREADABLE if self._damaged else ""

    @property
    def generation(self) -> str:
        """A text that changes with the password, empty without one; sessions of another generation have ended."""
        record = self._read()
        return record.salt.hex() if record else ""

    async def matches(self, password: str) -> bool:
        """Whether this is the password; 0.15 s of an x86 core, in a thread, one after the other."""
        record = self._read()
        if record is None:
            return False
        async with self._one_at_a_time:
            return await asyncio.to_thread(_matches, record, password)

    async def change(self, password: str, first: bool = False) -> None:
        """Keep another password from now on; `first`: only if there is none yet. Raises PasswordError."""
        async with self._one_at_a_time:
            if first and self.is_set:
                raise PasswordError("there is a password already; somebody has just set it")
            await asyncio.to_thread(self.set, password)

    def set(self, password: str) -> None:
        """The same without waiting for others, for a command. Raises PasswordError."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise PasswordError(
                f"the password has {len(password)} characters; it must have {SHORTEST} to {LONGEST} of them"
            )
        n, r, p = _COSTS
        salt = secrets.token_bytes(_SALT)
        record = _Record(n, r, p, salt, _derive(password, n, r, p, salt)).checked()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            atomic_file.write(self._file, msgspec.json.encode(record), 0o600)
        except OSError as error:
            raise PasswordNotKept(
                f"{self._file}: cannot be written ({error.strerror}); make room, or mend it"
            ) from error

    def _read(self) -> _Record | None:
        try:
            status = self._file.stat()
            version = (status.st_ino, status.st_ctime_ns, status.st_size)
            if version != self._version:  # every request asks, and a slow card is not to be read for each
                self._record = _checked(read_json(self._file, _Record))
                self._version = version
        except (OSError, ValueError) as error:
            if not self.is_set:
                self._damaged = False
            elif not self._damaged:
                self._damaged = True
                log.warning("%s cannot be read (%s); set a new one: moodbox page password", self._file, error)
            return None
        self._damaged = False
        return self._record


def _checked(record: _Record) -> _Record:
    """Raises ValueError for what no password can match."""
    if record.check is not None and record != record.checked():
        raise ValueError("it does not fit its checksum")
    if len(record.salt) != _SALT or len(record.key) != _KEY:
        raise ValueError("its salt or key is damaged")
    if (
        record.n < 2
        or record.n & (record.n - 1)
        or record.p < 1
        or not 0 < 128 * record.r * (record.n + record.p) < _MEMORY
        or record.n * record.r * record.p > _WORK
    ):
        raise ValueError("its costs make no sense")
    return record


def _derive(password: str, n: int, r: int, p: int, salt: bytes) -> bytes:
    # Python passes a lone surrogate on, which UTF-8 does not know.
    secret = password.encode(errors="surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=_KEY)


def _matches(record: _Record, password: str) -> bool:
    try:
        key = _derive(password, record.n, record.r, record.p, record.salt)
    except ValueError:  # costs that make no sense
        return False
    return hmac.compare_digest(key, record.key)
