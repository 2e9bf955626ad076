from appliance import events
from appliance.controls.meaning import MEANINGS, events_for


def test_every_press_is_told_to_home_assistant_and_most_ask_for_something() -> None:
    for kind in events.BUTTON_KINDS:
        told, *asked = events_for(kind)
        assert told == events.ButtonPressed(kind)
        assert asked == ([MEANINGS[kind]] if kind in MEANINGS else [])


def test_home_assistant_knows_of_everything_that_has_a_meaning() -> None:
    assert set(MEANINGS) <= set(events.BUTTON_KINDS)


def test_every_way_to_the_camera_is_that_of_the_physical_button() -> None:
    ways = {kind for kind, event in MEANINGS.items() if isinstance(event, events.CameraButton)}
    assert ways == {"camera_short", "both_long", "button_hold"}
    assert not any(isinstance(event, events.SetCamera) for event in MEANINGS.values())
