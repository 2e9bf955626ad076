"""A library that nobody has sorted, to be dropped into a machine: music, generated tones and junk, in folders."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import soundfile

JUNK = 20
RATE = 22_050


def fill(folder: Path, songs: int, music: Path | None) -> int:
    """Put `songs` files there, all of the music first, then `JUNK` files that are no music, then tones.

    Returns how many of them can be heard.
    """
    folder.mkdir(parents=True)
    if music:
        shutil.copytree(music, folder / "music")
    for number in range(JUNK):
        (folder / f"junk {number}.mp3").write_bytes(os.urandom(20_000))
    there = sum(1 for file in folder.rglob("*") if file.is_file())
    for number in range(songs - there):
        tone(folder / f"Artist {number % 40}" / f"Album {number % 160}" / f"tone {number}.flac", number)
    return songs - JUNK


def tone(file: Path, seed: int) -> None:
    """Twelve to thirty seconds of a chord that is struck again and again: slow or fast, dull or bright, low or high."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    at = np.arange(int(RATE * rng.uniform(12, 30))) / RATE
    root, third, gap = 110 * 2 ** rng.uniform(0, 2), 2 ** (rng.choice((3, 4)) / 12), rng.uniform(0.3, 1.6)
    overtones = np.arange(1, rng.integers(2, 8))
    wave = sum(np.sin(2 * np.pi * root * step * n * at) / n for step in (1, third, 1.5) for n in overtones)
    struck = np.exp(-(at % gap) * rng.uniform(1, 8))
    soundfile.write(file, 0.1 * wave * struck + 0.002 * rng.standard_normal(len(at)), RATE)
