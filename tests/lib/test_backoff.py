import pytest

from appliance.lib.backoff import Backoff


def test_waits_double_up_to_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.after(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_session_that_lasted_starts_them_anew() -> None:
    backoff = Backoff()
    assert [backoff.after(lasted) for lasted in (0, 0, 3600, 0)] == [1, 2, 1, 2]


def test_being_dropped_at_once_does_not() -> None:
    backoff = Backoff()
    assert [backoff.after(1) for _ in range(4)] == [1, 2, 4, 8]


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 1.0), (0.5, 0.875), (1.0, 0.75)])
def test_chance_shortens_a_wait_by_a_quarter_at_most(chance: float, wait: float) -> None:
    assert Backoff(chance=lambda: chance).after(0) == wait


def test_a_reset_begins_with_the_first_wait_again() -> None:
    backoff = Backoff(first=0.1, cap=0.3)
    waits = [backoff.next() for _ in range(3)]
    backoff.reset()
    assert [*waits, backoff.next()] == [0.1, 0.2, 0.3, 0.1]


def test_what_counts_as_lasting_can_be_chosen() -> None:
    backoff = Backoff(settled=5)
    assert [backoff.after(lasted) for lasted in (0, 4.9, 5)] == [1, 2, 1]
