from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.controls.panel import Panel
from appliance.controls.press import Timing

TIMING = Timing(bounce=0.01, long=1.0)
FAR = 1000.0


def panel(timing: Timing = TIMING) -> Panel:
    return Panel({"skip": timing, "override": timing, "camera": timing}, ("skip", "override"))


def play(*edges: tuple[float, str, bool], timing: Timing = TIMING) -> list[str]:
    board, told = panel(timing), []
    for at, name, down in edges:
        told += board.edge(name, down, at)
    return told + board.advance(FAR)


def test_both_held_is_one_thing_and_neither_button_says_anything_of_its_own() -> None:
    told = play((1, "skip", True), (1.2, "override", True), (3, "skip", False), (3.5, "override", False))
    assert told == ["both_long"]


def test_both_held_is_told_when_the_second_has_been_held_long_enough() -> None:
    board = panel()
    board.edge("skip", True, 1)
    board.edge("override", True, 1.5)
    assert board.advance(2.49) == []
    assert board.advance(2.5) == ["both_long"]


def test_two_quick_presses_that_overlap_are_two_short_ones() -> None:
    told = play((1, "skip", True), (1.1, "override", True), (1.2, "skip", False), (1.3, "override", False))
    assert told == ["skip_short", "override_short"]


def test_a_button_tapped_while_another_is_held_counts_and_so_does_the_held_one() -> None:
    told = play((1, "skip", True), (1.9, "override", True), (2.1, "override", False), (2.5, "skip", False))
    assert told == ["override_short", "skip_long"]


def test_a_button_held_long_and_let_go_while_the_other_is_just_down_was_pressed_long() -> None:
    told = play((1, "skip", True), (1.9, "override", True), (2.1, "skip", False), (2.2, "override", False))
    assert told == ["skip_long", "override_short"]


def test_after_a_long_press_the_other_button_is_on_its_own() -> None:
    told = play((1, "skip", True), (2.5, "override", True), (3.8, "override", False), (4, "skip", False))
    assert told == ["skip_long", "override_long"]
    board = panel()
    board.edge("skip", True, 1)
    board.edge("override", True, 2.5)
    assert board.advance(3.5) == ["override_long"]


def test_a_button_let_go_just_before_both_were_held_long_enough_was_pressed_by_itself() -> None:
    told = play((1, "skip", True), (1, "override", True), (1.995, "override", False), (2.5, "skip", False))
    assert told == ["override_short", "skip_long"]


def test_the_camera_button_does_not_care_for_the_others() -> None:
    told = play(
        (1, "skip", True),
        (1, "override", True),
        (1, "camera", True),
        (1.3, "camera", False),
        (3, "skip", False),
        (3, "override", False),
    )
    assert told == ["camera_short", "both_long"]


def test_a_tap_that_might_have_become_a_double_is_told_before_both_are_held() -> None:
    timing = Timing(bounce=0.01, long=1.0, double=0.35)
    told = play(
        (1, "skip", True),
        (1.1, "skip", False),
        (1.2, "skip", True),
        (1.2, "override", True),
        (4, "skip", False),
        (4, "override", False),
        timing=timing,
    )
    assert told == ["skip_short", "both_long"]


NAMES = st.sampled_from(["skip", "override", "camera"])


@given(st.lists(st.tuples(NAMES, st.floats(0.02, 3)), max_size=30), st.booleans())
def test_every_press_is_told_exactly_once_alone_or_with_the_other(
    presses: list[tuple[str, float]], doubles: bool
) -> None:
    """Buttons go down and up at any times: each press is in exactly one of the things told."""
    timing = Timing(bounce=0.01, long=1.0, double=0.35 if doubles else 0.0)
    down: dict[str, bool] = {}
    edges, time, count = [], 0.0, 0
    for name, wait in presses:
        time += wait
        down[name] = not down.get(name, False)
        count += down[name]
        edges.append((time, name, down[name]))
    edges += [(time + 1.5, name, False) for name, is_down in down.items() if is_down]
    told = play(*edges, timing=timing)
    assert sum(2 if name.endswith(("double", "both_long")) else 1 for name in told) == count


@given(st.lists(st.tuples(NAMES, st.booleans(), st.floats(0, 2)), max_size=30), st.lists(st.floats(0, 1), max_size=20))
def test_when_time_is_looked_at_changes_nothing(steps: list[tuple[str, bool, float]], looks: list[float]) -> None:
    asked, plain, time = panel(), panel(), 0.0
    told_asked: list[str] = []
    told_plain: list[str] = []
    pause = iter(looks)
    for name, down, wait in steps:
        told_asked += asked.advance(time + wait * next(pause, 1.0))
        time += wait
        told_asked += asked.edge(name, down, time)
        told_plain += plain.edge(name, down, time)
    assert told_asked + asked.advance(FAR) == told_plain + plain.advance(FAR)
