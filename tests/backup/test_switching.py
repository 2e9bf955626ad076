"""Putting back, cut off anywhere: before it has begun all is as it was, and afterwards all is the backup's."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.backup import plan as plans
from appliance.backup import settings_files, switching
from appliance.backup.plan import read_plan, write_plan
from appliance.backup.switching import STARTS, RestoreWatch
from appliance.errors import MoodboxError
from appliance.lib import atomic_file
from tests.backup.card import Card


class PowerCut(BaseException):
    pass


Changed = tuple[Card, dict[str, str], dict[str, str]]


@pytest.fixture
def changed(card: Card) -> Changed:
    """A box that has gone on since its backup, the backup to be put back; with its content now, and as it was then."""
    sealed, then = card.back_up(), card.content()
    for name in ("state.json", "page-tokens.json"):
        (card.state / name).unlink()
    (card.state / "page-password.json").write_text("{}")
    (card.state / "history.sqlite").write_bytes(b"another")
    (card.state / "models" / "current").unlink()
    (card.state / "models" / "newer-1.0.0-aaaaaaaa").mkdir()
    (card.state / "models" / "newer-1.0.0-aaaaaaaa" / "record.json").write_text("{}")
    card.file.write_text(card.file.read_text().replace("volume = 33", "volume = 55"))
    now = card.content()
    card.confirm(sealed)
    assert card.content() == now
    return card, now, then


def put_back(card: Card, then: dict[str, str]) -> None:
    after = card.content()
    ours = {
        "etc/moodbox.toml",
        "state/history.sqlite",
        "state/catalogue.sqlite",
        "state/allowed_signers",
        "state/mqtt-device-id",
    }
    assert {name: text for name, text in after.items() if name not in ours} == {
        name: text for name, text in then.items() if name not in ours
    }
    assert "volume = 33" in card.file.read_text()


def test_at_the_next_start_all_is_as_it_was_at_the_backup(changed: Changed) -> None:
    card, _, then = changed
    assert card.start().changed
    put_back(card, then)
    assert not card.start().changed


def cut_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the power fail at the so many-th change of the disk."""
    left = [steps]

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: object, **more: object) -> None:
            if left[0] == 0:
                raise PowerCut
            left[0] -= 1
            real(*arguments, **more)

        return step

    monkeypatch.setattr(switching.os, "rename", counted(os.rename))
    monkeypatch.setattr(atomic_file, "write", counted(atomic_file.write))


