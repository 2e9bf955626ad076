"""The part of the running box that looks for new releases, and has one fetched and installed when somebody says so."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from appliance import __version__
from appliance.domain.status import UpdateStage, UpdateStatus
from appliance.lib.child_process import DIE_WITH_PARENT
from appliance.lib.text import printable_line
from appliance.releases.errors import NotPossible
from appliance.releases.news import FetchNews
from appliance.releases.offer import ReleaseOffer, read_offer
from appliance.releases.places import UpdatePlaces
from appliance.releases.wish import BEGUN, UpdateProgress, is_possible, not_begun, read_progress, wish_for_update

log = logging.getLogger(__name__)

DAILY = timedelta(hours=24)
AGAIN = timedelta(hours=6)
"""An index that could not be asked is asked again after so long."""
FIRST = 60.0
"""Seconds after the start, when the network should be there."""
_EVERY = 2.0  # seconds between two looks at how far root is
_SILENT = 600.0  # seconds in which the process that fetches says something
_STALE = 3600.0  # seconds after which what root told last is of a unit that was killed
_SUMMARY = 250  # characters; Home Assistant takes 255
_UNDER_WAY = {"checking", "unpacking", "installing"}


class UpdateWatch:
    """`folder` is the update folder, `index` the address that is asked, or empty; `say` hears of what happens."""

    def __init__(
        self,
        folder: Path,
        run_dir: Path,
        index: str,
        now: Callable[[], datetime],
        say: Callable[[str], None],
        places: UpdatePlaces | None = None,
    ) -> None:
        self._folder, self._run_dir, self._index = folder, run_dir, index
        self._places = places or UpdatePlaces()
        self._now, self._say = now, say
        self._offer = ReleaseOffer(index=index)
        self._progress: UpdateProgress | None = None
        self._share: float | None = None
        self._wish, self._wished_at = "", 0.0
        self._problem = ""
        self._look = self._install = False
        self._wake = asyncio.Event()

    @property
    def offer(self) -> ReleaseOffer:
        """What the index offered last."""
        return self._offer

    def status(self) -> UpdateStatus:
        """How things stand."""
        offer = self._offer
        latest = offer.version if offer.newer_than(__version__) else None
        return UpdateStatus(
            possible=is_possible(self._run_dir),
            index=bool(self._index),
            latest=latest,
            summary=_summary(offer.notes) if latest else "",
            checked=offer.checked or None,
            stage=self._stage(),
            share=self._share,
            problem=self._problem or offer.problem or self._refused() or None,
        )

    def look(self) -> None:
        """Have the index asked now."""
        self._look = True
        self._wake.set()

    def install(self) -> None:
        """Have the release on offer fetched and installed."""
        self._install = True
        self._wake.set()

    async def run(self) -> None:
        """Ask the index once a day, and do what is wanted."""
        self._offer = await asyncio.to_thread(read_offer, self._folder, self._index)
        began = time.monotonic()
        while True:
            self._read_progress()
            if self._install:
                self._install = False
                await self._bring()
            elif self._index and (self._look or (time.monotonic() - began >= FIRST and self._due())):
                self._look = False
                await self._ask_index()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_EVERY):
                    await self._wake.wait()
            self._wake.clear()

    def _due(self) -> bool:
        """Whether a day has passed; a moment in the future, as after a clock that was wrong, counts as none."""
        now = self._now()
        try:
            checked = datetime.strptime(self._offer.checked, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            return True
        return not now - (AGAIN if self._offer.problem else DAILY) < checked <= now

    async def _ask_index(self) -> None:
        before = self._offer.version
        self._problem = (await self._child("check", self._index)).problem
        self._offer = await asyncio.to_thread(read_offer, self._folder, self._index)
        if self._offer.problem:
            self._problem = ""  # the offer tells it, until the index has been asked again
        if self._offer.newer_than(__version__) and self._offer.version != before:
            self._say(
                f"Moodbox {self._offer.version} is on offer; install it on the page, or by: moodbox update latest"
            )

    async def _bring(self) -> None:
        """Fetch what is on offer and wish for it."""
        self._problem = ""
        if self._stage() or not self._offer.newer_than(__version__):
            return
        self._share = 0.0
        try:
            news = await self._child("fetch", self._offer.url)
            self._problem = news.problem
            if news.file:
                self._wish = await asyncio.to_thread(wish_for_update, self._run_dir, news.file)
                self._wished_at = time.monotonic()
        except NotPossible as error:
            self._problem = str(error)
        finally:
            self._share = None
        if self._problem:
            self._say(f"The update cannot be had: {self._problem}")

    async def _child(self, verb: str, url: str) -> FetchNews:
        """What came of a process that talks to the network; it dies with this one, and says something now and then."""
        process = await asyncio.create_subprocess_exec(
            *DIE_WITH_PARENT,
            *(sys.executable, "-m", "appliance.releases", verb, url, str(self._folder)),
            *("--opt", str(self._places.opt), "--answers", str(self._places.answers)),
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout
        last = FetchNews()
        try:
            while True:
                async with asyncio.timeout(_SILENT):
                    line = await process.stdout.readline()
                if not line:
                    break
                with contextlib.suppress(msgspec.DecodeError, ValueError):
                    last = msgspec.json.decode(line, type=FetchNews)
                    self._share = last.done / last.of if last.of else self._share
            if await process.wait():
                return FetchNews(problem="the process that fetches releases has ended; the log says why")
        except TimeoutError:
            return FetchNews(problem=f"nothing has come for {_SILENT:.0f} seconds")
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return last

    def _read_progress(self) -> None:
        progress = read_progress(self._places.progress)
        with contextlib.suppress(OSError):
            if time.time() - self._places.progress.stat().st_mtime > _STALE:
                progress = None
        if progress and progress.id == self._wish and progress != self._progress:
            if progress.stage == "refused":
                self._say(f"The update was not taken: {printable_line(progress.text)}")
            if progress.stage not in _UNDER_WAY:
                self._wish = ""
        if self._wish and time.monotonic() - self._wished_at > BEGUN and (not progress or progress.id != self._wish):
            self._wish = ""
            self._problem = str(not_begun())
        self._progress = progress

    def _stage(self) -> UpdateStage | None:
        if self._share is not None:
            return "fetching"
        if self._progress and self._progress.stage in _UNDER_WAY:
            return self._progress.stage  # type: ignore[return-value]
        return "checking" if self._wish else None

    def _refused(self) -> str:
        """Why the release on offer was not taken, if it was tried."""
        progress = self._progress
        tried = progress is not None and progress.stage == "refused" and progress.version in {"", self._offer.version}
        return printable_line(progress.text) if progress and tried else ""


def _summary(notes: str) -> str:
    """The notes cut to what a line of a dashboard takes."""
    line = " ".join(notes.split())
    return line if len(line) <= _SUMMARY else f"{line[: _SUMMARY - 1]}…"
