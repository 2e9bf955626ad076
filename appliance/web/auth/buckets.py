"""Buckets that leak: so many tries at once, and one more every so many seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """Tries left at a given time; one more is added every so many seconds."""

    most: float
    every: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is a whole try; 0 if there is one now."""
        self.left, self.at = min(self.most, self.left + (now - self.at) / self.every), now
        return max(0.0, (1 - self.left) * self.every)


class Buckets:
    """A bucket for each key; the one that is longest out of use is forgotten for a new one. Times are `monotonic`'s."""

    def __init__(self, monotonic: Callable[[], float], tries: float, every: float, most: int) -> None:
        """`tries` at once, one more each `every` seconds, for `most` keys at a time."""
        self._monotonic, self._tries, self._every, self._most = monotonic, tries, every, most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key: str) -> Bucket:
        """The bucket of a key."""
        bucket = self._buckets.pop(key, None) or Bucket(self._tries, self._every, self._tries, self._monotonic())
        self._buckets[key] = bucket
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket

    def take(self, key: str) -> float:
        """Use a try of a key, if it has one: 0; otherwise the seconds until it has one."""
        bucket = self.of(key)
        wait = bucket.wait(self._monotonic())
        if wait == 0:
            bucket.left -= 1
        return wait
