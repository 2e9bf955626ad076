"""What hearing a song costs in processor time and memory, beside what decoding it alone costs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from appliance.domain.emotions import Emotion
from appliance.sound.hear import analyse_file
from appliance.sound.index import SOUND_SIZE, TRAITS
from appliance.sound.library import build_index

SONGS, ROUNDS = 50_000, 3
_PIECE = Emotion.NEUTRAL, 1


def measure_hearing(rounds: int = ROUNDS, songs: int = SONGS) -> dict[str, Any]:
    """Figures for a house piece of about a minute as `mp3` and as `flac`, and for an index of so many `songs`.

    `cpu_s_minute`: processor seconds for a minute of sound; `times_ffmpeg`: as a multiple of what ffmpeg takes to
    decode the same, where it is installed; `rss_mb`: the process's memory. The best of `rounds` each.
    """
    from appliance.composer import compose

    piece = compose(*_PIECE)
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="moodbox-hearing-") as folder:
        for ending in ("mp3", "flac"):
            file = Path(folder) / f"piece.{ending}"
            _write(file, piece.samples, piece.rate)
            result[ending] = _measured(file, piece.seconds, rounds)
    return result | {"index": _index(songs)}


def _measured(file: Path, seconds: float, rounds: int) -> dict[str, Any]:
    heard = [_own(file) for _ in range(rounds)]
    cpu = min(each["cpu"] for each in heard)
    figures = {"cpu_s_minute": round(60 * cpu / seconds, 3), "rss_mb": max(each["rss_mb"] for each in heard)}
    if shutil.which("ffmpeg"):
        decoding = min(_decoding(file) for _ in range(rounds))
        figures |= {"ffmpeg_s_minute": round(60 * decoding / seconds, 3), "times_ffmpeg": round(cpu / decoding, 2)}
    return figures


def _own(file: Path) -> dict[str, Any]:
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "appliance.bench.hearing", str(file)]
    answer: dict[str, Any] = json.loads(
        subprocess.run(command, capture_output=True, check=True, env=os.environ | single).stdout
    )
    return answer


def _decoding(file: Path) -> float:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", str(file), "-f", "null", "-"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _index(songs: int) -> dict[str, Any]:
    """Milliseconds to build an index of songs with made-up sounds, and to find the 50 nearest of one."""
    random = np.random.default_rng(1)
    none, unknown = np.full(songs, -1, np.int8), np.full(songs, -1, np.int32)
    files = [f"library/artist {n // 120}/album {n // 12}/{n:06}.flac" for n in range(songs)]
    feelings = random.uniform(-1, 1, (songs, 2)).astype(np.float32)
    sounds = random.integers(-99, 99, (songs, SOUND_SIZE)).astype(np.int8)
    traits = random.integers(-100, 100, (songs, TRAITS)).astype(np.int8)
    began = time.process_time()
    index = build_index(sorted(files), feelings, sounds, unknown, unknown, none, feelings[:, 0], none, traits)
    built = time.process_time() - began
    took = []
    for row in range(20):
        began = time.process_time()
        index.nearest(row, 50)
        took.append(time.process_time() - began)
    return {"songs": songs, "build_ms": round(1000 * built, 1), "nearest_ms": round(1000 * min(took), 2)}


def _write(file: Path, samples: Any, rate: int) -> None:
    import soundfile

    with soundfile.SoundFile(file, "w", rate, 2) as sound:
        for begin in range(0, len(samples), 1 << 14):
            sound.write(samples[begin : begin + (1 << 14)])


def _hear(file: Path) -> None:
    """Hear a file once to have everything loaded, then once for the figures."""
    analyse_file(file)
    began = time.process_time()
    analyse_file(file)
    cpu = time.process_time() - began
    status = Path("/proc/self/status").read_text()  # what getrusage says holds the parent's peak too
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    print(json.dumps({"cpu": cpu, "rss_mb": round(peak / 1000, 1)}))


if __name__ == "__main__":
    _hear(Path(sys.argv[1]))
