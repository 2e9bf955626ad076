import errno
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.model import bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.store import SHIPPED, ModelStore, StoredModel, StoreError
from tests.model import tiny

FIRST, SECOND, THIRD = (tiny.make(f"{number}.0.0") for number in (1, 2, 3))


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    file = tmp_path / "shipped.moodmodel"
    file.write_bytes(tiny.make("0.1.0"))
    return file


@pytest.fixture
def store(tmp_path: Path, shipped: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", shipped)


def install(store: ModelStore, data: bytes) -> StoredModel:
    return store.install(data, bundle.parse_bundle(data), "desktop", 0.01, 1.5, "2026-01-31T12:00:00Z")


def install_for_good(store: ModelStore, data: bytes) -> StoredModel:
    stored = install(store, data)
    store.commit(stored.sha256)
    return stored


def version_in_force(store: ModelStore) -> str:
    """The version of the model in force, after it has been run."""
    loaded = bundle.read_bundle(store.current().file)
    ExpressionClassifier(loaded).golden()
    return loaded.manifest.version


def test_an_empty_store_has_the_shipped_model_in_force(store: ModelStore) -> None:
    assert store.current().id == store.proven().id == SHIPPED
    assert [model.id for model in store.models()] == [SHIPPED]
    assert store.trial() is None
    assert store.previous() is None
    assert not store.root.exists()


def test_an_installed_model_is_in_force_and_on_trial(store: ModelStore) -> None:
    stored = install(store, FIRST)
    assert stored.id == f"tiny-1.0.0-{stored.sha256[:8]}"
    assert store.current() == stored
    assert version_in_force(store) == "1.0.0"
    trial = store.trial()
    assert trial is not None
    assert (trial.model, trial.previous, trial.attempts) == (stored.id, SHIPPED, 0)
    assert store.proven().id == SHIPPED


def test_another_user_may_read_the_store_and_nobody_else_write_it(store: ModelStore) -> None:
    umask = os.umask(0o077)
    try:
        stored = install(store, FIRST)
    finally:
        os.umask(umask)
    for place in (store.root, stored.file.parent):
        assert place.stat().st_mode & 0o777 == 0o755
    for file in (stored.file, stored.file.with_name("record.json")):
        assert file.stat().st_mode & 0o777 == 0o644


def test_a_model_that_proved_itself_stays(store: ModelStore) -> None:
    stored = install_for_good(store, FIRST)
    assert store.trial() is None
    assert store.proven().id == store.current().id == stored.id
    assert stored.id == ModelStore(store.root, store._shipped.file).current().id


def test_a_model_that_failed_gives_way_to_the_one_before(store: ModelStore) -> None:
    good, bad = install_for_good(store, FIRST), install(store, SECOND)
    assert store.fail(bad.sha256, "it was too slow").id == good.id
    assert version_in_force(store) == "1.0.0"
    assert store.trial() is None
    assert store.models()[0].record is not None
    assert store.models()[0].record.failed == "it was too slow"


def test_news_of_a_trial_that_is_over_changes_nothing(store: ModelStore) -> None:
    first, second = install(store, FIRST), install(store, SECOND)
    store.commit(first.sha256)
    store.fail(first.sha256, "late")
    assert store.count_attempt(first.sha256) == 0
    assert store.current().id == second.id
    assert store.trial() is not None


def test_attempts_are_counted_on_disk(store: ModelStore) -> None:
    stored = install(store, FIRST)
    assert [store.count_attempt(stored.sha256) for _ in range(2)] == [1, 2]
    trial = ModelStore(store.root, store._shipped.file).trial()
    assert trial is not None
    assert trial.attempts == 2


def test_a_model_pushed_during_a_trial_takes_over_and_the_proven_one_comes_back(store: ModelStore) -> None:
    good = install_for_good(store, FIRST)
    install(store, SECOND)
    third = install(store, THIRD)
    assert store.proven().id == good.id
    assert store.fail(third.sha256, "x").id == good.id


def test_going_back_goes_to_the_one_before_and_ends_at_the_shipped_one(store: ModelStore) -> None:
    install_for_good(store, FIRST)
    install_for_good(store, SECOND)
    versions = []
    for _ in range(2):
        store.roll_back()
        versions.append(version_in_force(store))
    assert versions == ["1.0.0", "0.1.0"]
    with pytest.raises(StoreError, match="comes with Moodbox is in force"):
        store.roll_back()


def test_going_back_never_leads_to_a_model_that_was_left_or_never_proved_itself(store: ModelStore) -> None:
    install_for_good(store, FIRST)
    install_for_good(store, SECOND)
    store.roll_back()
    install(store, SECOND)
    install_for_good(store, THIRD)
    assert store.roll_back().id.startswith("tiny-1.0.0")


def test_a_model_that_was_left_can_be_installed_again(store: ModelStore) -> None:
    install_for_good(store, FIRST)
    second = install(store, SECOND)
    store.fail(second.sha256, "x")
    install_for_good(store, SECOND)
    assert version_in_force(store) == "2.0.0"
    assert store.roll_back().id.startswith("tiny-1.0.0")


def test_installing_what_is_in_force_is_refused(store: ModelStore) -> None:
    install_for_good(store, FIRST)
    with pytest.raises(StoreError, match="in force already"):
        install(store, FIRST)


def test_installing_the_proven_model_during_a_trial_ends_the_trial(store: ModelStore) -> None:
    first = install_for_good(store, FIRST)
    install(store, SECOND)
    install(store, FIRST)
    assert store.current().id == store.proven().id == first.id
    assert store.trial() is None


def test_old_models_are_removed_but_never_one_that_is_needed(tmp_path: Path, shipped: Path) -> None:
    store = ModelStore(tmp_path / "models", shipped, keep=1)
    first = install_for_good(store, FIRST)
    for number in range(10, 13):
        store.fail(install(store, tiny.make(f"{number}.0.0")).sha256, "x")
    install(store, SECOND)
    assert {model.id for model in store.models()} == {store.current().id, first.id, SHIPPED}
    assert version_in_force(store) == "2.0.0"


def test_a_link_that_is_turned_while_it_is_followed_misleads_nobody(store: ModelStore) -> None:
    class Slow(ModelStore):
        """Between reading the link and the record, another process installs a model and removes the old one."""

        def _stored(self, name: str) -> StoredModel | None:
            if name.startswith("tiny-1"):
                install_for_good(store, SECOND)
                shutil.rmtree(store.root / name)
            return super()._stored(name)

    install_for_good(store, FIRST)
    assert Slow(store.root, store._shipped.file).current().id.startswith("tiny-2.0.0")


def test_what_a_power_cut_left_half_written_goes_with_the_next_installation(store: ModelStore) -> None:
    kept = install_for_good(store, FIRST).file.parent
    (kept / "bundle.moodmodel.part").write_bytes(b"half")
    (kept / "record.json.part").write_bytes(b"{")
    (store.root / "tiny-9.9.9-00000000").mkdir()
    install(store, SECOND)
    assert {file.name for file in kept.iterdir()} == {"bundle.moodmodel", "record.json"}
    assert not (store.root / "tiny-9.9.9-00000000").exists()


@pytest.mark.parametrize("damage", ["no bundle", "no record", "record is junk", "link leads away", "no folder"])
def test_a_damaged_store_falls_back_to_the_shipped_model(store: ModelStore, damage: str) -> None:
    folder = install_for_good(store, FIRST).file.parent
    match damage:
        case "no bundle":
            (folder / "bundle.moodmodel").unlink()
        case "no record":
            (folder / "record.json").unlink()
        case "record is junk":
            (folder / "record.json").write_bytes(b"\0" * 100)
        case "link leads away":
            (store.root / "current").unlink()
            (store.root / "current").symlink_to(folder.parent.parent)
        case "no folder":
            shutil.rmtree(folder)
    assert store.current().id == SHIPPED
    install_for_good(store, SECOND)
    assert version_in_force(store) == "2.0.0"


def prepare_nothing(_store: ModelStore) -> None: ...


def prepare_one(store: ModelStore) -> None:
    install_for_good(store, FIRST)


def prepare_trial(store: ModelStore) -> None:
    install_for_good(store, FIRST)
    install(store, SECOND)


def prepare_full(store: ModelStore) -> None:
    for number in range(4, 7):
        install_for_good(store, tiny.make(f"{number}.0.0"))


CHANGES: dict[str, tuple[Callable[[ModelStore], None], Callable[[ModelStore], object], set[str]]] = {
    "first install": (prepare_nothing, lambda store: install(store, SECOND), {"0.1.0", "2.0.0"}),
    "install": (prepare_one, lambda store: install(store, SECOND), {"1.0.0", "2.0.0"}),
    "install in a trial": (prepare_trial, lambda store: install(store, THIRD), {"2.0.0", "3.0.0"}),
    "install and remove the oldest": (prepare_full, lambda store: install(store, SECOND), {"6.0.0", "2.0.0"}),
    "attempt": (prepare_trial, lambda store: store.count_attempt(bundle.parse_bundle(SECOND).sha256), {"2.0.0"}),
    "proved": (prepare_trial, lambda store: store.commit(bundle.parse_bundle(SECOND).sha256), {"2.0.0"}),
    "failed": (prepare_trial, lambda store: store.fail(bundle.parse_bundle(SECOND).sha256, "x"), {"2.0.0", "1.0.0"}),
    "gone back": (prepare_one, lambda store: store.roll_back(), {"1.0.0", "0.1.0"}),
}


class PowerCut(BaseException):
    """Ends a change between two of its steps, before which all that was written is on the disk."""


def power_goes(alter: Callable[[Callable[[str], None]], object], cut: int) -> bool:
    """Make a change whose step number `cut` is never done; False if it has fewer."""
    steps = itertools.count()

    def step(_: str) -> None:
        if next(steps) == cut:
            raise PowerCut

    try:
        alter(step)
    except PowerCut:
        return True
    return False


@pytest.mark.parametrize("change", CHANGES)
def test_a_power_cut_between_any_two_steps_leaves_the_old_or_the_new_model(
    tmp_path: Path, shipped: Path, change: str
) -> None:
    prepare, alter, allowed = CHANGES[change]
    seen = set()
    for cut in range(100):
        root = tmp_path / f"models {cut}"
        prepare(ModelStore(root, shipped))
        whole = not power_goes(lambda step, root=root: alter(ModelStore(root, shipped, step=step)), cut)
        store = ModelStore(root, shipped)
        seen.add(version_in_force(store))
        assert version_in_force(store) in allowed
        assert bundle.read_bundle(store.proven().file).manifest.version != "3.0.0"
        # The box goes on from there: the same change once more, or the next one, finds nothing in its way.
        if store.current().id != f"tiny-3.0.0-{bundle.parse_bundle(THIRD).sha256[:8]}" or store.trial():
            install_for_good(store, THIRD)
        assert version_in_force(store) == "3.0.0"
        if whole:
            break
    assert cut > 0
    assert seen == allowed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.getuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], check=False).returncode
    ):
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_so_and_the_old_model_stays(small_disk: Path, shipped: Path) -> None:
    store = ModelStore(small_disk / "models", shipped)
    install_for_good(store, FIRST)
    left = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(bytes((left.f_bavail - 2) * left.f_frsize))
    with pytest.raises(StoreError, match=r"the disk is full; tiny-1.0.0-"):
        install(store, SECOND)
    assert version_in_force(store) == "1.0.0"
    assert len(store.models()) == 2
    assert store.trial() is None
    (small_disk / "filler").unlink()
    install(store, SECOND)
    assert version_in_force(store) == "2.0.0"


