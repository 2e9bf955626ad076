"""A backup as a whole: what was on one card is on another afterwards, or nothing of it."""

import random
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.backup import opening
from appliance.backup import plan as plans
from appliance.backup.contents import PARTS, SETTINGS_FILES
from appliance.backup.errors import (
    BackupError,
    DamagedBackup,
    NoRoomForBackup,
    PassphraseError,
    UnfitBackup,
    UnknownFormat,
)
from appliance.backup.making import Backup
from appliance.domain.emotions import Emotion
from appliance.history import History
from appliance.mqtt import identity
from appliance.mqtt.identity import identify
from appliance.settings.settings import load_settings
from tests.backup.card import NOW, PASSPHRASE, Card
from tests.damage import damaged


def on_a_new_card(card: Card) -> Card:
    """The same box with a card on which nothing is but what was just installed."""
    shutil.rmtree(card.folder)
    return Card(card.folder)


def test_a_new_card_is_as_the_old_one(card: Card) -> None:
    before, device = card.content(), identify(card.settings.mqtt, state=card.state).id
    sealed = card.back_up()
    new = on_a_new_card(card)
    new.confirm(sealed)
    assert new.start().changed
    assert load_settings(new.file).music.volume == 33
    after = new.content()
    same = [
        name for name in before if name not in {"etc/moodbox.toml", "state/history.sqlite", "state/catalogue.sqlite"}
    ]
    assert {name: after.get(name) for name in same} == {name: before[name] for name in same}
    assert identify(new.settings.mqtt, state=new.state).id == device
    with closing(History(new.state)) as history:
        assert history.dislike(Emotion.HAPPY, "happy/a.flac") == 1.0
        assert [each.id for each in history.corrections()] == [7]


def test_every_part_of_the_table_is_in_it(card: Card) -> None:
    with Backup(card.settings, card.file) as backup:
        names = [entry.name for entry in backup.manifest.files]
    assert backup.manifest.left_out == ()
    for part in PARTS:
        assert any(name == part.name or name.startswith(part.name) for name in names), part.name
    assert {"settings/moodbox.toml", "settings/mqtt.password_file", "settings/model.allowed_signers"} <= set(names)
    assert len(SETTINGS_FILES) == 6


def test_files_that_were_elsewhere_go_beside_the_settings(card: Card) -> None:
    sealed = card.back_up()
    new = on_a_new_card(card)
    new.confirm(sealed)
    new.start()
    chosen = load_settings(new.file)
    assert chosen.allowed_signers == new.state / "allowed_signers"
    assert "desktop" in chosen.allowed_signers.read_text()
    assert Path(chosen.mqtt.password_file) == new.file.with_name("broker-password")
    assert Path(chosen.mqtt.password_file).stat().st_mode & 0o777 == 0o640
    assert new.file.read_text().startswith("# mine")


def test_what_the_backup_has_not_is_not_there_afterwards(card: Card) -> None:
    sealed = card.back_up()
    (card.state / identity.KEPT).write_text("another\n")
    card.file.write_text(card.file.read_text() + 'device_id = "kitchen"\n')
    with_id = card.back_up()
    card.confirm(with_id)
    card.start()
    assert not (card.state / identity.KEPT).exists()
    plans.discard(card.state)
    card.confirm(sealed)
    card.start()
    assert (card.state / identity.KEPT).read_text() == f"{identity.machine_id()}\n"


def test_the_summary_says_what_it_is_and_which_songs_are_missing(card: Card) -> None:
    sealed = card.back_up()
    (card.folder / "songs" / "happy" / "a.flac").unlink()
    summary, _ = card.open(sealed)
    assert (summary.songs, summary.missing) == (1, ["happy/a.flac"])
    assert {"settings", "models", "the page's password"} <= set(summary.parts)
    assert summary.left_out == []


