import asyncio
import threading
import time
from pathlib import Path

import pytest

from appliance.core.model_trial import ATTEMPTS
from appliance.domain.actions import DropModel, InstallModel, KeepModel, TryModel
from appliance.domain.events import ModelInForce
from appliance.lib.supervise import supervise
from appliance.model import bundle, store_worker
from appliance.model.store import SHIPPED, ModelStore, StoredModel
from appliance.model.store_worker import ModelStoreWorker
from tests.model import tiny


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    shipped = tmp_path / "shipped.moodmodel"
    shipped.write_bytes(tiny.make("0.1.0"))
    return ModelStore(tmp_path / "models", shipped)


def install(store: ModelStore) -> StoredModel:
    data = tiny.make("1.0.0")
    return store.install(data, bundle.parse_bundle(data), "desktop", 0.01, 1.5, "2026-01-31T12:00:00Z")


def attempts(store: ModelStore) -> int:
    trial = store.trial()
    assert trial is not None
    return trial.attempts


class Ears:
    """Hears what the worker emits and orders."""

    def __init__(self, store: ModelStore) -> None:
        self.told: asyncio.Queue[ModelInForce] = asyncio.Queue()
        self.ordered: asyncio.Queue[str] = asyncio.Queue()
        self.store = store
        self.worker = ModelStoreWorker(store, self.told.put_nowait, self.ordered.put_nowait)


def lock_out(store: ModelStore) -> None:
    """Let every change of the store fail, until its `.lock`, now a folder, is removed."""
    (store.root / ".lock").unlink()
    (store.root / ".lock").mkdir()


async def drop_in_vain(ears: Ears, sha256: str) -> None:
    """Have a model dropped from a store that can no longer be changed."""
    await ears.told.get()
    lock_out(ears.store)
    ears.worker.do(DropModel(sha256, "too slow"))


async def test_it_tells_at_the_start_which_model_is_in_force(store: ModelStore) -> None:
    ears = Ears(store)
    async with supervise("models", ears.worker.run):
        told = await ears.told.get()
    assert (told.id, told.file, told.on_trial) == (SHIPPED, str(store.current().file), False)
    assert told.sha256 == bundle.read_bundle(store.current().file).sha256


async def test_an_attempt_is_on_disk_before_the_model_is_ordered(store: ModelStore) -> None:
    ears = Ears(store)
    async with supervise("models", ears.worker.run):
        await ears.told.get()
        new = install(store)
        ears.worker.look()
        told = await ears.told.get()
        assert (told.id, told.sha256, told.on_trial, told.attempts) == (new.id, new.sha256, True, 0)
        ears.worker.do(TryModel(new.sha256, str(new.file)))
        assert await ears.ordered.get() == str(new.file)
        assert attempts(store) == 1


async def test_stopping_the_box_costs_a_model_no_attempt(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_worker, "LAST", 60.0)
    new = install(store)
    for _ in range(2 * ATTEMPTS):
        ears = Ears(store)
        async with supervise("models", ears.worker.run):
            assert (await ears.told.get()).attempts == 0
            ears.worker.do(TryModel(new.sha256, str(new.file)))
            await ears.ordered.get()
        assert attempts(store) == 0


async def test_an_attempt_that_vision_did_not_survive_counts_after_the_stop_too(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_worker, "LAST", 60.0)
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        for _ in range(2):
            ears.worker.do(TryModel(new.sha256, str(new.file)))
            await ears.ordered.get()
    assert attempts(store) == 1


