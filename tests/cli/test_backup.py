"""`moodbox backup` and `moodbox restore`, as typed."""

import io
import stat
import sys
from pathlib import Path

import pytest

from appliance.backup import plan as plans
from appliance.cli.main import main
from tests.backup.card import PASSPHRASE, Card
from tests.running_box import ROOT


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.backup.sealing._PASSES", 1)
    monkeypatch.setattr("appliance.backup.sealing._MEMORY", 8)
    monkeypatch.setattr("appliance.web.auth.passwords._COSTS", (2, 8, 1))


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path / "box").fill()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(f"{PASSPHRASE}\nnot this\n")
    return file


def typed(card: Card, *words: object) -> int:
    return main(["--settings", str(card.file), *map(str, words)])


def test_a_backup_is_made_looked_into_and_put_back(
    card: Card, secret: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kitchen.moodbackup"
    assert typed(card, "backup", "--passphrase-file", secret, file) == 0
    assert "nobody can open it" in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = card.content()
    (card.state / "state.json").unlink()
    changed = card.content()
    assert typed(card, "restore", "--check", "--passphrase-file", secret, file) == 0
    out = capsys.readouterr().out
    assert "holds     models" in out
    assert "1 song in its list, 0 of them not here" in out
    assert card.content() == changed
    assert typed(card, "restore", "--yes", "--passphrase-file", secret, file) == 0
    assert "It is put back" in capsys.readouterr().out
    assert card.content()["state/state.json"] == before["state/state.json"]


def test_only_yes_puts_it_back(card: Card, secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "b"
    typed(card, "backup", "--passphrase-file", secret, file)
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    assert typed(card, "restore", "--passphrase-file", secret, file) == 1
    assert not (card.state / plans.FOLDER / plans.PLAN).exists()
    assert not (card.state / plans.FOLDER / plans.NEW).exists()


def test_the_passphrase_may_come_by_standard_input(
    card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSPHRASE}\n"))
    assert typed(card, "backup", tmp_path / "b") == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("another passphrase\n"))
    assert typed(card, "restore", "--check", tmp_path / "b") == 1
    assert "not the passphrase" in capsys.readouterr().err


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_a_passphrase_that_is_too_short_makes_no_file(
    passphrase: str, card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{passphrase}\n"))
    assert typed(card, "backup", tmp_path / "b") == 1
    assert list(tmp_path.glob("b*")) == [tmp_path / "box"]


def test_nothing_is_overwritten(card: Card, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(card, "backup", "--passphrase-file", secret, secret) == 1
    assert "is there already" in capsys.readouterr().err
    assert PASSPHRASE in secret.read_text()


def test_without_a_name_it_is_called_by_machine_and_day(
    card: Card, secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed(card, "backup", "--passphrase-file", secret) == 0
    assert len(list(tmp_path.glob("moodbox-*-20??-??-??.moodbackup"))) == 1


def test_a_full_disk_leaves_no_half_file(card: Card, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(card, "backup", "--passphrase-file", secret, "/dev/full/b") == 1
    assert capsys.readouterr().err.startswith("moodbox: /dev/full")


def test_what_is_no_backup_is_told(card: Card, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(card, "restore", "--passphrase-file", secret, ROOT / "README.md") == 1
    assert "no backup of a Moodbox" in capsys.readouterr().err
    assert typed(card, "restore", "--passphrase-file", secret, "nowhere") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_part_that_is_damaged_is_named(
    card: Card, secret: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (card.state / "page-tokens.json").write_text("{")
    assert typed(card, "backup", "--passphrase-file", secret, tmp_path / "b") == 0
    assert "left out: page-tokens.json" in capsys.readouterr().err
