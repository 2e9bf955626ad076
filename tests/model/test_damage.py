"""Whatever has happened to the store of models, there is a model in force, and new ones are taken."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.model import bundle
from appliance.model.errors import ModelError
from appliance.model.receiver import PushRules, Receiver
from appliance.model.signature import SignatureError, sign, verify
from appliance.model.store import ModelStore, StoreError
from appliance.model.store_worker import ModelStoreWorker
from tests.damage import damaged, each_value_changed, every_damage
from tests.model import tiny
from tests.model.test_signature import key, trust

FIRST, SECOND, THIRD = (tiny.make(f"{number}.0.0") for number in (1, 2, 3))
NAMES = {data: f"tiny-{data_version}.0.0-{bundle.parse_bundle(data).sha256[:8]}"
         for data_version, data in ((1, FIRST), (2, SECOND))}  # fmt: skip


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


def install(store: ModelStore, data: bytes) -> None:
    store.install(data, bundle.parse_bundle(data), "desktop", 0.01, 1.5, "2026-01-31T12:00:00Z")


@pytest.fixture
def whole(tmp_path: Path) -> ModelStore:
    """One model proved and one on trial."""
    (tmp_path / "shipped.moodmodel").write_bytes(tiny.make("0.1.0"))
    store = ModelStore(tmp_path / "whole", tmp_path / "shipped.moodmodel")
    install(store, FIRST)
    store.commit(bundle.parse_bundle(FIRST).sha256)
    install(store, SECOND)
    return store


def go_on(whole: ModelStore, damage: Callable[[Path], None]) -> None:
    root = whole.root.with_name("damaged")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(whole.root, root, symlinks=True)
    damage(root)
    store = ModelStore(root, whole.models()[-1].file)
    told: list[object] = []
    worker = ModelStoreWorker(store, told.append, told.append)
    assert store.current().file.is_file()
    assert store.proven() in store.models()
    assert store.previous() is None or store.previous() in store.models()
    worker._in_force()
    Receiver(store, PushRules(root / "none", 100.0, 1.0, 1), told.append, lambda _: None).obey("list", -1)
    if trial := store.trial():
        assert store.count_attempt(trial.sha256) > 0
    with contextlib.suppress(StoreError):
        store.roll_back()
    with contextlib.suppress(ModelError):
        worker._install_latest()
    install(store, THIRD)
    store.commit(bundle.parse_bundle(THIRD).sha256)
    assert bundle.read_bundle(store.current().file).manifest.version == "3.0.0"
    assert store.newest("tiny")
    assert store.trial() is None


def changes(file: Path, seeds: int) -> Iterator[bytes]:
    content = file.read_bytes()
    yield from itertools.islice(each_value_changed(content), 0, None, 5)  # for each field other values
    yield from every_damage(content, seeds, step=31)


@pytest.mark.parametrize("data", [FIRST, SECOND], ids=["of the proved model", "of the one on trial"])
def test_no_damage_of_a_record_stops_anything(whole: ModelStore, data: bytes) -> None:
    place = f"{NAMES[data]}/record.json"
    for content in changes(whole.root / place, 10):
        go_on(whole, lambda root, content=content: (root / place).write_bytes(content) and None)


def test_a_damaged_record_is_named(whole: ModelStore, caplog: pytest.LogCaptureFixture) -> None:
    record = whole.root / NAMES[SECOND] / "record.json"
    assert whole.problems() == []
    record.write_bytes(record.read_bytes()[:-20])
    assert whole.problems() == [f"{record} is damaged, so this model is passed over; install or push it again"]
    worker = ModelStoreWorker(whole, lambda _: None, lambda _: None)
    worker._in_force()
    worker._in_force()
    assert [each.getMessage() for each in caplog.records] == whole.problems()


def test_no_damage_of_what_is_noted_stops_anything(whole: ModelStore) -> None:
    for content in changes(whole.root / "newest.json", 10):
        go_on(whole, lambda root, content=content: (root / "newest.json").write_bytes(content) and None)


def test_no_damage_of_a_bundle_stops_anything(whole: ModelStore) -> None:
    place = f"{NAMES[SECOND]}/bundle.moodmodel"
    for seed in range(20):
        content = damaged((whole.root / place).read_bytes(), seed)
        go_on(whole, lambda root, content=content: (root / place).write_bytes(content) and None)
        with contextlib.suppress(ModelError):
            bundle.read_bundle(whole.root.with_name("damaged") / place)


@pytest.mark.parametrize("target", ["", ".", "..", "/", "x" * 255, "x\n\udcff", "newest.json", "current", "../whole"])
def test_no_damage_of_the_link_stops_anything(whole: ModelStore, target: str) -> None:
    def damage(root: Path) -> None:
        (root / "current").unlink()
        with contextlib.suppress(FileNotFoundError):
            (root / "current").symlink_to(target)

    go_on(whole, damage)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_something_else_in_the_place_of_the_link_stops_nothing(whole: ModelStore, kind: str) -> None:
    def damage(root: Path) -> None:
        (root / "current").unlink()
        if kind == "file":
            (root / "current").write_bytes(b"\0" * 10)
        else:
            (root / "current" / "lost").mkdir(parents=True)

    go_on(whole, damage)


@pytest.mark.needs("ssh-keygen")
def test_of_damaged_signers_nobody_is_trusted_or_one_of_them(tmp_path: Path) -> None:
    private = key(tmp_path, "desktop")
    allowed = trust(tmp_path, ("desktop", private), ("laptop", key(tmp_path, "laptop")))
    signature, content = sign(FIRST, private), allowed.read_bytes()
    for damage in (*(damaged(content, seed) for seed in range(12)), b"", b"\0" * 50, b"\xff" * 50):
        allowed.write_bytes(damage)
        with contextlib.suppress(SignatureError):
            assert verify(FIRST, signature, allowed)
