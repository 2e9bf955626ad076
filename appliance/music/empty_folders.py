"""Folders that hold nothing to play: looked through again ever more rarely, and told to the owner."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from appliance.domain.emotions import Emotion
from appliance.lib.backoff import Backoff
from appliance.music.errors import MpdRefused
from appliance.music.library import Library
from appliance.music.mpd.client import MpdClient

log = logging.getLogger(__name__)

ASK_FIRST, ASK_LAST = 2.0, 60.0
"""Seconds between two requests to look through a folder again: at first, and at most."""
READING = 5.0
"""Seconds to wait for songs of the right emotion while MPD is still reading the folders, before others stand in."""
COMPOSING = 20.0
"""Seconds before the owner is told, where house pieces may be in the making."""


@dataclass(slots=True)
class _EmptyFolder:
    since: float
    stand_in: Emotion | None


class EmptyFolders:
    """What is lacking. `warn` tells the owner something once, `patience` seconds after it was found lacking.

    While house pieces are in the making, as `composing` tells, that is all that is told.
    """

    def __init__(
        self,
        library: Library,
        warn: Callable[[str], None],
        patience: float,
        composing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._library = library
        self._warn = warn
        self._patience = patience
        self._composing = composing
        self._known: dict[Emotion, _EmptyFolder] = {}
        self._ask_after = 0.0
        self._backoff = Backoff(ASK_FIRST, ASK_LAST)

    def note(self, wish: Emotion, stand_in: Emotion | None) -> float:
        """There is nothing to play for `wish` but from `stand_in`. Returns for how many seconds that has been so."""
        empty_folder = self._known.setdefault(wish, _EmptyFolder(time.monotonic(), stand_in))
        empty_folder.stand_in = stand_in
        return time.monotonic() - empty_folder.since

    def over(self, wish: Emotion) -> bool:
        """There is something to play for `wish`. True if there was not before."""
        return self._known.pop(wish, None) is not None

    def library_changed(self) -> None:
        """Be quick again: songs are being put into folders."""
        self._backoff.reset()
        self._ask_after = 0.0

    async def attend(self, mpd: MpdClient, wish: Emotion) -> float | None:
        """Do what is due about an empty folder. Returns when to be called again, None if there is none.

        MPD misses folders that are made after its start unless it is asked to look.
        """
        empty_folder = self._known.get(wish)
        if empty_folder is None:
            return None
        now = time.monotonic()
        if now >= self._ask_after:
            self._library.forget()
            try:
                await mpd.ask("update", *([wish] if empty_folder.stand_in else []))
            except MpdRefused as error:
                log.debug("MPD does not look through %s: %s", wish, error)
            self._ask_after = now + self._backoff.next()
        tell_after = empty_folder.since + self._patience
        if now < tell_after:
            return min(self._ask_after, tell_after)
        if self._composing():
            if not empty_folder.stand_in:
                self._warn("House music is being composed: its first piece plays as soon as it is there")
            return min(self._ask_after, now + ASK_LAST)
        if empty_folder.stand_in:
            self._warn(f"songs/{wish} holds nothing to play: playing from songs/{empty_folder.stand_in} until it does")
        else:
            self._warn(f"There is no music: put songs into the folder of an emotion, such as songs/{wish}")
        return self._ask_after
