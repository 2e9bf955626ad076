from pathlib import Path

import pytest

from appliance.doctor import installed


def test_a_box_that_is_not_installed_has_no_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "INSTALLED", tmp_path / "nothing")
    assert list(installed.examine_installed()) == []


def test_a_box_without_python3_systemd_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "has_library", lambda: False)
    finding = installed._library()
    assert finding.well is False
    assert "sudo apt install python3-systemd" in finding.text
    monkeypatch.setattr(installed, "has_library", lambda: True)
    assert installed._library().well


def test_a_unit_that_does_not_run_is_bad_and_names_its_journal() -> None:
    said = {"ActiveState": "failed", "SubState": "failed", "NRestarts": "60", "StatusText": "cannot start: x"}
    finding = installed._state("moodbox.service", said)
    assert finding.well is False
    assert "cannot start: x; started again 60 times; see: journalctl -u moodbox.service" in finding.text


def test_an_mpd_that_is_not_needed_is_well() -> None:
    said = {"ActiveState": "inactive", "SubState": "dead", "StatusText": "not needed: the settings name the MPD at x"}
    assert installed._state("moodbox-mpd.service", said).well


def test_a_unit_without_a_watchdog_is_bad() -> None:
    assert installed._watchdog("moodbox.service", {"WatchdogUSec": "0"}).well is False
    assert installed._watchdog("moodbox.service", {"WatchdogUSec": "20s"}).well


def test_a_process_that_is_not_locked_in_is_found_out() -> None:
    finding = installed._sandbox("moodbox-vision.service", {"MainPID": "self", "PrivateNetwork": "no"})
    assert finding.well is False
    assert "it may gain privileges" in finding.text
    assert "it has a network" in finding.text


@pytest.mark.parametrize(("bits", "well", "words"), [
    ("0", True, "enough"), ("50000", True, "the voltage was too low; it was throttled"),
    ("50005", False, "the voltage is too low now; it is throttled now; the voltage was too low"),
])  # fmt: skip
def test_throttling_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: str, well: bool, words: str
) -> None:
    (tmp_path / "throttled").write_text(bits)
    monkeypatch.setattr(installed, "_THROTTLED", tmp_path / "throttled")
    monkeypatch.setattr(installed, "cpu_temperature", lambda: None)
    (finding,) = installed._heat()
    assert finding.well is well
    assert finding.text.startswith(words)


def test_a_hot_box_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_THROTTLED", tmp_path / "nothing")
    monkeypatch.setattr(installed, "cpu_temperature", lambda: 84.0)
    (finding,) = installed._heat()
    assert finding.well is False


def test_a_refused_update_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "current").symlink_to(tmp_path / "releases" / "1.0.0")
    (tmp_path / "refused").write_text("1.1.0: the box did not play with it\n")
    monkeypatch.setattr(installed, "_RELEASES", tmp_path)
    assert [finding.text for finding in installed._update()] == [
        "1.0.0", "the last update was not taken: 1.1.0: the box did not play with it"
    ]  # fmt: skip
