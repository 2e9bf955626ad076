"""How two boxes agree on a key by a broker that everyone may read: both show six digits, and people compare them.

X25519 with a commitment, as Bluetooth's numeric comparison (Core Specification, vol. 3 part H, 2.3.5.6.2): the box that
asks is bound to its key before it sees the other's, so whoever sits in between guesses six digits once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

import msgspec

from appliance.peers.errors import PairingError

SIZE = 32
"""Bytes of a key, a commitment and a nonce."""
DIGITS = 6


class Commitment(msgspec.Struct, frozen=True, tag="commitment", tag_field="step", forbid_unknown_fields=True):
    """First, of the box that asks: what its key will be."""

    digest: bytes


class Answer(msgspec.Struct, frozen=True, tag="answer", tag_field="step", forbid_unknown_fields=True):
    """Second, of the box that is asked."""

    public: bytes
    nonce: bytes


class Opening(msgspec.Struct, frozen=True, tag="opening", tag_field="step", forbid_unknown_fields=True):
    """Third, of the box that asks: the key that it was bound to."""

    public: bytes
    nonce: bytes


class Consent(msgspec.Struct, frozen=True, tag="consent", tag_field="step", forbid_unknown_fields=True):
    """Last, of both: somebody has said that the digits are the same."""

    proof: bytes


class Refusal(msgspec.Struct, frozen=True, tag="refusal", tag_field="step", forbid_unknown_fields=True):
    """At any time, of both: it comes to nothing."""


Step = Commitment | Answer | Opening | Consent | Refusal


class Agreement:
    """One side of a pairing. `hear` each step of the other side, and send what it returns."""

    def __init__(
        self, mine: str, other: str, *, asks: bool, chance: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """`mine` and `other` are the boxes' ids; `asks`: this box has begun."""
        from nacl.bindings import crypto_scalarmult_base  # five megabytes, which a box alone may keep

        self._ids = (mine, other) if asks else (other, mine)
        self._mine, self._other, self._asks = mine, other, asks
        self._secret, self._nonce = chance(SIZE), chance(SIZE)
        self._public: bytes = crypto_scalarmult_base(self._secret)
        self._committed: bytes | None = None
        self._key: bytes | None = None
        self._same = self._heard = False
        self.code: str | None = None
        """The digits, as soon as they are known."""

    def begin(self) -> Step:
        """The first step, of the box that asks."""
        return Commitment(_digest(b"commitment", self._public, self._nonce))

    @property
    def key(self) -> bytes | None:
        """The key, once somebody has consented on both boxes."""
        return self._key if self._same and self._heard else None

    def consent(self) -> Step:
        """Somebody says that both boxes show the same digits. Raises PairingError while they are not known."""
        if self._key is None:
            raise PairingError("there are no digits to compare yet")
        self._same = True
        return Consent(self._proof(self._mine))

    def hear(self, step: Step) -> Step | None:
        """What is to be answered, if anything. Raises PairingError for what does not belong here."""
        match step:
            case Commitment(digest) if not self._asks and self._committed is None and len(digest) == SIZE:
                self._committed = digest
                return Answer(self._public, self._nonce)
            case Answer(public, nonce) if self._asks and self._key is None:
                self._agree(public, nonce)
                return Opening(self._public, self._nonce)
            case Opening(public, nonce) if not self._asks and self._key is None and self._committed:
                if not hmac.compare_digest(_digest(b"commitment", public, nonce), self._committed):
                    raise PairingError("the other box does not keep to what it was bound to")
                self._agree(public, nonce)
            case Consent(proof) if self._key is not None:
                if not hmac.compare_digest(proof, self._proof(self._other)):
                    raise PairingError("the other box has another key")
                self._heard = True
            case _:
                raise PairingError("the other box takes a step that is not due")
        return None

    def _agree(self, public: bytes, nonce: bytes) -> None:
        from nacl.bindings import crypto_scalarmult

        if len(public) != SIZE or len(nonce) != SIZE:
            raise PairingError("the other box sends no key")
        try:
            shared = crypto_scalarmult(self._secret, public)
        except RuntimeError as error:  # a point of small order
            raise PairingError("the other box sends no key") from error
        mine, other = (self._public, self._nonce), (public, nonce)
        first, second = (mine, other) if self._asks else (other, mine)
        talk = _digest(b"talk", *(each.encode() for each in self._ids), *first, *second)
        self._key = hmac.digest(shared, b"moodbox pairing" + talk, "sha256")
        number = int.from_bytes(_digest(b"digits", talk, shared)[:8], "big")
        self.code = f"{number % 10**DIGITS:0{DIGITS}}"

    def _proof(self, box: str) -> bytes:
        assert self._key
        return hmac.digest(self._key, b"consent" + box.encode(), "sha256")


def _digest(*parts: bytes) -> bytes:
    """SHA-256 over the parts, each with its length before it."""
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