async def test_a_disk_that_hangs_does_not_hold_up_the_stop(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    new, ears = install(store), Ears(store)
    monkeypatch.setattr(store_worker, "LAST", 0.1)
    stuck = threading.Event()
    async with supervise("models", ears.worker.run):
        ears.worker.do(TryModel(new.sha256, str(new.file)))
        await ears.ordered.get()
        monkeypatch.setattr(store, "discount_attempt", lambda _: stuck.wait(60))
        began = time.monotonic()
    assert time.monotonic() - began < 30
    stuck.set()


async def test_a_model_that_proved_itself_is_kept(store: ModelStore) -> None:
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        ears.worker.do(KeepModel(new.sha256))
        while store.trial():
            await asyncio.sleep(0.01)
    assert store.proven().id == new.id


async def test_a_model_that_failed_is_dropped_and_the_one_before_told(store: ModelStore) -> None:
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        assert (await ears.told.get()).id == new.id
        ears.worker.do(DropModel(new.sha256, "too slow"))
        told = await ears.told.get()
    assert (told.id, told.on_trial) == (SHIPPED, False)


async def test_a_store_that_cannot_be_changed_stops_nothing(
    store: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        await drop_in_vain(ears, new.sha256)
        ears.worker.look()
        assert (await ears.told.get()).id == new.id
    assert "stays in force" in caplog.text


async def test_a_model_that_the_owner_went_back_from_is_the_latest_and_can_be_installed_again(
    store: ModelStore,
) -> None:
    new = install(store)
    store.commit(new.sha256)
    store.roll_back()
    ears = Ears(store)
    async with supervise("models", ears.worker.run):
        told = await ears.told.get()
        assert (told.id, told.latest) == (SHIPPED, new.id)
        ears.worker.do(InstallModel())
        told = await ears.told.get()
    assert (told.id, told.latest, told.on_trial) == (new.id, "", True)
    assert store.current().id == new.id


async def test_a_model_that_failed_its_trial_is_not_offered_again(store: ModelStore) -> None:
    new = install(store)
    store.fail(new.sha256, "too slow")
    ears = Ears(store)
    async with supervise("models", ears.worker.run):
        assert (await ears.told.get()).latest == ""
        ears.worker.do(InstallModel())
        assert (await ears.told.get()).id == SHIPPED


async def test_a_latest_model_that_was_damaged_on_disk_stays_out(
    store: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    new = install(store)
    store.commit(new.sha256)
    store.roll_back()
    new.file.write_bytes(new.file.read_bytes()[:-20])
    ears = Ears(store)
    async with supervise("models", ears.worker.run):
        await ears.told.get()
        ears.worker.do(InstallModel())
        while new.id not in caplog.text:
            await asyncio.sleep(0.01)
    assert store.current().id == SHIPPED


async def test_what_the_trial_came_to_is_tried_again_until_it_can_be_written(
    store: ModelStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_worker, "AGAIN", 0.01)
    caplog.set_level("INFO")
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        await ears.told.get()
        lock_out(store)
        ears.worker.do(KeepModel(new.sha256))
        while "stays in force" not in caplog.text:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        (store.root / ".lock").rmdir()
        while "can be changed again" not in caplog.text:
            await asyncio.sleep(0.01)
    assert store.proven().id == new.id
    assert caplog.text.count("stays in force") == 1


async def test_what_could_not_be_written_of_an_earlier_trial_does_not_end_the_next_one(
    store: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        await drop_in_vain(ears, new.sha256)
        while "stays in force" not in caplog.text:
            await asyncio.sleep(0.01)
        (store.root / ".lock").rmdir()
        store.roll_back()
        install(store)
        waiting = list(ears.worker._later)
        assert [again.cancelled() for again in waiting] == [False]
        ears.worker.look()
        assert [again.cancelled() for again in waiting] == [True]
        told = await ears.told.get()
        assert (told.id, told.on_trial) == (new.id, True)


async def test_a_model_that_was_left_is_told_though_its_failure_cannot_be_noted(store: ModelStore) -> None:
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        assert (await ears.told.get()).id == new.id
        new.file.with_name("record.json.part").mkdir()
        ears.worker.do(DropModel(new.sha256, "too slow"))
        assert (await ears.told.get()).id == SHIPPED


async def test_a_model_that_another_process_left_meanwhile_is_not_taken_up(store: ModelStore) -> None:
    new, ears = install(store), Ears(store)
    async with supervise("models", ears.worker.run):
        await ears.told.get()
        store.roll_back()
        ears.worker.do(TryModel(new.sha256, str(new.file)))
        assert (await ears.told.get()).id == SHIPPED
    assert ears.ordered.empty()


async def test_a_proven_model_is_not_put_on_trial_by_one_that_is_installed_at_that_moment(store: ModelStore) -> None:
    class Busy(ModelStore):
        """Another process installs a model right after the first glance."""

        def current(self) -> StoredModel:
            found = super().current()
            if found.id == SHIPPED:
                install(store)
            return found

    ears = Ears(Busy(store.root, store._shipped.file))
    async with supervise("models", ears.worker.run):
        told = await ears.told.get()
    assert (told.id, told.on_trial) == (SHIPPED, False)
