"""Covers of songs for whoever shows them: asked of MPD once, the last few kept, each checked to be a picture."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from appliance.music.errors import MusicError
from appliance.music.mpd.pictures import read_cover

log = logging.getLogger(__name__)

KEPT_BYTES = 8 * 1024 * 1024
"""Of all pictures that are kept, together."""
KEPT = 256
"""Songs of which it is remembered what cover they have, or that they have none."""
_KINDS = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture, and its kind as a `Content-Type`."""

    picture: bytes
    kind: str


class Covers:
    """Asks the MPD at `address` for one cover at a time."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._known: OrderedDict[str, Cover | None] = OrderedDict()
        self._asking = asyncio.Lock()

    async def find(self, file: str) -> Cover | None:
        """The cover of a song, None if it has none, or MPD cannot be asked now."""
        async with self._asking:
            if file in self._known:
                self._known.move_to_end(file)
                return self._known[file]
            try:
                picture = await read_cover(self._address(), file)
            except MusicError as error:
                log.debug("MPD tells no cover of %r: %s", file, error)
                return None
            self._keep(file, picture)
            return self._known.get(file)

    def forget(self) -> None:
        """Ask again for each song: the songs have changed."""
        self._known.clear()

    def _keep(self, file: str, picture: bytes | None) -> None:
        kind = kind_of_picture(picture) if picture else None
        self._known[file] = Cover(picture, kind) if picture and kind else None
        while len(self._known) > KEPT or sum(len(each.picture) for each in self._known.values() if each) > KEPT_BYTES:
            self._known.popitem(last=False)


def kind_of_picture(picture: bytes) -> str | None:
    """The `Content-Type` of a picture that browsers show and that runs nothing, None for anything else."""
    return next((kind for sign, at, kind in _KINDS if picture[at : at + len(sign)] == sign), None)
