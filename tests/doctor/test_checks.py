from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.doctor import checks
from appliance.doctor.finding import Finding
from appliance.settings.settings import Settings


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
