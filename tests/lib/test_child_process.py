import asyncio
import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from appliance.lib.child_process import ChildProcess

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


@asynccontextmanager
async def running(child: ChildProcess) -> AsyncIterator[None]:
    task = asyncio.create_task(child.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def new_pid(child: ChildProcess, old: int | None = None) -> int:
    while child.pid in (None, old):
        await asyncio.sleep(0.01)
    assert child.pid
    return child.pid


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_a_child_that_is_killed_is_started_again() -> None:
    child = ChildProcess("sleeper", SLEEP, first_delay=0.05)
    async with running(child):
        first = await new_pid(child)
        os.kill(first, signal.SIGKILL)
        assert await new_pid(child, first) != first


async def test_stopping_ends_the_child() -> None:
    child = ChildProcess("sleeper", SLEEP)
    async with running(child):
        pid = await new_pid(child)
    assert not alive(pid)


async def test_a_child_that_ignores_sigterm_is_killed() -> None:
    stubborn = "import signal,sys,time; signal.signal(15, signal.SIG_IGN); sys.stderr.write('up\\n'); time.sleep(60)"
    up = asyncio.Event()
    child = ChildProcess("stubborn", (sys.executable, "-c", stubborn), heard=lambda _: up.set(), patience=0.2)
    async with running(child):
        await up.wait()
        pid = await new_pid(child)
    assert not alive(pid)


async def test_its_last_words_and_its_end_are_told(caplog: pytest.LogCaptureFixture) -> None:
    child = ChildProcess("failing", (sys.executable, "-c", "import sys; sys.exit('no model')"), first_delay=60)
    with caplog.at_level(logging.WARNING):
        async with running(child):
            while "failing ended" not in caplog.text:
                await asyncio.sleep(0.02)
    assert "with status 1 (no model)" in caplog.text


async def test_an_endless_line_costs_the_child_nothing() -> None:
    verbose = "import sys,time; sys.stderr.write('x' * 1_000_000 + '\\nhello\\n'); sys.stderr.flush(); time.sleep(60)"
    heard: list[str] = []
    child = ChildProcess("verbose", (sys.executable, "-c", verbose), heard=heard.append, first_delay=60)
    async with running(child):
        pid = await new_pid(child)
        while "hello" not in heard:
            await asyncio.sleep(0.02)
        assert child.pid == pid


async def test_a_program_that_does_not_exist_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    child = ChildProcess("ghost", ("/nowhere/ghost",), first_delay=60)
    async with running(child):
        while "/nowhere/ghost" not in caplog.text:
            await asyncio.sleep(0.02)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    says_up = (sys.executable, "-c", "import sys, time; print('up', file=sys.stderr, flush=True); time.sleep(60)")
    parent = (
        "import asyncio\nfrom appliance.lib.child_process import ChildProcess\n"
        "async def main():\n    up = asyncio.Event()\n"
        f"    child = ChildProcess('c', {says_up!r}, heard=lambda _: up.set())\n"
        "    task = asyncio.create_task(child.run())\n    await up.wait()\n"
        "    print(child.pid, flush=True)\n    await task\nasyncio.run(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert alive(pid)
        process.kill()
    for _ in range(400):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split(")")[1].split()[0] == "Z":
            return
        subprocess.run(["sleep", "0.05"], check=True)
    pytest.fail("the child outlived its parent")


def test_a_pipe_that_a_grandchild_holds_open_does_no_harm_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)

    async def once() -> None:
        child = ChildProcess("parent", ("sh", "-c", "sleep 60 & echo $! >&2; exec sleep 60"), heard.append)
        async with running(child):
            while not heard:
                await asyncio.sleep(0.01)

    asyncio.run(once())
    os.kill(int(heard[0]), signal.SIGKILL)
    gc.collect()
    assert unraisable == []
