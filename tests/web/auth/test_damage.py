"""Whatever has happened to what the page keeps, it opens, says what is wrong, and takes what comes from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from appliance.web.api.errors import WebError
from appliance.web.auth import devices, passwords, sessions, tokens
from appliance.web.auth.devices import DeviceStore
from appliance.web.auth.passwords import UNREADABLE, PasswordStore
from appliance.web.auth.sessions import SessionStore
from appliance.web.auth.tokens import TokenStore
from tests.damage import each_value_changed, every_damage

PASSWORD = "correct horse"
NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


def damages(whole: bytes) -> Iterator[bytes]:
    yield from each_value_changed(whole)
    yield from every_damage(whole, 150, step=3)


def test_no_damage_of_the_sessions_costs_more_than_a_sign_in(tmp_path: Path) -> None:
    file = tmp_path / sessions.FILE
    store = SessionStore(tmp_path, lambda: 100.0)
    secrets = [store.begin("x"), store.begin("x")]
    assert store.settle(10)
    for content in damages(file.read_bytes()):
        file.write_bytes(content)
        store = SessionStore(tmp_path, lambda: 200.0)
        for secret in secrets:
            store.is_good(secret, "x")
        fresh = store.begin("x")
        assert store.is_good(fresh, "x")
        assert store.settle(10)
        assert SessionStore(tmp_path, lambda: 300.0).is_good(fresh, "x")


def test_no_damage_of_a_session_lets_it_live_for_longer(tmp_path: Path) -> None:
    file = tmp_path / sessions.FILE
    store = SessionStore(tmp_path, lambda: 100.0)
    secret = store.begin("x")
    assert store.settle(10)
    for content in each_value_changed(file.read_bytes()):
        file.write_bytes(content)
        store = SessionStore(tmp_path, lambda: 200.0)
        assert not (store.is_good(secret, "x") and _outlives(content))


def _outlives(content: bytes) -> bool:
    return any(session["began"] > 200.0 for session in json.loads(content).values())


def test_no_damage_of_the_known_browsers_costs_more_than_their_precedence(tmp_path: Path) -> None:
    file = tmp_path / devices.FILE
    store = DeviceStore(tmp_path)
    secrets = [store.welcome("", "x"), store.welcome("", "x")]
    assert store.settle(10)
    for content in damages(file.read_bytes()):
        file.write_bytes(content)
        store = DeviceStore(tmp_path)
        for secret in secrets:
            store.known(secret, "x")
        fresh = store.welcome(secrets[0], "x")
        assert store.known(fresh, "x")
        assert store.settle(10)
        assert DeviceStore(tmp_path).known(fresh, "x")


async def test_no_damage_of_the_keys_lets_anybody_in_or_loses_a_key(tmp_path: Path) -> None:
    file = tmp_path / tokens.FILE
    store = TokenStore(tmp_path, lambda: NOW)
    good = [(await store.make(name))["token"] for name in ("one", "two")]
    for content in damages(file.read_bytes()):
        file.write_bytes(content)
        store = TokenStore(tmp_path, lambda: NOW)
        assert not store.is_good("moodbox_guess")
        let_in = [store.is_good(secret) for secret in good]
        msgspec.json.encode(store.listed())
        if store.problem:
            assert str(file) in store.problem
            with pytest.raises(WebError, match="damaged"):
                await store.make("three")
            assert file.read_bytes() == content
            assert not any(let_in)
            continue
        made = await store.make("three")
        again = TokenStore(tmp_path, lambda: NOW)
        assert again.is_good(made["token"])
        assert [again.is_good(secret) for secret in good] == let_in


async def test_of_a_damaged_password_it_is_said_and_a_new_one_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_COSTS", (2, 1, 1))
    file = tmp_path / passwords.FILE
    PasswordStore(tmp_path).set(PASSWORD)
    whole = file.read_bytes()
    for content in damages(whole):
        file.write_bytes(content)
        store = PasswordStore(tmp_path)
        assert store.is_set
        assert await store.matches(PASSWORD) is (store.problem == "")
        assert store.problem in ("", UNREADABLE)
        assert bool(store.generation) is (store.problem == "")
        with pytest.raises(passwords.PasswordError):
            await store.change("another one", first=True)
        store.set(PASSWORD)
        assert await store.matches(PASSWORD)
        assert store.problem == ""


@pytest.mark.parametrize("costs", [(2**18, 1, 2**18), (2**13, 8, 4000), (2**16, 8, 10)])
async def test_costs_that_would_keep_the_box_busy_for_long_are_damage(
    tmp_path: Path, costs: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    PasswordStore(tmp_path).set(PASSWORD)
    record = json.loads((tmp_path / passwords.FILE).read_bytes())
    record |= dict(zip("nrp", costs, strict=True))
    record.pop("check", None)
    (tmp_path / passwords.FILE).write_text(json.dumps(record))
    assert not await PasswordStore(tmp_path).matches(PASSWORD)
    assert PasswordStore(tmp_path).problem == UNREADABLE


def test_a_password_of_an_earlier_version_without_a_checksum_counts(tmp_path: Path) -> None:
    store = PasswordStore(tmp_path)
    store.set(PASSWORD)
    record = json.loads((tmp_path / passwords.FILE).read_bytes())
    del record["check"]
    (tmp_path / passwords.FILE).write_text(json.dumps(record))
    assert PasswordStore(tmp_path).problem == ""
    assert PasswordStore(tmp_path).generation == store.generation
