"""The part of the running box that has its lists read every week, by a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.domain.emotions import Emotion
from appliance.lib.child_process import DIE_WITH_PARENT
from appliance.lib.text import plural, printable_line
from appliance.lists.schedule import HOUR, due_lists
from appliance.lists.store import ListStore

log = logging.getLogger(__name__)

_LOOK = 600.0  # seconds between two looks at the clock
_FIRST = 60.0  # seconds after the start, when the network should be there
_LONGEST = 3600.0  # seconds that reading all lists may take


class ListNews(Struct, kw_only=True):
    """What came of one list; `changed` is the emotion whose music is another now."""

    name: str
    new: int = 0
    here: int = 0
    problem: str = ""
    changed: Emotion | None = None

    @property
    def text(self) -> str:
        """The news in words; empty if there is none to tell."""
        if self.problem:
            return f"The list {self.name!r} cannot be read: {self.problem}"
        if not self.new:
            return ""
        return f"The list {self.name!r} has {plural(self.new, 'new song')}; on this box: {self.here}"


class WeeklyLists:
    """Starts `python -m appliance.lists` every night, which reads what is due and matches the rest again.

    `folder` is that of the lists, `day` that of the week on which they are read, or `never`; `command` the process to
    start at a moment, `now` the local time; `say` and `changed` hear of what came of it. `sleep` in seconds.
    """

    def __init__(
        self,
        folder: Path,
        day: str,
        command: Callable[[datetime], list[str]],
        now: Callable[[], datetime],
        say: Callable[[str], None],
        changed: Callable[[Emotion], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.folder, self._day, self._command, self._now = folder, day, command, now
        self._say, self._changed, self._sleep = say, changed, sleep

    async def run(self) -> None:
        """Look a minute after the start, then every night, and whenever a list is due; the process knows which."""
        await self._sleep(_FIRST)
        last: datetime | None = None
        while True:
            now = self._now()
            lists = await asyncio.to_thread(ListStore(self.folder).all)
            if lists and (last is None or not _last_night(now) < last <= now or due_lists(lists, now, self._day)):
                last = now
                await self.read_due(now)
            await self._sleep(_LOOK)

    async def read_due(self, now: datetime) -> None:
        """Have what is due read, and tell what came of it."""
        process = await asyncio.create_subprocess_exec(
            *DIE_WITH_PARENT,
            *self._command(now),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_LONGEST):
                told, said = await process.communicate()
        except TimeoutError:
            log.warning("The lists have not been read within an hour; the next night tries again")
            return
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            log.warning("The lists cannot be read: %s", printable_line(said.decode(errors="replace").strip()[-500:]))
        for line in told.splitlines():
            self._tell(line)

    def _tell(self, line: bytes) -> None:
        try:
            news = msgspec.json.decode(line, type=ListNews)
        except msgspec.DecodeError:
            return
        if news.text:
            self._say(printable_line(news.text))
        if news.changed:
            self._changed(news.changed)


def read_lists_command(settings: Path, now: datetime) -> list[str]:
    """The process that reads the lists of a box with these settings."""
    return [sys.executable, "-m", "appliance.lists", "--settings", str(settings), "--at", now.isoformat()]


def _last_night(now: datetime) -> datetime:
    at = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return at if at <= now else at - timedelta(days=1)
