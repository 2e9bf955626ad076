"""How often a password may be guessed: by an address, a device, all together, and by a browser that is known."""

from __future__ import annotations

from collections.abc import Callable

from appliance.lib.text import plural
from appliance.web.api.errors import WebError
from appliance.web.auth.buckets import Bucket, Buckets
from appliance.web.auth.local_network import visitor_of

EACH, EACH_EVERY = 5.0, 30.0
"""Wrong guesses that an address has at once, and the seconds in which it gets another one."""
DEVICE, DEVICE_EVERY = 10.0, 20.0
"""The same for a device of the home's network, however many addresses it has: alone it cannot use up those of all."""
ALL, ALL_EVERY = 30.0, 10.0
"""The same for all addresses together: some three million guesses a year, for a password of at least 8 characters."""
_MOST_ADDRESSES = 1024
_MOST_DEVICES = 256


class GuessLimiter:
    """Counts tries in buckets that leak. Times are seconds of `monotonic`.

    A browser in which the owner has signed in before, named by its `device`, has a bucket of its own: no other visitor
    can use up its tries. Everyone else shares one with all others, besides those of the address and of the device that
    has it (`device_of`).
    """

    def __init__(self, monotonic: Callable[[], float], device_of: Callable[[str], str] = visitor_of) -> None:
        self._monotonic, self._device_of = monotonic, device_of
        self._all = Bucket(ALL, ALL_EVERY, ALL, monotonic())
        self._each = Buckets(monotonic, EACH, EACH_EVERY, _MOST_ADDRESSES)
        self._cards = Buckets(monotonic, DEVICE, DEVICE_EVERY, _MOST_DEVICES)
        self._devices = Buckets(monotonic, EACH, EACH_EVERY, _MOST_DEVICES)

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

    def _buckets(self, address: str, device: str) -> tuple[Bucket, ...]:
        if device:
            return (self._devices.of(device),)
        return self._each.of(visitor_of(address)), self._cards.of(self._device_of(address)), self._all
