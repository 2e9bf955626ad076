"""The rate limit for password guesses, for each address and for all together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from appliance.lib.text import plural
from appliance.web.api.errors import WebError
from appliance.web.auth.local_network import neighbourhood

EACH, EACH_EVERY = 5.0, 30.0
"""Wrong guesses that an address has at once, and the seconds in which it gets another one."""
ALL, ALL_EVERY = 30.0, 10.0
"""The same for all addresses together: some three million guesses a year, for a password of at least 8 characters."""
_MOST_ADDRESSES = 1024


@dataclass(slots=True)
class _Bucket:
    """Tries left at a given time; one more is added every so many seconds."""

    most: float
    every: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is a whole try; 0 if there is one now."""
        self.left, self.at = min(self.most, self.left + (now - self.at) / self.every), now
        return max(0.0, (1 - self.left) * self.every)


class GuessLimiter:
    """Counts tries in leaky buckets. Times are seconds of `monotonic`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._all = _Bucket(ALL, ALL_EVERY, ALL, monotonic())
        self._each: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, address: str) -> None:
        """Count a try before it is made. Raises WebError 429, which says when to try again."""
        now = self._monotonic()
        buckets = (self._of(address), self._all)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            raise WebError(
                429, f"too many wrong passwords; try again in {plural(round(wait), 'second')}", retry_after=wait
            )
        for bucket in buckets:
            bucket.left -= 1

    def give_back(self, address: str) -> None:
        """The try was no guess: the password was right."""
        for bucket in (self._of(address), self._all):
            bucket.left = min(bucket.most, bucket.left + 1)

    def _of(self, address: str) -> _Bucket:
        key = neighbourhood(address)
        bucket = self._each.pop(key, None) or _Bucket(EACH, EACH_EVERY, EACH, self._monotonic())
        self._each[key] = bucket
        if len(self._each) > _MOST_ADDRESSES:
            self._each.popitem(last=False)
        return bucket
