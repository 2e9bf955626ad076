"""Signed messages between two paired boxes: HMAC-SHA256, and against replays a nonce of each run and a counter.

No clock is asked: a message is fresh if it names the nonce that the receiver drew at its start, and its number is above
those before it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

import msgspec

from appliance.peers.errors import ForgedMessage

LARGEST = 4096
"""Bytes of a message, at most."""


class _Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    mac: str


class _Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nonce: str
    """Of the sender's run."""
    echo: str
    """The receiver's nonce, as the sender knows it; empty before it does."""
    number: int
    body: str


class Channel:
    """One box's end of the talk with another."""

    def __init__(self, mine: str, other: str, key: bytes, chance: Callable[[int], str] = secrets.token_hex) -> None:
        self._mine, self._other, self._key = mine, other, key
        self._nonce = chance(16)
        self._theirs = ""
        self._sent = 0
        self._heard: dict[str, int] = {}

    @property
    def run(self) -> str:
        """The other box's run as this one knows it; empty before it has been heard, and then it takes nothing."""
        return self._theirs

    def seal(self, kind: str, body: bytes) -> bytes:
        """A message of this kind; each kind goes its own way, and may overtake the others."""
        self._sent += 1
        letter = _Letter(self._nonce, self._theirs, self._sent, body.decode())
        text = msgspec.json.encode(letter).decode()
        return msgspec.json.encode(_Sealed(text, self._mac(self._mine, self._other, kind, text)))

    def open(self, kind: str, message: bytes) -> bytes | None:
        """The body of a message; None for one that the other box wrote before it knew of this run.

        Then it has learned its nonce, and is to be answered. Raises ForgedMessage.
        """
        if len(message) > LARGEST:
            raise ForgedMessage(f"a message of more than {LARGEST} bytes")
        try:
            sealed = msgspec.json.decode(message, type=_Sealed)
            if not hmac.compare_digest(
                sealed.mac.encode(), self._mac(self._other, self._mine, kind, sealed.text).encode()
            ):
                raise ForgedMessage("a message with a wrong signature")
            letter = msgspec.json.decode(sealed.text, type=_Letter)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            raise ForgedMessage("a message that means nothing") from error
        if letter.echo != self._nonce:
            self._theirs = letter.nonce
            return None
        if letter.nonce != self._theirs:
            self._theirs, self._heard = letter.nonce, {}
        if letter.number <= self._heard.get(kind, 0):
            raise ForgedMessage("a message for the second time")
        self._heard[kind] = letter.number
        return letter.body.encode()

    def _mac(self, sender: str, receiver: str, kind: str, text: str) -> str:
        head = msgspec.json.encode([sender, receiver, kind])
        return hmac.digest(self._key, head + b"\0" + text.encode(), "sha256").hex()
