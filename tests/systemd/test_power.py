from pathlib import Path

import pytest

from appliance.systemd import power


def test_a_wish_is_a_file_named_after_its_verb(tmp_path: Path) -> None:
    (tmp_path / "power").mkdir()
    power.check(tmp_path)
    power.wish(tmp_path, "off")
    assert [file.name for file in (tmp_path / "power").iterdir()] == ["off"]


def test_a_box_that_is_not_installed_says_that_it_cannot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(power.PowerError, match="installed for good"):
        power.check(tmp_path)
    power.wish(tmp_path, "off")
    assert "cannot be turned off" in caplog.text
