from __future__ import annotations

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.inbox import BATCH, BURST, MOST, WINDOW, Inbox
from appliance.domain import commands, events
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.events import Message


class Hands:
    """An inbox on a clock of its own, and all that was taken out of it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.inbox = Inbox(lambda: self.now)
        self.taken: list[Message] = []

    async def take(self) -> list[Message]:
        batch = await self.inbox.take(0.0)
        self.taken += batch
        return batch


def override(emotion: Emotion) -> commands.Override:
    return commands.Override(emotion, "test")


async def test_what_comes_is_handed_out_in_its_order() -> None:
    hands = Hands()
    sent = [events.Tick(), commands.Skip("a"), events.ButtonPressed("skip_short"), override(Emotion.SAD)]
    for message in sent:
        hands.inbox.put(message)
    assert await hands.take() == sent
    assert await hands.take() == []


async def test_of_a_flood_the_newest_command_stands_for_all() -> None:
    hands = Hands()
    for number in range(10_000):
        hands.inbox.put(override(EMOTIONS[number % 7]))
        if number % 100 == 0:
            await hands.take()
            hands.now += 0.01
    hands.now += WINDOW
    await hands.take()
    assert hands.taken[-1] == override(EMOTIONS[9999 % 7])
    assert len(hands.taken) <= BURST * 3 + 1


async def test_a_few_commands_in_a_row_are_all_carried_out_at_once() -> None:
    hands = Hands()
    for _ in range(BURST):
        hands.inbox.put(commands.Skip("button"))
        assert await hands.take() == [commands.Skip("button")]


async def test_turns_of_the_volume_add_up() -> None:
    hands = Hands()
    for _ in range(30):
        hands.inbox.put(commands.TurnVolume(1, "knob"))
    assert await hands.take() == [commands.TurnVolume(30, "knob")]


async def test_corrections_are_never_merged() -> None:
    hands = Hands()
    for number in range(20):
        hands.inbox.put(commands.TakeBackCorrection(number, "page"))
    for _ in range(10):
        await hands.take()
        hands.now += WINDOW
    assert [each.number for each in hands.taken if isinstance(each, commands.TakeBackCorrection)] == list(range(20))


async def test_it_holds_no_more_than_its_bound_and_tells_what_it_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    hands = Hands()
    with caplog.at_level(logging.WARNING):
        for _ in range(MOST + 500):
            hands.inbox.put(events.Tick())
        while await hands.take():
            pass
    assert len(hands.taken) == MOST
    assert caplog.messages == ["more is asked for than can be done; passed over for newer ones: Tick 500"]


async def test_others_have_their_turn_however_full_it_is() -> None:
    hands, turns = Hands(), 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    for _ in range(MOST):
        hands.inbox.put(events.Tick())
    while await hands.take():
        pass
    task.cancel()
    assert turns >= MOST / BATCH


async def test_a_command_that_waits_for_its_turn_is_handed_out_then() -> None:
    loop = asyncio.get_running_loop()
    inbox = Inbox(loop.time)
    for _ in range(BURST + 1):
        inbox.put(commands.JudgeNow("page"))
        await inbox.take(0.0)
    began = loop.time()
    assert await inbox.take(10.0) == [commands.JudgeNow("page")]
    assert loop.time() - began < 2 * WINDOW


any_command = st.sampled_from(EMOTIONS).map(override) | st.booleans().map(lambda on: commands.SetMusic(on, "test"))


@given(st.lists(st.tuples(any_command, st.floats(0, 0.5)), min_size=1))
async def test_the_last_word_of_each_kind_always_arrives(sent: list[tuple[commands.Command, float]]) -> None:
    hands = Hands()
    for command, wait in sent:
        hands.inbox.put(command)
        hands.now += wait
        await hands.take()
    hands.now += WINDOW
    await hands.take()
    for kind in {type(command) for command, _ in sent}:
        last = [command for command, _ in sent if isinstance(command, kind)][-1]
        assert [each for each in hands.taken if isinstance(each, kind)][-1] == last
