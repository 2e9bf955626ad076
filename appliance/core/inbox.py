"""What waits for the conductor: bounded, and fair to all who tell it something.

A person gives a few commands a second; a broken automation gives thousands. Of each kind of command `BURST` go through
at once, then as many a second; of those that have to wait the newest stands for all of its kind, and turns of the
volume add up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace

from appliance.domain import commands
from appliance.domain.commands import Command
from appliance.domain.events import Message

log = logging.getLogger(__name__)

BURST = 10
"""Commands of one kind that are passed on within `WINDOW` seconds."""
WINDOW = 1.0
MOST = 1000
"""Messages that wait at most; beyond that the oldest is dropped."""
BATCH = 50
"""Messages handed out at a time; the loop's other tasks have their turn in between."""
TOLD_EVERY = 10.0
"""Seconds between two lines about commands that were passed over."""

_EACH_COUNTS = (
    commands.CorrectMood,
    commands.DislikeSong,
    commands.TakeBackCorrection,
    commands.ForgetCorrections,
    commands.ForgiveSong,
    commands.EraseHistory,
)
"""Commands of which a newer one says nothing about an older one."""
_COMMANDS = Command.__args__


class Inbox:
    """Filled by `put` in the loop's thread, emptied by `take`. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._waiting: dict[type | int, Message] = {}
        self._count = 0
        self._taken: dict[type, deque[float]] = {}
        self._news = asyncio.Event()
        self._passed_over: Counter[str] = Counter()
        self._told_at = -TOLD_EVERY

    def put(self, message: Message) -> None:
        """Let a message wait for its turn."""
        self._count += 1
        key: type | int = self._count
        if isinstance(message, _COMMANDS) and not isinstance(message, _EACH_COUNTS):
            key = type(message)
            if before := self._waiting.pop(key, None):
                message = _merged(before, message)
                self._passed_over[type(message).__name__] += 1
        self._waiting[key] = message
        if len(self._waiting) > MOST:
            dropped = self._waiting.pop(next(iter(self._waiting)))
            self._passed_over[type(dropped).__name__] += 1
        self._news.set()

    async def take(self, within: float) -> list[Message]:
        """At most `BATCH` messages in the order in which they came; none if none may go `within` seconds."""
        until = self._monotonic() + within
        while True:
            # With something always waiting, nobody else would ever have a turn.
            await asyncio.sleep(0)
            self._news.clear()
            now = self._monotonic()
            self._tell(now)
            batch, again = self._due(now)
            if batch or now >= until:
                return batch
            with contextlib.suppress(TimeoutError):
                # Not wait_for, which on Python 3.11 may swallow a cancellation.
                async with asyncio.timeout(min(until, again) - now):
                    await self._news.wait()

    def _due(self, now: float) -> tuple[list[Message], float]:
        """What may go now, and when the first of the others may."""
        batch: list[Message] = []
        again = float("inf")
        for key, message in list(self._waiting.items()):
            if len(batch) == BATCH:
                break
            if isinstance(message, _COMMANDS):
                taken = self._taken.setdefault(type(message), deque(maxlen=BURST))
                if len(taken) == BURST and now - taken[0] < WINDOW:
                    again = min(again, taken[0] + WINDOW)
                    continue
                taken.append(now)
            batch.append(self._waiting.pop(key))
        return batch, again

    def _tell(self, now: float) -> None:
        if self._passed_over and now - self._told_at >= TOLD_EVERY:
            self._told_at = now
            kinds = ", ".join(f"{name} {count}" for name, count in self._passed_over.most_common())
            log.warning("more is asked for than can be done; passed over for newer ones: %s", kinds)
            self._passed_over.clear()


def _merged(before: Message, after: Message) -> Message:
    if isinstance(before, commands.TurnVolume) and isinstance(after, commands.TurnVolume):
        return replace(after, steps=max(-100, min(100, before.steps + after.steps)))
    return after