def test_a_full_disk_does_not_bar_the_way_back(small_disk: Path, shipped: Path) -> None:
    store = ModelStore(small_disk / "models", shipped)
    install_for_good(store, FIRST)
    left = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(bytes(left.f_bavail * left.f_frsize))
    assert store.roll_back().id == SHIPPED
    assert version_in_force(store) == "0.1.0"


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EROFS, errno.EIO], ids=errno.errorcode.get)
def test_whichever_write_fails_what_is_said_is_true(
    tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch, change: str, trouble: int
) -> None:
    """Each system call that writes fails once: who is told "refused" has the old model, who is not has the new one."""
    prepare, alter, allowed = CHANGES[change]
    for failing in range(100):
        root = tmp_path / f"models {failing}"
        prepare(ModelStore(root, shipped))
        before = ModelStore(root, shipped).current().id
        calls = itertools.count()
        with monkeypatch.context() as patched:
            for owner, name in WRITES:
                patched.setattr(owner, name, failing_at(calls, failing, trouble, getattr(owner, name)))
            try:
                alter(ModelStore(root, shipped))
                refused = ""
            except StoreError as error:
                refused = str(error)
        store = ModelStore(root, shipped)
        assert version_in_force(store) in allowed
        if refused:
            assert store.current().id == before
            assert refused.endswith(f"; {before} stays in force")
        if not store.current().id.startswith("tiny-3.0.0"):
            install(store, THIRD)
        if next(calls) <= failing:
            break
    assert 3 < failing < 99


