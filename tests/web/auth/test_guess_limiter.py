"""Guessing is slow, for one and for all together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.api.errors import WebError
from appliance.web.auth.guess_limiter import ALL, ALL_EVERY, DEVICE_EVERY, EACH, EACH_EVERY, GuessLimiter


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(limiter: GuessLimiter, address: str, device: str = "") -> bool:
    try:
        limiter.take(address, device)
    except WebError as error:
        if error.status != 429:
            raise
        return False
    return True


def test_one_address_has_a_few_guesses_and_others_still_have_theirs() -> None:
    limiter = GuessLimiter(Time())
    assert [taken(limiter, "10.0.0.1") for _ in range(7)] == [True] * 5 + [False] * 2
    assert taken(limiter, "10.0.0.2")


def test_a_device_with_many_addresses_has_its_own_tries_and_then_one_now_and_then() -> None:
    time = Time()
    limiter = GuessLimiter(time, lambda _: "card")
    tries = (f"10.0.0.{number}" for number in range(250))
    assert [taken(limiter, next(tries)) for _ in range(12)] == [True] * 10 + [False] * 2
    time.now += DEVICE_EVERY - 0.1
    assert not taken(limiter, next(tries))
    time.now += 0.2
    assert [taken(limiter, next(tries)) for _ in range(2)] == [True, False]


def test_what_retry_after_says_is_true() -> None:
    time = Time()
    limiter = GuessLimiter(time)
    while taken(limiter, "a"):
        pass
    with pytest.raises(WebError) as refused:
        limiter.take("a")
    time.now += float(refused.value.headers["Retry-After"])
    assert taken(limiter, "a")


def test_all_addresses_together_are_limited_too() -> None:
    limiter = GuessLimiter(Time())
    assert sum(taken(limiter, f"10.0.{number // 256}.{number % 256}") for number in range(2000)) == ALL


def test_an_ipv6_network_counts_as_one() -> None:
    limiter = GuessLimiter(Time())
    assert sum(taken(limiter, f"2001:db8::{number:x}") for number in range(50)) == EACH
    assert taken(limiter, "2001:db8:0:1::1")


def test_neighbours_on_the_boxs_own_link_count_one_by_one() -> None:
    limiter = GuessLimiter(Time())
    assert [taken(limiter, "fe80::1%wlan0") for _ in range(6)] == [True] * 5 + [False]
    assert taken(limiter, "fe80::2%wlan0")


def test_a_known_browser_has_tries_of_its_own_that_nobody_else_uses_up() -> None:
    limiter = GuessLimiter(Time())
    for number in range(2000):
        taken(limiter, f"10.0.{number // 256}.{number % 256}")
    assert not taken(limiter, "10.1.0.1")
    assert [taken(limiter, "10.0.0.1", "phone") for _ in range(6)] == [True] * 5 + [False]
    assert taken(limiter, "10.0.0.1", "laptop")
    limiter.give_back("10.0.0.1", "phone")
    assert taken(limiter, "10.0.0.1", "phone")


def test_a_known_browser_wins_no_tries_by_a_flood_from_elsewhere() -> None:
    limiter = GuessLimiter(Time())
    while taken(limiter, "10.0.0.1", "phone"):
        pass
    for number in range(5000):
        taken(limiter, f"10.0.{number // 256}.{number % 256}")
    assert not taken(limiter, "10.0.0.1", "phone")


def test_a_right_password_gives_the_try_back() -> None:
    limiter = GuessLimiter(Time())
    for _ in range(100):
        limiter.take("a")
        limiter.give_back("a")
    assert taken(limiter, "a")


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "fe80::1%eth0", ""]), st.floats(0, 100)), max_size=200))
def test_never_more_guesses_pass_than_the_time_allows(tries: list[tuple[str, float]]) -> None:
    time = Time()
    limiter = GuessLimiter(time)
    passed: dict[str, int] = {}
    for address, pause in tries:
        time.now += pause
        passed[address] = passed.get(address, 0) + taken(limiter, address)
    assert all(count <= EACH + time.now / EACH_EVERY + 1e-6 for count in passed.values())
    assert sum(passed.values()) <= ALL + time.now / ALL_EVERY + 1e-6
