from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from appliance.app.disk_watch import DiskWatch
from appliance.lib.supervise import supervise


async def found(folder: Path) -> str:
    watch = DiskWatch(folder)
    async with supervise("disk", watch.run):
        await asyncio.sleep(0.2)
        return watch.problem


async def test_a_disk_with_room_is_no_problem(tmp_path: Path) -> None:
    assert await found(tmp_path) == ""


async def test_a_full_disk_is_told_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))
    assert (await found(tmp_path)).startswith(f"disk: {tmp_path} has 3 MB free; delete something")


async def test_a_folder_that_has_gone_is_told(tmp_path: Path) -> None:
    assert await found(tmp_path / "gone") == f"disk: {tmp_path}/gone cannot be used (No such file or directory)"
