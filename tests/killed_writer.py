"""A program that writes, killed in the midst of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def kill_while_writing(script: str, folder: Path, seconds: float) -> list[str]:
    """Run a Python script on a folder, and kill it so many seconds after its first line. The lines that it printed."""
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert writer.stdout
    told = writer.stdout.readline()
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    told += writer.stdout.read()
    writer.wait()
    writer.stdout.close()
    return told.splitlines()
