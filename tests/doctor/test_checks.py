from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.doctor import checks
from appliance.doctor.finding import Finding
from appliance.settings.settings import Settings
from appliance.systemd import layout
from appliance.vision import confinement


def broken(_: Settings) -> Iterator[Finding]:
    raise RuntimeError("a driver has lost its mind")
    yield


def test_a_check_that_breaks_is_told_and_the_rest_examined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "_songs", broken)
    file = tmp_path / "moodbox.toml"
    file.write_text(f'[paths]\nstate = "{tmp_path}"\nrun = "{tmp_path}"\n[camera]\nsource = "{tmp_path}/none.png"\n')
    found = list(checks.examine_all(file))
    assert Finding("songs", False, "cannot be examined: RuntimeError: a driver has lost its mind") in found
    assert {"state", "box"} <= {finding.part for finding in found}


@pytest.mark.parametrize(
    ("version", "locks", "swaps", "told"),
    [(4, True, True, [True]), (4, False, False, [True]), (0, True, False, [None]), (4, False, True, [True, None])],
)
def test_what_keeps_frames_from_the_disk_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: int, locks: bool, swaps: bool, told: list[bool | None]
) -> None:
    monkeypatch.setattr(layout, "INSTALLED", tmp_path / "not-there")
    for name, value in (("landlock_version", version), ("can_lock_memory", locks), ("swaps_to_disk", swaps)):
        monkeypatch.setattr(confinement, name, lambda value=value: value)
    assert [finding.well for finding in checks._privacy()] == told