@pytest.mark.parametrize("steps", range(0, 44, 3))
def test_cut_off_at_any_step_it_goes_on_at_the_next_start(
    steps: int, changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, now, then = changed
    with monkeypatch.context() as patched:
        cut_after(steps, patched)
        with contextlib.suppress(PowerCut):
            card.start()
    card.start()
    put_back(card, then)
    go_back(card)
    assert card.content() == now


def go_back(card: Card) -> None:
    for _ in range(STARTS + 1):
        if card.start().problem:
            return


@pytest.mark.parametrize("steps", range(0, 40, 5))
def test_cut_off_on_the_way_back_it_goes_on_too(steps: int, changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    card, now, _ = changed
    for _ in range(STARTS + 1):
        card.start()
    with monkeypatch.context() as patched:
        cut_after(steps, patched)
        with contextlib.suppress(PowerCut):
            card.start()
    assert "was not put back" in card.start().problem
    assert card.content() == now


def test_a_box_that_does_not_run_with_it_goes_back(changed: Changed) -> None:
    card, now, _ = changed
    card.start()
    for _ in range(STARTS):
        assert card.start().problem == ""
    assert "as it was before" in card.start().problem
    assert card.content() == now
    RestoreWatch(card.state).finish()
    assert not (card.state / plans.FOLDER).exists()
    assert card.start().problem == ""


def test_once_it_runs_well_what_was_before_is_given_up(changed: Changed) -> None:
    card, _, then = changed
    card.start()
    RestoreWatch(card.state).finish()
    assert not (card.state / plans.FOLDER).exists()
    assert not card.start().changed
    put_back(card, then)


async def test_a_start_that_is_stopped_in_order_counts_for_nothing(changed: Changed) -> None:
    card, _, _ = changed
    for _ in range(2 * STARTS):
        card.start()
        task = asyncio.create_task(RestoreWatch(card.state).run())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    plan = read_plan(card.state)
    assert plan
    assert (plan.stage, plan.starts) == ("switched", 0)


async def test_the_watch_waits_for_half_a_minute(changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    card, _, _ = changed
    card.start()
    monkeypatch.setattr(switching, "WELL_AFTER", 0.01)
    await RestoreWatch(card.state).run()
    assert not (card.state / plans.FOLDER).exists()


def test_a_plan_that_is_still_to_be_carried_out_stays(changed: Changed) -> None:
    card, _, _ = changed
    RestoreWatch(card.state).finish()
    assert card.start().changed


def test_settings_that_cannot_be_written_leave_all_as_it_was(changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    card, now, _ = changed
    real = atomic_file.write

    def refuse(path: Path, *arguments: bytes) -> None:
        if path == card.file and b"volume = 33" in arguments[0]:
            raise OSError(30, "Read-only file system", str(path))
        real(path, *arguments)

    monkeypatch.setattr(settings_files.atomic_file, "write", refuse)
    problem = card.start().problem
    assert "Read-only file system" in problem
    assert "all is as it was before" in problem
    assert card.content() == now


def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(
    changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, now, _ = changed
    real = os.rename

    def refuse(source: Path, to: Path) -> None:
        if source.name == "page-password.json" and source.parent == card.state:
            raise PermissionError(1, "Operation not permitted", str(source))
        real(source, to)

    monkeypatch.setattr(switching.os, "rename", refuse)
    assert "page-password.json: Operation not permitted" in card.start().problem
    assert card.content() == now


def test_a_plan_that_cannot_be_read_stops_no_start(changed: Changed) -> None:
    card, now, _ = changed
    (card.state / plans.FOLDER / plans.PLAN).write_bytes(b"\xbe")
    assert "cannot be understood" in card.start().problem
    assert card.content() == now


def test_on_an_installed_box_the_state_waits_for_the_settings(changed: Changed) -> None:
    card, now, _ = changed
    plan = read_plan(card.state)
    assert plan
    by_helper = type(plan)(**{name: getattr(plan, name) for name in plan.__struct_fields__} | {"helper": True})
    write_plan(card.state, by_helper)
    settings_files.settle(card.state, by_helper, card.file.parent)
    assert card.content() == now  # signers go to the state folder here, which the unit may not write
    assert "no place for" in card.start().problem


def test_the_unit_and_the_box_put_back_and_take_back_together(changed: Changed) -> None:
    card, now, then = changed
    plan = read_plan(card.state)
    assert plan
    mine = tuple(each for each in plan.settings if Path(each.target).parent == card.file.parent)
    fields = {name: getattr(plan, name) for name in plan.__struct_fields__}
    write_plan(card.state, type(plan)(**fields | {"helper": True, "settings": mine}))

    def helper() -> bool:
        found = read_plan(card.state)
        return bool(found) and settings_files.settle(card.state, found, card.file.parent)

    assert helper()
    assert card.start().changed
    put_back(card, then)
    for _ in range(STARTS):
        assert not helper()
        card.start()
    last = card.start()
    assert last.wait
    assert "volume = 55" not in card.file.read_text()
    assert helper()
    assert card.start().problem.endswith("all is as it was before")
    assert card.content() == now


def test_a_unit_that_has_not_run_is_named(changed: Changed) -> None:
    card, now, _ = changed
    plan = read_plan(card.state)
    assert plan
    fields = {name: getattr(plan, name) for name in plan.__struct_fields__}
    write_plan(card.state, type(plan)(**fields | {"helper": True}))
    assert "moodbox-restore has not run" in card.start().problem
    assert card.content() == now


def test_the_unit_follows_no_link_and_takes_no_large_file(card: Card, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("[music]\n")
    card.confirm(card.back_up())
    plan = read_plan(card.state)
    assert plan
    staged = card.state / plans.FOLDER / plans.SETTINGS / "moodbox.toml"
    staged.unlink()
    staged.symlink_to(secret)
    mine = tuple(each for each in plan.settings if each.name == "moodbox.toml")
    with pytest.raises(OSError, match="symbolic"):
        settings_files.put_forward(card.state, mine, card.file.parent)
    staged.unlink()
    staged.write_bytes(bytes(settings_files.LARGEST + 1))
    with pytest.raises(MoodboxError, match="at most"):
        settings_files.put_forward(card.state, mine, card.file.parent)


def test_another_backup_that_is_opened_meanwhile_is_not_put_back_in_its_place(card: Card) -> None:
    sealed, now = card.back_up(), card.content()
    plan = card.open(sealed)[1]
    card.open(sealed)
    write_plan(card.state, plan)
    assert "open it again" in card.start().problem
    assert card.content() == now


def test_what_was_opened_and_never_confirmed_goes_at_the_next_start(card: Card) -> None:
    card.open(card.back_up())
    (card.state / plans.FOLDER / "incoming").write_bytes(b"sealed")
    assert card.start() == switching.Resumed()
    assert not (card.state / plans.FOLDER).exists()
