"""How often a password may be guessed: by an address, a device, all together, and by a browser that is known."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from appliance.lib.text import plural
from appliance.web.api.errors import WebError
from appliance.web.auth.local_network import visitor_of

EACH, EACH_EVERY = 5.0, 30.0
"""Wrong guesses that an address has at once, and the seconds in which it gets another one."""
DEVICE, DEVICE_EVERY = 10.0, 20.0
"""The same for a device of the home's network, however many addresses it has: alone it cannot use up those of all."""
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
    can use up its tries. Everyone else shares one with all others, besides those of the address and of the device that
    has it (`device_of`).
    """

    def __init__(self, monotonic: Callable[[], float], device_of: Callable[[str], str] = visitor_of) -> None:
        self._monotonic, self._device_of = monotonic, device_of
        self._all = _Bucket(ALL, ALL_EVERY, ALL, monotonic())
        self._each: OrderedDict[str, _Bucket] = OrderedDict()
        self._cards: OrderedDict[str, _Bucket] = OrderedDict()
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
        each = self._among(self._each, visitor_of(address), _MOST_ADDRESSES)
        card = self._among(self._cards, self._device_of(address), _MOST_DEVICES, DEVICE, DEVICE_EVERY)
        return each, card, self._all

    def _among(
        self, buckets: OrderedDict[str, _Bucket], key: str, most: int, tries: float = EACH, every: float = EACH_EVERY
    ) -> _Bucket:
        bucket = buckets.pop(key, None) or _Bucket(tries, every, tries, self._monotonic())
        buckets[key] = bucket
        if len(buckets) > most:
            buckets.popitem(last=False)
        return bucket
