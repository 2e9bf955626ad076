"""What the store remembers of versions, so that nobody can bring an old one back by a push."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from appliance.model import bundle
from appliance.model.push_protocol import pack_push
from appliance.model.receiver import PushRefused, PushRules, Receiver, Uptake
from appliance.model.signature import sign
from appliance.model.store import ModelStore
from tests.model import tiny


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    shipped = tmp_path / "shipped.moodmodel"
    shipped.write_bytes(tiny.make("0.1.0"))
    return ModelStore(tmp_path / "models", shipped)


def install_for_good(store: ModelStore, version: str) -> None:
    data = tiny.make(version)
    store.commit(store.install(data, bundle.parse_bundle(data), "desktop", 0.01, 1.5, "2026-01-31T12:00:00Z").sha256)


def receiver(store: ModelStore, folder: Path) -> tuple[Receiver, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    rules = PushRules(folder / "allowed_signers", 1000.0, 300.0, 20)
    return Receiver(store, rules, lines.append, lambda _: Uptake(False, "no box")), lines


def test_the_newest_version_is_remembered_when_its_model_is_gone(store: ModelStore) -> None:
    versions = ["1.9.0", "1.10.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"]
    for version in versions:
        install_for_good(store, version)
    assert "1.10.0" not in {model.record.version for model in store.models() if model.record}
    assert store.newest("tiny") == "1.10.0"
    assert store.newest("another") is None


def test_the_shipped_model_counts_among_the_newest(store: ModelStore) -> None:
    assert store.newest("tiny") == "0.1.0"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff", b'{"tiny": 3}', b'{"tiny": "one"}'])
def test_a_damaged_note_of_the_newest_versions_hinders_nothing(store: ModelStore, damage: bytes) -> None:
    install_for_good(store, "1.0.0")
    (store.root / "newest.json").write_bytes(damage)
    assert store.newest("tiny") == "1.0.0"
    install_for_good(store, "2.0.0")
    assert store.newest("tiny") == "2.0.0"


@pytest.mark.parametrize("command", ["push", "push --dry-run"])
def test_an_older_model_cannot_be_pushed_though_it_is_signed(store: ModelStore, tmp_path: Path, command: str) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    (tmp_path / "allowed_signers").write_text(f"desktop {key.with_suffix('.pub').read_text()}")
    install_for_good(store, "1.10.0")
    store.roll_back()
    box, lines = receiver(store, tmp_path)
    for version, status in (("1.9.0", 1), ("0.0.1", 1), ("1.10.0", 0), ("1.10.1", 0)):
        data = tiny.make(version)
        with os.fdopen(os.memfd_create("push"), "w+b") as source:
            source.write(pack_push(sign(data, key), data))
            source.seek(0)
            assert box.obey(command, source.fileno()) == status, lines[-1]
        if status:
            assert f"{version} is older than 1.10.0" in lines[-1]["text"]
            assert "moodbox model install --older" in lines[-1]["text"]


def test_at_the_box_an_older_model_is_installed_when_that_is_wanted(store: ModelStore, tmp_path: Path) -> None:
    install_for_good(store, "2.0.0")
    box, lines = receiver(store, tmp_path)
    with pytest.raises(PushRefused, match="older than"):
        box.install(tiny.make("1.0.0"), None, dry_run=False)
    box.install(tiny.make("1.0.0"), None, dry_run=False, older=True)
    assert lines[-1]["verdict"] == "accepted"
    assert store.current().id.startswith("tiny-1.0.0")
    assert store.newest("tiny") == "2.0.0"
