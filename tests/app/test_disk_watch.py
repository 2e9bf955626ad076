from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from appliance.app import disk_watch
from appliance.app.disk_watch import DiskWatch
from appliance.lib.supervise import supervise
from appliance.lib.system_info import free_megabytes

looks: list[Path] = []


@pytest.fixture(autouse=True)
def _counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(folder: Path) -> int:
        looks.append(folder)
        return free_megabytes(folder)

    looks.clear()
    monkeypatch.setattr(disk_watch, "free_megabytes", look)
    monkeypatch.setattr(disk_watch, "EVERY", 0.01)


async def found(folder: Path) -> str:
    watch = DiskWatch(folder)
    async with asyncio.timeout(60), supervise("disk", watch.run):
        while len(looks) < 2:  # by then the first has been told
            await asyncio.sleep(0.01)
        return watch.problem


async def test_a_disk_with_room_is_no_problem(tmp_path: Path) -> None:
    assert await found(tmp_path) == ""


async def test_a_full_disk_is_told_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))
    assert (await found(tmp_path)).startswith(f"disk: {tmp_path} has 3 MB free; delete something")


async def test_a_folder_that_has_gone_is_told(tmp_path: Path) -> None:
    assert await found(tmp_path / "gone") == f"disk: {tmp_path}/gone cannot be used (No such file or directory)"
