"""Sessions."""

from appliance.web.sessions import IDLE, LIFE, MOST, Sessions


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_session_is_good_for_its_password_alone() -> None:
    sessions = Sessions(Time())
    secret = sessions.begin("first")
    assert sessions.is_good(secret, "first")
    assert not sessions.is_good(secret, "second")
    assert not sessions.is_good("other", "first")


def test_no_session_is_good_without_a_password() -> None:
    sessions = Sessions(Time())
    assert not sessions.is_good(sessions.begin(""), "")


def test_using_a_session_keeps_it_but_not_for_ever() -> None:
    time = Time()
    sessions = Sessions(time)
    secret, used = sessions.begin("x"), 0
    while sessions.is_good(secret, "x"):
        time.now += IDLE / 2
        used += 1
    assert time.now - 100 > LIFE
    assert used > LIFE / IDLE


def test_too_many_sessions_push_out_the_one_that_was_idle_longest() -> None:
    time = Time()
    sessions = Sessions(time)
    secrets = []
    for _ in range(MOST):
        time.now += 1
        secrets.append(sessions.begin("x"))
    time.now += 1
    assert sessions.is_good(secrets[0], "x")
    sessions.begin("x")
    assert sessions.is_good(secrets[0], "x")
    assert not sessions.is_good(secrets[1], "x")


def test_secrets_are_long_and_never_the_same() -> None:
    sessions = Sessions(Time())
    secrets = {sessions.begin("x") for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) >= 43 for secret in secrets)
