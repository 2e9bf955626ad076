"""How often a password may be guessed: by one address, by all together, and by a browser that is known."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from appliance.lib.text import plural
from appliance.web.api.errors import WebError
from appliance.web.auth.local_network import visitor_of

EACH, EACH_EVERY = 5.0, 30.0
"""Wrong guesses that an address has at once, and the seconds in which it gets another one."""
ALL, ALL_EVERY = 30.0, 10.0
"""The same for all addresses together: some three million guesses a year, for a password of at least 8 characters."""
_MOST_ADDRESSES = 1024
_MOST_DEVICES = 256


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
    """Counts tries in buckets that leak. Times are seconds of `monotonic`.

    A browser in which the owner has signed in before, named by its `device`, has a bucket of its own: no other visitor
    can use up its tries. Everyone else shares one with all others, besides that of the address.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._all = _Bucket(ALL, ALL_EVERY, ALL, monotonic())
        self._each: OrderedDict[str, _Bucket] = OrderedDict()
        self._devices: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, address: str, device: str = "") -> None:
        """Count a try before it is made. Raises WebError 429, which says when to try again."""
        now = self._monotonic()
        buckets = self._buckets(address, device)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            raise WebError(
                429, f"too many wrong passwords; try again in {plural(round(wait), 'second')}", retry_after=wait
            )
        for bucket in buckets:
            bucket.left -= 1

    def give_back(self, address: str, device: str = "") -> None:
        """The try was no guess: the password was right."""
        for bucket in self._buckets(address, device):
            bucket.left = min(bucket.most, bucket.left + 1)

    def _buckets(self, address: str, device: str) -> tuple[_Bucket, ...]:
        if device:
            return (self._among(self._devices, device, _MOST_DEVICES),)
        return self._among(self._each, visitor_of(address), _MOST_ADDRESSES), self._all

    def _among(self, buckets: OrderedDict[str, _Bucket], key: str, most: int) -> _Bucket:
        bucket = buckets.pop(key, None) or _Bucket(EACH, EACH_EVERY, EACH, self._monotonic())
        buckets[key] = bucket
        if len(buckets) > most:
            buckets.popitem(last=False)
        return bucket
