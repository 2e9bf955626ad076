from appliance.controls.bindings import MEANINGS, events_for
from appliance.domain import buttons, commands, events


def test_every_press_is_told_to_home_assistant_and_most_ask_for_something() -> None:
    for kind in buttons.BUTTON_KINDS:
        told, *asked = events_for(kind)
        assert told == events.ButtonPressed(kind)
        assert asked == ([MEANINGS[kind]] if kind in MEANINGS else [])


def test_home_assistant_knows_of_everything_that_has_a_meaning() -> None:
    assert set(MEANINGS) <= set(buttons.BUTTON_KINDS)


def test_every_way_to_the_camera_is_that_of_the_physical_button() -> None:
    ways = {kind for kind, event in MEANINGS.items() if isinstance(event, commands.ToggleCamera)}
    assert ways == {"camera_short", "both_long", "button_hold"}
    assert not any(isinstance(event, commands.SetCamera) for event in MEANINGS.values())
