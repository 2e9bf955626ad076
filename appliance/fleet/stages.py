"""Stage by stage: so many boxes at once, the next stage after the one before has done well, an end after a failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from appliance.fleet.errors import FleetError
from appliance.fleet.file import ALL, Fleet, FleetBox
from appliance.fleet.outcomes import Outcome, Result
from appliance.fleet.record import RunRecord

Job = Callable[[FleetBox], Awaitable[Outcome]]
Told = Callable[[Outcome], None]


async def all_at_once(fleet: Fleet, job: Job, told: Told) -> list[Outcome]:
    """Do the same on every box, `fleet.together` of them at a time; for what changes nothing."""
    return await _Crew(fleet.together, job, told).work(fleet.boxes)


class Rollout:
    """One run over a fleet in stages. What is done is noted, and not done again by a run of the same."""

    def __init__(self, fleet: Fleet, job: Job, told: Told, record: RunRecord) -> None:
        self._fleet = fleet
        self._crew = _Crew(fleet.together, job, told, stops=True)
        self._record = record
        self._ended: dict[str, Outcome] = {}
        self.stopped = ""

    async def run(self) -> list[Outcome]:
        """The outcome of every box, in the file's order."""
        waiting = list(self._fleet.boxes)
        for box in self._fleet.boxes:
            if box.name in self._record.done:
                waiting.remove(box)
                self._ended[box.name] = _outcome(box, Result.BEFORE, self._record.done[box.name])
        good, wanted = len(self._ended), 0
        for number, size in enumerate(self._fleet.stages, 1):
            wanted = len(self._fleet.boxes) if size == ALL else wanted + size
            while waiting and good < wanted and not self.stopped:
                batch, waiting = waiting[: wanted - good], waiting[wanted - good :]
                outcomes = await self._crew.work(batch, self._note)
                good += sum(outcome.result is Result.DONE for outcome in outcomes)
                self.stopped = _why_stop(outcomes, bool(waiting), number)
        why = self.stopped or 'the stages of the file end before it; a last stage "all" takes every box'
        self._ended |= {box.name: _outcome(box, Result.WAITING, why) for box in waiting}
        ended = [self._ended[box.name] for box in self._fleet.boxes]
        if all(outcome.result in (Result.DONE, Result.BEFORE) for outcome in ended):
            self._record.forget()
        return ended

    def _note(self, outcome: Outcome) -> None:
        self._ended[outcome.name] = outcome
        if outcome.result is Result.DONE:
            self._record.note(outcome.name, outcome.text)


def _why_stop(outcomes: Sequence[Outcome], more: bool, stage: int) -> str:
    """Why no further box is begun after these; empty if there is no reason."""
    if bad := [outcome.name for outcome in outcomes if outcome.result is Result.FAILED]:
        return f"stopped in stage {stage}: it failed on {', '.join(bad)}"
    trying = [outcome.name for outcome in outcomes if outcome.result is Result.TRYING]
    if trying and more:
        return f"stopped in stage {stage}: still on trial on {', '.join(trying)}; the same command goes on later"
    return ""


def _outcome(box: FleetBox, result: Result, text: str) -> Outcome:
    return Outcome(name=box.name, host=box.host, result=result, text=text)


class _Crew:
    """Works on so many boxes at a time."""

    def __init__(self, together: int, job: Job, told: Told, stops: bool = False) -> None:
        """`stops`: after a failure no further box is begun."""
        self._together = together
        self._job = job
        self._told = told
        self._stops = stops

    async def work(self, boxes: Sequence[FleetBox], note: Callable[[Outcome], None] = lambda _: None) -> list[Outcome]:
        """The outcomes of the boxes; of one that was not begun after a failure there is one that says so."""
        free = asyncio.Semaphore(self._together)
        failed: list[str] = []

        async def one(box: FleetBox) -> Outcome:
            async with free:
                if failed and self._stops:
                    return _outcome(box, Result.WAITING, f"not begun, since it failed on {failed[0]}")
                outcome = await self._timed(box)
            if outcome.result is Result.FAILED:
                failed.append(box.name)
            note(outcome)
            self._told(outcome)
            return outcome

        outcomes = await asyncio.gather(*map(one, boxes))
        for outcome in outcomes:
            if outcome.result is Result.WAITING:
                note(outcome)
        return outcomes

    async def _timed(self, box: FleetBox) -> Outcome:
        began = time.monotonic()
        try:
            outcome = await self._job(box)
        except FleetError:
            raise
        except OSError as error:  # no more processes or files for one more ssh
            outcome = _outcome(box, Result.FAILED, f"here: {error.strerror or error}")
        return msgspec.structs.replace(outcome, seconds=round(time.monotonic() - began, 1))
