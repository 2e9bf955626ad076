"""Stage by stage: who is next, when it ends, and what a second run does."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.fleet.errors import FleetError
from appliance.fleet.file import Fleet, FleetBox, read_fleet
from appliance.fleet.outcomes import Outcome, Result
from appliance.fleet.record import RunRecord, alone_with
from appliance.fleet.stages import Rollout, all_at_once

DONE, BEFORE, FAILED, UNREACHABLE = Result.DONE, Result.BEFORE, Result.FAILED, Result.UNREACHABLE
WAITING, TRYING = Result.WAITING, Result.TRYING


class Boxes:
    """A fleet whose boxes end as they are told to."""

    def __init__(self, folder: Path, count: int, stages: str = '[1, 10, "all"]', together: int = 8) -> None:
        file = folder / "fleet.toml"
        boxes = "".join(f'[[box]]\nhost = "b{number}"\n' for number in range(count))
        file.write_text(f"[fleet]\nstages = {stages}\ntogether = {together}\n{boxes}")
        self.fleet: Fleet = read_fleet(file)
        self.ends: dict[str, Result] = {}
        self.begun: list[str] = []
        self.at_once = self.most_at_once = 0

    async def job(self, box: FleetBox) -> Outcome:
        self.begun.append(box.name)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return Outcome(name=box.name, host=box.host, result=self.ends.get(box.name, DONE), text="so it ended")

    async def run(self, what: str = "x", told: Callable[[Outcome], None] = lambda _: None) -> list[Result]:
        self.begun.clear()
        rollout = Rollout(self.fleet, self.job, told, RunRecord(self.fleet.file, "push", what))
        outcomes = await rollout.run()
        assert [outcome.name for outcome in outcomes] == [box.name for box in self.fleet.boxes]
        self.stopped = rollout.stopped
        return [outcome.result for outcome in outcomes]


async def test_one_then_ten_then_all_are_done(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 25)
    seen: list[int] = []
    assert await boxes.run(told=lambda _: seen.append(len(boxes.begun))) == [DONE] * 25
    assert seen[0] == 1, "the first alone"
    assert max(seen[1:11]) <= 11, "ten, when the first is done"
    assert boxes.most_at_once <= 8
    assert not boxes.stopped


@pytest.mark.parametrize(("bad", "begun"), [("b0", 1), ("b4", 11)])
async def test_a_failure_ends_the_run_after_its_stage_at_the_latest(tmp_path: Path, bad: str, begun: int) -> None:
    boxes = Boxes(tmp_path, 25)
    boxes.ends[bad] = FAILED
    results = await boxes.run()
    assert results.count(FAILED) == 1
    assert results.count(WAITING) == 25 - len(boxes.begun) >= 25 - begun
    assert bad in boxes.stopped


async def test_after_a_failure_no_box_of_the_same_stage_is_begun(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 9, '["all"]', together=2)
    boxes.ends["b1"] = FAILED
    await boxes.run()
    assert len(boxes.begun) <= 4


async def test_the_next_box_stands_in_for_one_that_is_not_reached(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 4, '[1, "all"]')
    boxes.ends |= {"b0": UNREACHABLE, "b1": FAILED}
    assert await boxes.run() == [UNREACHABLE, FAILED, WAITING, WAITING]


async def test_what_is_done_is_not_done_again_and_the_rest_is(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 4, '[1, 1, "all"]')
    boxes.ends["b1"] = FAILED
    assert await boxes.run() == [DONE, FAILED, WAITING, WAITING]
    boxes.ends["b1"], boxes.ends["b3"] = DONE, UNREACHABLE
    assert await boxes.run() == [BEFORE, DONE, DONE, UNREACHABLE]
    boxes.ends.clear()
    assert await boxes.run() == [BEFORE, BEFORE, BEFORE, DONE]
    assert await boxes.run() == [DONE] * 4, "a run that came to its end is over"


async def test_something_else_begins_with_every_box(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 2)
    boxes.ends["b1"] = UNREACHABLE
    await boxes.run("one model")
    assert await boxes.run("another model") == [DONE, UNREACHABLE]


async def test_an_interrupted_run_has_noted_what_is_done(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 3, "[1, 1, 1]")

    def interrupt(outcome: Outcome) -> None:
        if outcome.name == "b1":
            raise ProcessLookupError

    with pytest.raises(ProcessLookupError):
        await boxes.run(told=interrupt)
    assert await boxes.run() == [BEFORE, BEFORE, DONE]


async def test_a_model_on_trial_keeps_the_next_stage_waiting(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 3)
    boxes.ends["b0"] = TRYING
    assert await boxes.run() == [TRYING, WAITING, WAITING]
    assert "still on trial on b0; the same command goes on later" in boxes.stopped
    boxes.ends = {"b2": TRYING}
    assert await boxes.run() == [DONE, DONE, TRYING], "the last stage keeps nobody waiting"
    assert not boxes.stopped


async def test_stages_that_end_early_leave_the_rest_for_later(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 3, "[1]")
    assert await boxes.run() == [DONE, WAITING, WAITING]


async def test_a_question_goes_to_all_of_them_whatever_fails(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path, 20, together=3)
    boxes.ends["b0"] = FAILED
    outcomes = await all_at_once(boxes.fleet, boxes.job, lambda _: None)
    assert [outcome.result for outcome in outcomes] == [FAILED] + [DONE] * 19
    assert boxes.most_at_once == 3


def test_a_record_that_is_damaged_is_told_and_kept(tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.toml"
    record = tmp_path / ".fleet.toml.run"
    record.write_text('{"push": ')
    with pytest.raises(FleetError, match="remove it to begin with all of them"):
        RunRecord(fleet, "push", "x")
    assert record.exists()


def test_two_commands_do_not_work_on_one_fleet(tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.toml"
    fleet.write_text("")
    with alone_with(fleet), pytest.raises(FleetError, match="another command works on this fleet"), alone_with(fleet):
        pass
