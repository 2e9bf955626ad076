"""Keys for programs: each has a name, is shown once, and is kept as a hash only."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of_text
from appliance.lib.clock import utc
from appliance.lib.json_file import read_json
from appliance.web.api.errors import WebError

log = logging.getLogger(__name__)

FILE = "page-tokens.json"
MOST = 32
UNREADABLE = "{} is damaged, so no program's key is taken; mend or remove it, then restart Moodbox"


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a token."""

    id: str
    name: str
    created: str
    """UTC, ISO 8601; for people only."""
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class TokenStore:
    """The tokens in `page-tokens.json` in the state directory. A file that cannot be read means none, and is kept."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._file, self._now = folder / FILE, now
        self._tokens: list[Token] = []
        self.problem = ""
        """Why no key is taken although there are some, and what helps; empty if all is well."""
        self._one_at_a_time = asyncio.Lock()
        try:
            self._tokens = read_json(self._file, list[Token])
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self.problem = UNREADABLE.format(self._file)
            log.warning("%s (%s)", self.problem, error)

    def listed(self) -> list[dict[str, str]]:
        """Every token's `id`, `name` and `created`."""
        return [{"id": token.id, "name": token.name, "created": token.created} for token in self._tokens]

    async def make(self, name: str) -> dict[str, str]:
        """A new token: `id`, `name` and the `token` itself. Raises WebError 409 or 507."""
        if self.problem:
            raise WebError(409, self.problem)
        secret = "moodbox_" + secrets.token_urlsafe(32)
        created = utc(self._now())
        token = Token(secrets.token_hex(4), name, created, _hash(secret))
        async with self._one_at_a_time:
            if len(self._tokens) >= MOST:
                raise WebError(409, f"there are {MOST} keys, which are the most; delete one first")
            await self._keep([*self._tokens, token])
        return {"id": token.id, "name": name, "token": secret}

    async def delete(self, token_id: str) -> None:
        """Take no notice of a token from now on. Raises WebError 404 or 507."""
        async with self._one_at_a_time:
            left = [token for token in self._tokens if token.id != token_id]
            if len(left) == len(self._tokens):
                raise WebError(404, f"there is no key {token_id!r}")
            await self._keep(left)

    def is_good(self, secret: str) -> bool:
        """Whether this is one of the tokens."""
        digest = _hash(secret)
        return any(secrets.compare_digest(token.sha256, digest) for token in self._tokens)

    async def _keep(self, tokens: list[Token]) -> None:
        try:
            await asyncio.to_thread(atomic_file.write, self._file, msgspec.json.encode(tokens), 0o600)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise WebError(507, f"{self._file}: cannot be written ({reason}); make room, or mend it") from error
        self._tokens = tokens


def _hash(secret: str) -> str:
    # A hash without salt and stretching will do: the secret is 256 bits of chance.
    return sha256_of_text(secret)
