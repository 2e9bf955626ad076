"""Simulated presses with every kind of chatter, compared with what was intended."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.controls.panel import Panel
from appliance.controls.press import Timing

BOUNCE, LONG, HOLD, DOUBLE = 0.01, 1.0, 3.0, 0.35
PLAIN = Timing(BOUNCE, LONG)
DOUBLES = Timing(BOUNCE, LONG, 0.0, DOUBLE)
SINGLE = Timing(BOUNCE, LONG, HOLD, DOUBLE)


@dataclass(frozen=True)
class Meant:
    """An intended press: seconds held, then seconds released."""

    press: float
    rest: float


def clear_of(low: float, high: float, *edges: float) -> st.SearchStrategy[float]:
    """Lengths with a clear meaning: not within chatter of the limit between two kinds of press."""
    lengths = st.floats(low, high, allow_nan=False)
    return lengths.filter(lambda length: all(abs(length - edge) > 2 * BOUNCE for edge in edges))


presses = st.lists(st.builds(Meant, clear_of(0.03, 5, LONG, HOLD), clear_of(0.03, 2, DOUBLE)), min_size=1, max_size=8)
chatter = st.lists(st.floats(0.01, 0.12), max_size=7)  # steps, in shares of the bounce time


def expected(meant: list[Meant], timing: Timing) -> list[str]:
    """What shall be told, worked out from the lengths alone."""
    told, waiting, rest_before = [], False, 0.0
    for one in meant:
        if waiting and rest_before > timing.double:
            told.append("short")
            waiting = False
        if timing.hold and one.press >= timing.hold:
            kind = "hold"
        elif one.press >= timing.long:
            kind = "long"
        else:
            kind = "short"
        if kind == "short" and timing.double:
            if waiting:
                told.append("double")
            waiting = not waiting
        else:
            told += ["short", kind] if waiting else [kind]
            waiting = False
        rest_before = one.rest
    return [*told, "short"] if waiting else told


def edges(meant: list[Meant], noise: list[list[float]]) -> list[tuple[float, bool]]:
    """The pin's edges: each change chatters, in steps that sum up to less than the bounce time, and then stays."""
    time, found = 10.0, []
    for number, one in enumerate(meant):
        for down, lasts, steps in ((True, one.press, noise[2 * number]), (False, one.rest, noise[2 * number + 1])):
            at, level = time, down
            found.append((at, level))
            # An even number of further changes ends where it began.
            for step in steps[: len(steps) // 2 * 2]:
                at += step * BOUNCE
                level = not level
                found.append((at, level))
            time += lasts
    return found


def told(timing: Timing, changes: list[tuple[float, bool]], late: list[float], end: float = 60.0) -> list[str]:
    """What a panel of one button tells; time is advanced at its wishes, each a little late, and at every edge."""
    panel, found, lateness = Panel({"it": timing}), [], iter(late)
    for at, level in changes:
        while (due := panel.due()) is not None and (woken := due + next(lateness, 0.0)) < at:
            found += panel.advance(woken)
        found += panel.edge("it", level, at)
    while (due := panel.due()) is not None:
        assert due < changes[-1][0] + end
        found += panel.advance(due)
    return [name.removeprefix("it_") for name in found]


@pytest.mark.parametrize("timing", [PLAIN, DOUBLES, SINGLE], ids=["plain", "doubles", "single"])
@given(data=st.data())
def test_what_is_told_is_what_was_meant_however_the_contact_chatters_and_however_late_the_box_looks(
    timing: Timing, data: st.DataObject
) -> None:
    meant = data.draw(presses)
    noise = data.draw(st.lists(chatter, min_size=2 * len(meant), max_size=2 * len(meant)))
    late = data.draw(st.lists(st.floats(0, 0.5), max_size=10))
    assert told(timing, edges(meant, noise), late) == expected(meant, timing)


@given(st.lists(st.tuples(st.floats(0.0001, 4), st.booleans()), max_size=40))
def test_whatever_a_pin_does_one_press_is_told_at_most_once(steps: list[tuple[float, bool]]) -> None:
    changes, time = [], 0.0
    for step, level in steps:
        time += step
        changes.append((time, level))
    changes.append((time + 1, False))
    downs, before = 0, False
    for _, level in changes:
        downs += level and not before
        before = level
    single = told(SINGLE, changes, [])
    assert len(single) + single.count("double") <= downs
    assert len(told(PLAIN, changes, [])) <= downs


def test_a_long_press_is_told_while_the_finger_is_still_there() -> None:
    panel = Panel({"it": PLAIN})
    panel.edge("it", True, 5.0)
    assert panel.advance(5.99) == []
    assert panel.advance(6.0) == ["it_long"]
    assert panel.edge("it", False, 9.0) + panel.advance(10) == []


def test_a_short_press_is_told_as_soon_as_the_contact_is_at_rest_where_no_double_can_follow() -> None:
    panel = Panel({"it": PLAIN})
    panel.edge("it", True, 5.0)
    panel.edge("it", False, 5.2)
    assert panel.due() == 5.2 + BOUNCE
    assert panel.advance(5.2 + BOUNCE) == ["it_short"]
    assert panel.due() is None


def test_a_spark_is_no_press_and_does_not_cut_a_long_one_in_two() -> None:
    panel = Panel({"it": PLAIN})
    assert panel.edge("it", True, 1.0) + panel.edge("it", False, 1.003) + panel.advance(2) == []
    panel.edge("it", True, 3.0)
    panel.edge("it", False, 3.5)
    panel.edge("it", True, 3.504)
    assert panel.advance(4.0) == ["it_long"]


def test_a_finger_that_leaves_just_before_the_press_is_long_has_pressed_short() -> None:
    panel = Panel({"it": PLAIN})
    panel.edge("it", True, 1.0)
    assert panel.edge("it", False, 1.995) + panel.advance(2.1) == ["it_short"]


@pytest.mark.parametrize(("seconds", "kind"), [(0.99, "short"), (LONG, "long"), (2.99, "long"), (HOLD, "hold")])
def test_the_single_buttons_press_is_what_its_length_says_to_the_hundredth(seconds: float, kind: str) -> None:
    assert told(SINGLE, [(8.0, True), (8.0 + seconds, False)], []) == [kind]


def test_a_button_that_is_held_at_the_start_is_pressed_from_then_on() -> None:
    panel = Panel({"it": PLAIN})
    panel.edge("it", True, 100.0)
    panel.edge("it", False, 100.3)
    assert panel.advance(101) == ["it_short"]


def test_times_that_go_back_are_taken_for_the_present() -> None:
    panel = Panel({"it": PLAIN})
    panel.edge("it", True, 10.0)
    panel.advance(10.5)
    panel.edge("it", False, 10.2)
    assert panel.due() == 10.5 + BOUNCE
    assert panel.advance(11) == ["it_short"]
