import asyncio
import logging

import pytest

from appliance.lib.supervise import supervise


async def test_a_part_that_fails_is_logged_and_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    begun = 0
    again = asyncio.Event()

    async def part() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise RuntimeError("a fault")
        again.set()
        await asyncio.sleep(60)

    with caplog.at_level(logging.ERROR):
        async with supervise("part", part, pause=0.01):
            await asyncio.wait_for(again.wait(), 20)
    assert begun == 2
    assert "part failed" in caplog.text
    assert "a fault" in caplog.text


async def test_leaving_the_context_cancels_the_part_and_waits_for_it() -> None:
    ended = False
    up = asyncio.Event()

    async def part() -> None:
        nonlocal ended
        try:
            up.set()
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended = True

    async with supervise("part", part):
        await up.wait()
    assert ended