def test_opening_changes_nothing_and_leaves_nothing_when_it_fails(card: Card) -> None:
    before, sealed = card.content(), card.back_up()
    with pytest.raises(PassphraseError):
        card.open(sealed, "another passphrase")
    with pytest.raises(DamagedBackup):
        card.open(sealed[:-1])
    assert card.content() == before
    assert not (card.state / plans.FOLDER / plans.NEW).exists()
    assert not card.start().changed


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 30))
def test_whatever_happens_to_a_file_it_is_refused_and_nothing_is_lost(card: Card, seed: int) -> None:
    sealed = _made(card)
    hurt = damaged(sealed, seed)
    if hurt == sealed:
        return
    before = card.content()
    with pytest.raises(BackupError):
        card.open(hurt)
    assert card.content() == before


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(share=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_any_byte_changed_is_refused_and_nothing_is_lost(card: Card, share: float, flip: int) -> None:
    sealed = bytearray(_made(card))
    sealed[int(share * len(sealed))] ^= flip
    before = card.content()
    with pytest.raises(BackupError):
        card.open(bytes(sealed))
    assert card.content() == before


def _made(card: Card) -> bytes:
    file = card.folder / "made"
    if not file.exists():
        file.write_bytes(card.back_up())
    return file.read_bytes()


def test_a_history_in_use_is_copied_whole(card: Card) -> None:
    with closing(History(card.state)) as history:
        history.record_dislike("sad/b.flac", Emotion.SAD, NOW)
        sealed = card.back_up()
    new = on_a_new_card(card)
    new.confirm(sealed)
    new.start()
    with closing(History(new.state)) as restored:
        assert restored.dislike(Emotion.SAD, "sad/b.flac") == 1.0


def test_a_history_that_is_kept_in_memory_is_taken_from_there(card: Card) -> None:
    card.file.write_text(card.file.read_text().replace("[paths]", "[paths]\nhistory_in_ram = true"))
    shutil.copy(card.state / "history.sqlite", card.run / "history.sqlite")
    with closing(History(card.run)) as history:
        history.record_dislike("sad/b.flac", Emotion.SAD, NOW)
    sealed = card.back_up()
    card.confirm(sealed)
    card.start()
    assert not (card.run / "history.sqlite").exists()
    with closing(History(card.state)) as restored:
        assert restored.dislike(Emotion.SAD, "sad/b.flac") == 1.0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state/history.sqlite", b"no database"),
        ("state/page-tokens.json", b"{"),
        ("state/page-password.json", b"garbled"),
        ("state/state.json", b"[]"),
        ("etc/moodbox.toml", b"volume = "),
    ],
)
def test_a_damaged_part_is_left_out_named_and_stays_as_it_is(name: str, content: bytes, card: Card) -> None:
    whole, chosen = card.back_up(), card.settings
    (card.folder / name).write_bytes(content)
    with Backup(chosen, card.file) as backup:
        assert len(backup.manifest.left_out) == 1
        assert backup.manifest.left_out[0].name.endswith(name.rpartition("/")[2])
        sealed = b"".join(backup.sealed(PASSPHRASE))
    assert card.open(sealed)[0].left_out if name.startswith("state") else True
    if name.startswith("state"):
        plans.write_plan(card.state, card.open(sealed)[1])
        card.start()
        assert (card.folder / name).read_bytes() == content
        plans.discard(card.state)
        card.confirm(whole)
        card.start()
        assert (card.folder / name).read_bytes() != content


def test_settings_that_this_moodbox_does_not_know_are_refused(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.backup.making.parse_settings", lambda _: None)
    good = card.file.read_text()
    chosen = card.settings
    card.file.write_text(f"{good}brightness = 3\n")
    with Backup(chosen, card.file) as backup:
        sealed = b"".join(backup.sealed(PASSPHRASE))
    card.file.write_text(good)
    with pytest.raises(UnfitBackup, match="brightness"):
        card.open(sealed)


def test_a_history_of_a_newer_moodbox_is_refused(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(card.state / "history.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
        database.execute("ALTER TABLE plays ADD COLUMN must TEXT NOT NULL DEFAULT ''")
        database.execute("ALTER TABLE plays RENAME COLUMN emotion TO feeling")
        database.commit()
    assert any("newer" in each.why for each in Backup(card.settings, card.file).manifest.left_out)


def test_a_part_that_only_a_newer_moodbox_knows_is_refused(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = card.back_up()
    monkeypatch.setattr(opening, "part_of", lambda _: None)
    with pytest.raises(UnknownFormat, match="update"):
        card.open(sealed)


def test_a_box_that_keeps_its_state_elsewhere_is_told(card: Card) -> None:
    sealed = card.back_up()
    card.file.write_text(card.file.read_text().replace("/state", "/other"))
    with pytest.raises(UnfitBackup, match=r"paths\.state"):
        card.open(sealed)


def test_without_room_nothing_is_unpacked(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = card.back_up()
    monkeypatch.setattr(opening, "SPARE", 1 << 60)
    with pytest.raises(NoRoomForBackup, match="make room"):
        card.open(sealed)


def test_what_changes_while_it_is_read_gives_no_backup(card: Card) -> None:
    with Backup(card.settings, card.file) as backup:
        model = next((card.state / "models").glob("*/bundle.moodmodel"))
        model.write_bytes(random.Random(1).randbytes(model.stat().st_size))
        with pytest.raises(BackupError, match="changed"):
            b"".join(backup.sealed(PASSPHRASE))


def test_copies_of_a_backup_that_was_killed_are_removed_by_the_next(card: Card) -> None:
    Backup(card.settings, card.file)
    card.back_up()
    assert list(card.state.glob("backup.*")) == []


@pytest.fixture
def little_room() -> Iterator[None]:
    """The disk takes no more than so many bytes of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_meanwhile_loses_nothing(card: Card, little_room: None) -> None:
    sealed, before = card.back_up(), card.content()
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
    with pytest.raises(NoRoomForBackup, match="full"):
        card.open(sealed)
    with pytest.raises(NoRoomForBackup, match="full"):
        card.back_up()
    assert card.content() == before
    assert not (card.state / plans.FOLDER / plans.NEW).exists()
    assert list(card.state.glob("backup.*")) == []
