"""Memory that is free again goes back to the system, whichever thread has used it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import asyncio, hashlib, re, sys, time
from pathlib import Path
from appliance.lib.memory import return_large_blocks

if sys.argv[1] == "True":
    return_large_blocks()

def own():
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return sum(map(int, re.findall(r"^Private_[a-zA-Z]+: +([0-9]+)", rollup, re.M)))

def guess():
    hashlib.scrypt(b"x", salt=b"y" * 16, n=2**13, r=8, p=1, maxmem=2**26, dklen=32)

async def main():
    before = own()
    for number in range(18):  # each time another thread of the pool is free
        others = (asyncio.to_thread(time.sleep, 0.02 + 0.01 * other) for other in range(number % 6))
        await asyncio.gather(*others, asyncio.to_thread(guess))
    print(own() - before)

asyncio.run(main())
"""


@pytest.mark.parametrize("returned", [True, False])
def test_guesses_of_passwords_in_many_threads_take_no_memory_for_good(returned: bool) -> None:
    """Without it they do, so that the measurement is known to see it."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", SCRIPT, str(returned)]
    grown = int(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)
    assert (grown < 4000) is returned


HOLES = """
import asyncio, re, sys
from pathlib import Path
from appliance.lib import memory

memory.EVERY = 0.01

def own():
    return int(re.findall(r"^Anonymous: +([0-9]+)", Path("/proc/self/smaps_rollup").read_text(), re.M)[0])

async def main():
    before = own()
    blocks = [bytes(2000) for _ in range(20_000)]  # too large for Python's own pools
    kept = blocks[::50]
    del blocks
    if sys.argv[1] == "True":
        task = asyncio.create_task(memory.return_free_memory())
        await asyncio.sleep(0.5)
        task.cancel()
    print(own() - before, len(kept))

asyncio.run(main())
"""


@pytest.mark.parametrize("returned", [True, False])
def test_holes_between_blocks_that_are_kept_go_back_to_the_system(returned: bool) -> None:
    """Without it they do not, so that the measurement is known to see it."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", HOLES, str(returned)]
    grown = subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.split()[0]
    assert (int(grown) < 20_000) is returned
