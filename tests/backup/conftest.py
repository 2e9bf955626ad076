"""Cards, and passphrases that cost little."""

from pathlib import Path

import pytest

from tests.backup.card import Card


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase is to cost an attacker time, but not the tests."""
    monkeypatch.setattr("appliance.backup.sealing._PASSES", 1)
    monkeypatch.setattr("appliance.backup.sealing._MEMORY", 8)
    monkeypatch.setattr("appliance.web.auth.passwords._COSTS", (2, 8, 1))


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """A box with everything in it."""
    return Card(tmp_path / "box").fill()
