import pytest

from appliance.lib.backoff import Backoff


def test_waits_double_up_to_a_minute() -> None:
    backoff = Backoff(chance=lambda: 0.0)
    assert [backoff.after(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_session_that_lasted_starts_them_anew() -> None:
    backoff = Backoff(chance=lambda: 0.0)
    assert [backoff.after(lasted) for lasted in (0, 0, 3600, 0)] == [1, 2, 1, 2]


def test_being_dropped_at_once_does_not() -> None:
    backoff = Backoff(chance=lambda: 0.0)
    assert [backoff.after(1) for _ in range(4)] == [1, 2, 4, 8]


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 1.0), (0.5, 0.875), (1.0, 0.75)])
def test_chance_shortens_a_wait_by_a_quarter_at_most(chance: float, wait: float) -> None:
    assert Backoff(chance=lambda: chance).after(0) == wait
