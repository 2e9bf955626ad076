"""A box that may not write its settings file wishes, and root carries it out."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec
import pytest

from appliance.settings.base import SettingsError
from appliance.settings.settings import load_settings
from appliance.systemd.settings_keeper import carry_out
from appliance.systemd.settings_wish import FOLDER, LARGEST, WISH, SettingsAnswer, SettingsWish, wish_for_settings


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    (tmp_path / "run" / FOLDER).mkdir(parents=True)
    return tmp_path / "run"


class Keeper:
    """Root's side, woken by the wish as the path unit wakes it."""

    def __init__(self, run_dir: Path, file: Path, answer: Path) -> None:
        self.wish, self.file, self.answer = run_dir / FOLDER / WISH, file, answer
        self.refused = ""
        self._thread = threading.Thread(target=self._carry_out)

    def _carry_out(self) -> None:
        for _ in range(1500):
            if self.wish.exists():
                self.refused = carry_out(self.wish, self.file, self.answer)
                return
            threading.Event().wait(0.02)

    def __enter__(self) -> Keeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def test_a_wish_is_carried_out_and_answered(run_dir: Path, tmp_path: Path) -> None:
    file, answer = tmp_path / "moodbox.toml", tmp_path / "answer.json"
    file.write_text("[music]\nfade = 3.0\n")
    with Keeper(run_dir, file, answer):
        assert wish_for_settings(run_dir, {"music.fade": 1.0}, answer) == {"music.fade": 3.0}
    assert load_settings(file).music.fade == 1.0
    assert not (run_dir / FOLDER / WISH).exists()


def test_a_refusal_is_told_in_roots_words(run_dir: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    answer.write_bytes(msgspec.json.encode(SettingsAnswer(id="of another wish")))
    with Keeper(run_dir, tmp_path / "moodbox.toml", answer), pytest.raises(SettingsError, match="settings file alone"):
        wish_for_settings(run_dir, {"model.allowed_signers": "/tmp/mine"}, answer)
    assert not (tmp_path / "moodbox.toml").exists() or "mine" not in (tmp_path / "moodbox.toml").read_text()


def test_a_unit_that_does_not_answer_is_told(run_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not known whether"):
        wish_for_settings(run_dir, {"music.fade": 1.0}, tmp_path / "answer.json", lambda _: None)


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nothing has changed"):
        wish_for_settings(tmp_path, {"music.fade": 1.0}, tmp_path / "answer.json")


def test_root_takes_nothing_but_a_small_file_of_the_right_form(run_dir: Path, tmp_path: Path) -> None:
    wish, file, answer = run_dir / FOLDER / WISH, tmp_path / "moodbox.toml", tmp_path / "answer.json"
    secret = tmp_path / "secret.json"
    secret.write_bytes(msgspec.json.encode(SettingsWish(id="x", changes={"music.fade": 1.0})))
    for make, told in (
        (lambda: wish.symlink_to(secret), "cannot be read"),
        (lambda: os.mkfifo(wish), "is no file"),
        (lambda: wish.write_bytes(b"x" * (LARGEST + 1)), "more than"),
        (lambda: wish.write_bytes(b'{"id": 1}'), "is no wish"),
        (lambda: wish.write_bytes(b"[" * 60_000), "is no wish"),
        (lambda: wish.write_bytes(b'{"id": "x", "changes": {"music.fade": [1]}}'), "is no wish"),
    ):
        make()
        assert told in carry_out(wish, file, answer)
        assert not os.path.lexists(wish)
        assert not file.exists()
        assert not answer.exists()
    assert secret.exists()