WRITES = ((os, "fsync"), (os, "fchmod"), (Path, "replace"), (Path, "mkdir"), (Path, "symlink_to"))


def failing_at(calls: Iterator[int], failing: int, trouble: int, real: Callable[..., object]) -> Callable[..., object]:
    def call(*arguments: object, **options: object) -> object:
        if next(calls) == failing:
            raise OSError(trouble, os.strerror(trouble))
        return real(*arguments, **options)

    return call


def test_a_store_that_may_not_be_written_is_named(tmp_path: Path, shipped: Path) -> None:
    (tmp_path / "models").write_bytes(b"a file is in the way")
    with pytest.raises(StoreError, match=os.strerror(errno.EEXIST)):
        install(ModelStore(tmp_path / "models", shipped), FIRST)


def test_two_processes_change_the_store_one_after_the_other(store: ModelStore, shipped: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from appliance.model import bundle;"
        "from appliance.model.store import ModelStore; from tests.model import tiny; data = tiny.make(sys.argv[3]);"
        "ModelStore(Path(sys.argv[1]), Path(sys.argv[2])).install(data, bundle.parse_bundle(data), None, 0, 0, '')"
    )
    root = Path(__file__).parents[2]
    children = [
        subprocess.Popen([sys.executable, "-c", program, store.root, shipped, f"{number}.0.0"], cwd=root)
        for number in range(1, 6)
    ]
    assert [child.wait() for child in children] == [0] * 5
    sequences = [model.record.sequence for model in store.models() if model.record]
    assert sequences[0] == 5
    assert len(set(sequences)) == len(sequences)
    assert version_in_force(store)
