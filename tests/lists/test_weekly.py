"""Lists read by the box itself, week after week, by a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from appliance.lib.clock import ManualClock
from appliance.lists.store import ListStore
from appliance.lists.weekly import WeeklyLists, read_lists_command
from tests.lists.services import Answer, Asked, Service, serving

SUNDAY = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


class Over(Exception):
    """The simulated time is over."""


class SimulatedWeeks:
    """Runs the part for so many days and keeps what it told."""

    def __init__(self, folder: Path, settings: Path) -> None:
        self.clock = ManualClock(now=SUNDAY)
        self.said: list[tuple[datetime, str]] = []
        self.changed: list[Emotion] = []
        self.part = WeeklyLists(
            folder,
            "monday",
            partial(read_lists_command, settings),
            self.clock.now,
            lambda text: self.said.append((self.clock.now(), text)),
            self.changed.append,
            self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)
        if self.clock.now() > self.until:
            raise Over

    async def run(self, until: datetime) -> None:
        """Let time pass until then."""
        self.until = until
        with pytest.raises(Over):
            await self.part.run()


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def box(tmp_path: Path) -> SimulatedWeeks:
    (tmp_path / "songs" / "happy").mkdir(parents=True)
    settings = tmp_path / "moodbox.toml"
    settings.write_text(f'[paths]\nstate = "{tmp_path}/state"\n[music]\nsongs = "{tmp_path}/songs"\n')
    return SimulatedWeeks(tmp_path / "state" / "lists", settings)


async def test_every_monday_what_is_new_is_added_and_told(box: SimulatedWeeks, service: Service) -> None:
    asked: list[datetime] = []

    def of_the_week(_: Asked) -> Answer:
        asked.append(box.clock.now())
        return Answer(f"title,artist\nSong {len(asked)},Somebody\nSong {len(asked) + 1},Somebody\n")

    service.on["/weekly.csv"] = of_the_week
    store = ListStore(box.part.folder)
    store.save(store.add("Weekly", f"{service.url}/weekly.csv", Emotion.HAPPY))
    await box.run(datetime(2026, 11, 30, 5, 0, tzinfo=UTC))

    assert [f"{moment:%a %H}" for moment in asked] == ["Sun 20", "Mon 04", "Mon 04"]
    assert [text for _, text in box.said] == [
        "The list 'Weekly' has 2 new songs; on this box: 0",
        *["The list 'Weekly' has 1 new song; on this box: 0"] * 2,
    ]
    assert [entry.song.title for entry in store.get("weekly").entries] == [f"Song {n}" for n in range(1, 5)]


async def test_a_service_that_is_down_is_tried_again_the_same_day(box: SimulatedWeeks, service: Service) -> None:
    service.on["/weekly.csv"] = [Answer("", 404), Answer("title,artist\nOne,Somebody\n")]
    store = ListStore(box.part.folder)
    store.save(store.add("Weekly", f"{service.url}/weekly.csv", None))
    await box.run(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    assert [text.partition(":")[0] for _, text in box.said] == [
        "The list 'Weekly' cannot be read",
        "The list 'Weekly' has 1 new song; on this box",
    ]
    assert len(service.asked) == 2


async def test_no_process_is_started_where_there_is_no_list(tmp_path: Path) -> None:
    def never(_: datetime) -> list[str]:
        raise AssertionError("there is nothing to read")

    box = SimulatedWeeks(tmp_path / "lists", tmp_path)
    box.part = WeeklyLists(
        tmp_path / "lists", "monday", never, box.clock.now, lambda _: None, lambda _: None, box._sleep
    )
    await box.run(datetime(2026, 12, 8, tzinfo=UTC))


async def test_a_process_that_fails_is_logged_and_the_next_night_tries(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changed: list[Emotion] = []
    script = 'import sys; print(\'{"name": "x", "changed": "sad"}\'); print(\'not for us\'); sys.exit(\'no disk\')'
    part = WeeklyLists(
        tmp_path,
        "monday",
        lambda _: [sys.executable, "-c", script],
        lambda: SUNDAY,
        lambda _: None,
        changed.append,
    )
    await part.read_due(SUNDAY)
    assert changed == [Emotion.SAD]
    assert "The lists cannot be read: no disk" in caplog.text
