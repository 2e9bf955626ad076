from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.controls.lamp import COLOURS, RED, WHITE, Move, brightness, duty, pattern
from appliance.core.collecting import READY
from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain.commands import SetCamera
from appliance.domain.emotions import EMOTIONS, PROFILES, Emotion
from appliance.domain.events import Looked, PlayerChanged, PlayerState, VisionHello, VisionLost
from appliance.domain.looks import CameraState, Look
from appliance.domain.status import Status
from appliance.lib.clock import ManualClock
from appliance.settings.settings import Settings
from tests.statuses import a_status, changed

OPEN_MOVES = {Move.STEADY, Move.BREATHING, Move.BLINKING, Move.COUNTING, Move.FLICKERING}


USUAL = a_status()


def status(
    camera: str = "open",
    switch: str = "on",
    override: str = "auto",
    mood: str = "neutral",
    problems: tuple[str, ...] = (),
    uptime: float = 100.0,
) -> Status:
    return changed(
        USUAL,
        vision={"camera": camera, "switch": switch},
        override=override,
        mood={"mood": mood},
        problems=problems,
        uptime=uptime,
    )


statuses = st.builds(
    status,
    st.sampled_from(["open", "off", "failed", "starting", "lost"]),
    st.sampled_from(["on", "off", "off-by-button"]),
    st.sampled_from(["auto", *EMOTIONS]),
    st.sampled_from([*EMOTIONS, "unsure", "nobody"]),
    st.sampled_from([(), ("music: MPD cannot be reached",)]),
    st.floats(0, 1000),
)


@given(statuses.filter(lambda status: status.vision.camera == "open"), st.floats(0, 1e6))
def test_while_the_camera_is_open_the_lamp_is_never_dark(status: Status, seconds: float) -> None:
    shown = pattern(status)
    assert shown.move in OPEN_MOVES
    assert duty(brightness(shown.move, seconds), 0.01) >= 0.01  # lgpio knows whole percents only
    assert max(shown.colour) == 1


@given(statuses.filter(lambda status: status.vision.switch != "on" and status.vision.camera != "open"))
def test_while_the_owner_has_it_closed_the_lamp_is_dark_but_for_flashes_of_trouble(status: Status) -> None:
    shown = pattern(status)
    assert shown.move in (Move.DARK, Move.FLASHING)
    lit = [brightness(shown.move, tick / 100) > 0 for tick in range(1000)]
    assert sum(lit) <= 60  # of 1000; a tenth of a second every two


@pytest.mark.parametrize(
    ("given", "move"),
    [
        (status(), Move.STEADY),
        (status(override="sad"), Move.BREATHING),
        (status(problems=("music: MPD cannot be reached",)), Move.BLINKING),
        (status("off", "off-by-button"), Move.DARK),
        (status("off", "off", override="sad"), Move.DARK),
        (status("failed", problems=("camera: it hangs",)), Move.FLASHING),
        (status("lost", problems=("camera: the vision process is not connected",), uptime=3), Move.STARTING),
        (status("lost", problems=("camera: the vision process is not connected",)), Move.FLASHING),
        (status(problems=("music: MPD cannot be reached",), uptime=3), Move.STEADY),
    ],
)
def test_each_state_has_its_pattern(given: Status, move: Move) -> None:
    assert pattern(given).move is move


def test_the_colour_is_the_moods_or_that_of_the_override() -> None:
    assert pattern(status(mood="sad")).colour == COLOURS["sad"]
    assert pattern(status(mood="sad", override="happy")).colour == COLOURS["happy"]
    assert pattern(status(mood="unsure")).colour == COLOURS["neutral"]
    assert pattern(status("failed", problems=("camera: it hangs",))).colour == RED


def test_every_mood_has_a_colour_of_its_own() -> None:
    assert set(COLOURS) == set(EMOTIONS)
    assert len(set(COLOURS.values())) == len(EMOTIONS)


@given(st.sampled_from(list(Move)), st.floats(0, 1e6))
def test_light_stays_within_its_bounds(move: Move, seconds: float) -> None:
    assert 0 <= brightness(move, seconds) <= 1


def test_it_is_lit_from_the_order_to_open_until_the_camera_is_closed() -> None:
    """A real conductor, from the start over open and off to a dead vision process."""
    clock = ManualClock()
    conductor = Conductor(Settings(), clock, SavedChoices())

    def shown() -> Move:
        return pattern(describe_status(conductor, clock)).move

    conductor.begin()
    assert shown() is Move.STARTING
    conductor.handle(PlayerChanged(PlayerState("play")))
    conductor.handle(VisionHello("webcam", "mediapipe", "edge"))
    assert shown() is Move.STEADY  # it opens now
    conductor.handle(Looked(Look(clock.monotonic(), CameraState.OPEN)))
    assert shown() is Move.STEADY
    conductor.handle(SetCamera(False, by_button=True, by="button"))
    assert shown() is Move.STEADY  # it is not closed yet
    conductor.handle(Looked(Look(clock.monotonic(), CameraState.OFF)))
    assert shown() is Move.DARK
    conductor.handle(SetCamera(True, by_button=True, by="button"))
    assert shown() is Move.STEADY  # it opens now
    clock.advance(100)
    conductor.handle(VisionLost())
    assert shown() is Move.FLASHING


def test_an_override_breathes() -> None:
    levels = [brightness(Move.BREATHING, tick / 10) for tick in range(41)]
    assert min(levels) > 0.25
    assert max(levels) == 1
    assert max(abs(one - other) for one, other in itertools.pairwise(levels)) < 0.1


@pytest.mark.parametrize("word", EMOTIONS)
def test_while_faces_are_collected_colour_and_number_tell_which_to_pull(word: Emotion) -> None:
    shown = pattern(changed(status(override="sad"), collecting=word, collect_phase="ready"))
    assert (shown.move, shown.colour) == (Move.COUNTING, COLOURS[word])
    dim = [brightness(shown.move, tick / 100, shown.count) < 1 for tick in range(int(100 * READY))]
    assert sum(now and not before for before, now in itertools.pairwise([False, *dim])) >= shown.count
    assert not any(dim[40 * shown.count : 40 * shown.count + 90])
    assert list(PROFILES)[shown.count - 1] is word
    dark = pattern(changed(status(camera="off", switch="off"), collecting=word, collect_phase="ready"))
    assert dark.move is Move.DARK


def test_it_flickers_for_an_answer_and_while_a_face_is_to_be_held() -> None:
    asking = pattern(changed(status(mood="sad"), collect_phase="asking"))
    held = pattern(changed(status(), collecting=Emotion.ANGRY, collect_phase="taking"))
    alone = pattern(changed(status(), collecting=Emotion.ANGRY, collect_phase="waiting"))
    assert [(each.move, each.colour) for each in (asking, held, alone)] == [
        (Move.FLICKERING, WHITE), (Move.FLICKERING, RED), (Move.BLINKING, RED),
    ]  # fmt: skip
