"""Keeps the store of models for the running box: tells which model is in force, and how its trial ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from appliance.domain.actions import DropModel, InstallModel, KeepModel, TryModel
from appliance.domain.events import ModelInForce
from appliance.lib.clock import utc
from appliance.model.errors import ModelError
from appliance.model.store import ModelStore

log = logging.getLogger(__name__)

LAST = 2.0
"""Seconds that the disk has for the last note when the box stops."""
AGAIN = 60.0
"""Seconds until what could not be written is tried again."""

Task = TryModel | InstallModel | KeepModel | DropModel


class ModelStoreWorker:
    """One task after the other, in a thread, for the store waits for the disk. Emits ModelInForce."""

    def __init__(self, store: ModelStore, emit: Callable[[ModelInForce], None], order: Callable[[str], None]) -> None:
        """`order` has the vision process use a bundle file."""
        self._store, self._emit, self._order = store, emit, order
        self._tasks: asyncio.Queue[Task | None] = asyncio.Queue()
        self._failing = False
        self._later: list[asyncio.TimerHandle] = []
        self._said: set[str] = set()
        self._attempt = ""

    def look(self) -> None:
        """Look at the store again: another process has changed it. What could not be written before is out of date."""
        for again in self._later:
            again.cancel()
        self._later.clear()
        self._tasks.put_nowait(None)

    def do(self, task: Task) -> None:
        """Carry out what the trial has come to."""
        self._tasks.put_nowait(task)

    async def run(self) -> None:
        """Tell which model is in force, then carry out one task after the other, until cancelled."""
        self.look()
        try:
            while True:
                await self._next()
        except asyncio.CancelledError:  # the box is stopped, which is not for the model to answer for
            if self._attempt:
                with contextlib.suppress(ModelError, TimeoutError):
                    async with asyncio.timeout(LAST):
                        await asyncio.to_thread(self._store.discount_attempt, self._attempt)
            raise

    async def _next(self) -> None:
        task = await self._tasks.get()
        try:
            await self._carry_out(task)
        except ModelError as error:
            self._could_not(task, error)
        else:
            self._later = [again for again in self._later if again.when() > asyncio.get_running_loop().time()]
            if self._failing and task is not None:
                self._failing = False
                log.info("The store of models can be changed again.")

    async def _carry_out(self, task: Task | None) -> None:
        match task:
            case TryModel(sha256, file):
                if await asyncio.to_thread(self._store.count_attempt, sha256):
                    self._attempt = sha256
                    self._order(file)
                else:  # another process has changed the store since
                    await self._tell()
            case InstallModel():
                await asyncio.to_thread(self._install_latest)
                await self._tell()
            case KeepModel(sha256):
                self._attempt = ""
                await asyncio.to_thread(self._store.commit, sha256)
            case DropModel(sha256, reason):
                await asyncio.to_thread(partial(self._store.fail, sha256, reason))
                await self._tell()
            case None:
                await self._tell()

    def _could_not(self, task: Task | None, error: ModelError) -> None:
        """Say so once. What the trial has come to is tried again, for a full disk may be emptied."""
        if not self._failing:
            log.warning("%s", error)
        if isinstance(task, TryModel | KeepModel | DropModel):
            self._failing = True
            self._later.append(asyncio.get_running_loop().call_later(AGAIN, self.do, task))

    async def _tell(self) -> None:
        self._emit(await asyncio.to_thread(self._in_force))

    def _in_force(self) -> ModelInForce:
        for problem in self._store.problems():
            if problem not in self._said:
                self._said.add(problem)
                log.warning("%s", problem)
        model, trial, latest = self._store.current(), self._store.trial(), self._store.latest()
        if trial and trial.model != model.id:  # changed between two glances; its change will be told
            trial = None
        return ModelInForce(
            model.id,
            str(model.file),
            model.sha256,
            trial is not None,
            trial.attempts if trial else 0,
            latest.id if latest.id != model.id else "",
        )

    def _install_latest(self) -> None:
        latest = self._store.latest()
        if latest.id != self._store.current().id:
            self._store.install_again(latest, utc(datetime.now(UTC)))
