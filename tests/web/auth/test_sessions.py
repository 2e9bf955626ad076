"""Sessions."""

import stat
from pathlib import Path

import pytest

from appliance.web.auth.sessions import FILE, IDLE, LIFE, MOST, SessionStore


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def begun(folder: Path, time: Time) -> str:
    """The secret of a session that is on disk."""
    sessions = SessionStore(folder, time)
    secret = sessions.begin("x")
    assert sessions.settle(10)
    return secret


def test_a_session_is_good_for_its_password_alone(tmp_path: Path) -> None:
    sessions = SessionStore(tmp_path, Time())
    secret = sessions.begin("first")
    assert sessions.is_good(secret, "first")
    assert not sessions.is_good(secret, "second")
    assert not sessions.is_good("other", "first")


def test_no_session_is_good_without_a_password(tmp_path: Path) -> None:
    sessions = SessionStore(tmp_path, Time())
    assert not sessions.is_good(sessions.begin(""), "")


def test_using_a_session_keeps_it_but_not_for_ever(tmp_path: Path) -> None:
    time = Time()
    sessions = SessionStore(tmp_path, time)
    secret, used = sessions.begin("x"), 0
    while sessions.is_good(secret, "x"):
        time.now += IDLE / 2
        used += 1
    assert time.now - 100 > LIFE
    assert used > LIFE / IDLE


def test_too_many_sessions_push_out_the_one_that_was_idle_longest(tmp_path: Path) -> None:
    time = Time()
    sessions = SessionStore(tmp_path, time)
    secrets = []
    for _ in range(MOST):
        time.now += 1
        secrets.append(sessions.begin("x"))
    time.now += 1
    assert sessions.is_good(secrets[0], "x")
    sessions.begin("x")
    assert sessions.is_good(secrets[0], "x")
    assert not sessions.is_good(secrets[1], "x")


def test_secrets_are_long_and_never_the_same(tmp_path: Path) -> None:
    sessions = SessionStore(tmp_path, Time())
    secrets = {sessions.begin("x") for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) >= 43 for secret in secrets)


def test_sessions_outlast_a_restart_and_keep_their_age(tmp_path: Path) -> None:
    time = Time()
    secret = begun(tmp_path, time)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert secret not in (tmp_path / FILE).read_text()
    assert SessionStore(tmp_path, time).is_good(secret, "x")
    time.now += IDLE + 1
    assert not SessionStore(tmp_path, time).is_good(secret, "x")


def test_a_session_in_use_before_a_restart_is_in_use_after_it(tmp_path: Path) -> None:
    time = Time()
    sessions = SessionStore(tmp_path, time)
    secret = sessions.begin("x")
    time.now += IDLE - 1
    assert sessions.is_good(secret, "x")
    time.now += IDLE - 1
    assert sessions.settle(10)
    assert SessionStore(tmp_path, time).is_good(secret, "x")


def test_signing_out_outlasts_a_restart_too(tmp_path: Path) -> None:
    time = Time()
    sessions = SessionStore(tmp_path, time)
    secret = sessions.begin("x")
    sessions.end(secret)
    assert sessions.settle(10)
    assert not SessionStore(tmp_path, time).is_good(secret, "x")


def test_after_the_machine_was_started_again_the_old_sessions_are_over(tmp_path: Path) -> None:
    time = Time()
    secret = begun(tmp_path, time)
    time.now = 5.0
    assert not SessionStore(tmp_path, time).is_good(secret, "x")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"x": {"began": "y"}}', b"\xff"])
def test_a_damaged_file_means_that_nobody_is_signed_in(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    sessions = SessionStore(tmp_path, Time())
    assert sessions.is_good(sessions.begin("x"), "x")


def test_without_a_place_to_write_one_can_sign_in_all_the_same(tmp_path: Path) -> None:
    sessions = SessionStore(tmp_path / "missing", Time())
    assert sessions.is_good(sessions.begin("x"), "x")
