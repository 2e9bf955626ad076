"""What to do with the camera, from numbers alone."""

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraState, Face, Look
from appliance.web.api.aim import advice, describe_aim
from tests.room import mostly
from tests.web.running_page import Browser, RunningPage

WIDTH, HEIGHT = 1280, 720


def look(*middles: tuple[float, float], distance: float | None = 1.5, light: float = 0.5) -> Look:
    faces = tuple(
        Face((x * WIDTH - 50, y * HEIGHT - 50, 100, 100), 0.9, mostly(Emotion.HAPPY), distance) for x, y in middles
    )
    return Look(1.0, CameraState.OPEN, faces, (WIDTH, HEIGHT), light)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (look((0.5, 0.42)), "it is aimed well"),
        (look((0.32, 0.42)), "turn the camera a little to your right"),
        (look((0.1, 0.42)), "turn the camera to your right"),
        (look((0.9, 0.5)), "turn the camera to your left"),
        (look((0.5, 0.1)), "tilt the camera up"),
        (look((0.5, 0.6)), "tilt the camera a little down"),
        (look((0.1, 0.42), (0.9, 0.42)), "it is aimed well"),
        (look((0.5, 0.42), distance=0.3), "move the camera a little further away"),
        (look((0.5, 0.42), distance=6), "move the camera a little nearer"),
        (look((0.5, 0.42), distance=None), "it is aimed well"),
        (look((0.5, 0.42), light=0.05), "too dark"),
        (look((0.5, 0.42), light=0.98), "too bright"),
        (look(), "nobody is in sight"),
        (Look(1.0, CameraState.OFF), "the camera is off"),
        (Look(1.0, CameraState.FAILED, problem="it is unplugged"), "it is unplugged"),
        (None, "not there yet"),
    ],
)
def test_it_says_the_one_thing_to_do(seen: Look | None, words: str) -> None:
    assert words in advice(seen)


def test_the_aim_is_a_frame_boxes_and_light_and_nothing_of_the_picture() -> None:
    assert describe_aim(look((0.5, 0.42))) == {
        "frame": {"width": WIDTH, "height": HEIGHT},
        "faces": [{"box": [590.0, 252.4, 100.0, 100.0], "distance": 1.5}],
        "light": 128,
        "advice": "it is aimed well",
        "well": True,
    }
    assert describe_aim(Look(1.0, CameraState.OFF))["frame"] is None
    assert [describe_aim(seen)["well"] for seen in (None, look((0.1, 0.42)), look((0.5, 0.42)))] == [False, False, True]


async def test_the_page_is_told_the_aim(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("GET", "/api/aim")).json["frame"] is None
    running.show(Emotion.HAPPY)
    assert (await owner.ask("GET", "/api/aim")).json["frame"] == {"width": 640, "height": 480}
