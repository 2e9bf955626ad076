import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import asyncio, sys, time
from appliance.lib.threads import run_and_leave

async def part():
    asyncio.create_task(asyncio.to_thread(time.sleep, float(sys.argv[1])))
    await asyncio.sleep(0.1)
    return "its result"

print(run_and_leave(part, lambda result: print("left with", result)))
"""


def run(seconds: float) -> tuple[str, float]:
    """What the program prints, and for how many seconds it runs."""
    began = time.monotonic()
    command = [sys.executable, "-c", PROGRAM, str(seconds)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    return ran.stdout.strip(), time.monotonic() - began


def test_a_thread_that_waits_for_ever_is_left_behind() -> None:
    printed, seconds = run(50)
    assert printed == "left with its result"
    assert seconds < 40


def test_a_thread_that_is_soon_done_is_waited_for() -> None:
    assert run(0.5)[0] == "its result"
