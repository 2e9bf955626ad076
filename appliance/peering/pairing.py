"""The one pairing that may be under way: which step comes next, until both have consented or it comes to nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from appliance.domain.status import PairingStatus
from appliance.peers.agreement import Agreement, Commitment, Refusal, Step
from appliance.peers.errors import PairingError
from appliance.words.speaking import t

log = logging.getLogger(__name__)

PATIENCE = 180.0
"""Seconds that a pairing may take."""


class Pairing:
    """Times are CLOCK_MONOTONIC seconds. `send` sends a box a step, by its name and content.

    `paired` is told of a box and the key.
    """

    def __init__(
        self, mine: str, send: Callable[[str, str, bytes], None], paired: Callable[[str, bytes], None]
    ) -> None:
        self._mine, self._send, self._paired = mine, send, paired
        self._agreement: Agreement | None = None
        self._other = ""
        self._until = 0.0
        self._consented = False

    def status(self, now: float, name: Callable[[str], str]) -> PairingStatus | None:
        """How far it is; `name` gives the name of a box by its id."""
        if self._agreement is None or now >= self._until:
            self._agreement = None
            return None
        code = self._agreement.code
        return PairingStatus(box=self._other, name=name(self._other), code=code, consented=self._consented)

    def ask(self, other: str, now: float) -> None:
        """Ask a box. Raises PairingError while another pairing is under way."""
        if self._agreement and now < self._until and other != self._other:
            raise PairingError(t("another pairing is under way; end it first"))
        self._begin(other, asks=True, now=now)
        assert self._agreement
        self._tell(self._agreement.begin())

    def answer(self, same: bool, now: float) -> None:
        """Somebody says whether both boxes show the same digits. Raises PairingError if there are none."""
        if self._agreement is None or now >= self._until:
            raise PairingError(t("no pairing is under way; begin again"))
        if not same:
            self._tell(Refusal())
            self._agreement = None
            return
        self._tell(self._agreement.consent())
        self._consented = True
        self._finish()

    def hear(self, other: str, message: bytes, now: float) -> None:
        """A step of another box; one that does not belong here ends nothing, unless it is the other's own mistake."""
        try:
            step = msgspec.json.decode(message, type=Step)
        except (msgspec.MsgspecError, RecursionError):
            log.debug("pairing: %s sends what means nothing", other)
            return
        under_way = self._agreement is not None and now < self._until
        if isinstance(step, Commitment) and not under_way:
            self._begin(other, asks=False, now=now)
        elif not under_way or other != self._other:
            if not isinstance(step, Refusal):
                self._send(other, "refusal", msgspec.json.encode(Refusal()))
            return
        assert self._agreement
        if isinstance(step, Refusal):
            log.info("pairing: %s says no", other)
            self._agreement = None
            return
        try:
            reply = self._agreement.hear(step)
        except PairingError as error:
            log.warning("pairing with %s: %s", other, error)
            self._tell(Refusal())
            self._agreement = None
            return
        if reply:
            self._tell(reply)
        self._finish()

    def _begin(self, other: str, *, asks: bool, now: float) -> None:
        self._agreement = Agreement(self._mine, other, asks=asks)
        self._other, self._until, self._consented = other, now + PATIENCE, False

    def _finish(self) -> None:
        if self._agreement and self._agreement.key:
            key, self._agreement = self._agreement.key, None
            self._paired(self._other, key)

    def _tell(self, step: Step) -> None:
        self._send(self._other, type(step).__name__.lower(), msgspec.json.encode(step))
