from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from appliance.core.choices_saver import ChoicesSaver
from appliance.core.saved_choices import FILE, SavedChoices, SavedChoicesFile
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib import atomic_file
from appliance.lib.supervise import supervise


async def test_the_last_choice_is_kept_however_many_there_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = 0
    write = atomic_file.write

    def counted(*arguments: object) -> None:
        nonlocal writes
        writes += 1
        write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic_file, "write", counted)
    saver = ChoicesSaver(SavedChoicesFile(tmp_path))
    async with supervise("choices", saver.run):
        for number in range(1000):
            saver.save(SavedChoices(override=EMOTIONS[number % 7]))
            if number % 100 == 0:
                await asyncio.sleep(0.01)
    assert SavedChoicesFile(tmp_path).load().override is EMOTIONS[999 % 7]
    assert writes <= 3


async def test_a_choice_is_on_the_disk_soon_after_it_was_made(tmp_path: Path) -> None:
    saver = ChoicesSaver(SavedChoicesFile(tmp_path))
    async with supervise("choices", saver.run):
        saver.save(SavedChoices(override=Emotion.SAD))
        async with asyncio.timeout(10):
            while not (tmp_path / FILE).exists():
                await asyncio.sleep(0.01)


async def test_a_disk_that_takes_seconds_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: time.sleep(0.5))
    saver = ChoicesSaver(SavedChoicesFile(tmp_path))
    async with supervise("choices", saver.run):
        began = time.monotonic()
        for emotion in EMOTIONS:
            saver.save(SavedChoices(override=emotion))
            await asyncio.sleep(0)
        assert time.monotonic() - began < 0.3
    assert SavedChoicesFile(tmp_path).load().override is EMOTIONS[-1]
