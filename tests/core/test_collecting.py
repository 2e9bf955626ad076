"""A session asks for one face after another, keeps the sharpest look of each, and knows when to wait and to end."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import collecting
from appliance.core.collecting import (
    DARK,
    NIGHT,
    READY,
    TAKING,
    CollectEnd,
    CollectPhase,
    CollectSession,
    CollectStep,
    steps,
)
from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.samples import FaceView, SeenFace

READING = Reading((1 / 7,) * 7)
VIEW = FaceView(b"\1\2", (0.0,) * 7, (1 / 7,) * 7)


def look(at: float, faces: int = 1) -> Look:
    return Look(at, CameraState.OPEN, (Face((0.0, 0.0, 90.0, 90.0), 0.9, READING),) * faces, (640, 480))


def seen(at: float, sharpness: float = 1.0, model: str = "m") -> SeenFace:
    return SeenFace(at, model, sharpness, (VIEW, VIEW))


def watched(
    session: CollectSession, until: float, since: float = 0.0, faces: int = 1
) -> list[tuple[CollectStep, SeenFace]]:
    """What is taken while so many faces are seen, twice a second."""
    taken = []
    for half in range(int(since * 2), int(until * 2) + 1):
        at = half / 2
        session.look(look(at, faces), at)
        if faces == 1:
            session.face(seen(at))
        if (found := session.tick(at)) is not None:
            taken.append(found)
    return taken


def test_every_emotion_is_asked_for_in_every_round_the_pleasant_ones_first() -> None:
    wanted = steps()
    assert len(wanted) == 7 * 4
    assert wanted[0] == CollectStep(Emotion.HAPPY, 0)
    assert {step.word for step in wanted[:7]} == set(EMOTIONS)
    assert {step.round for step in wanted[:7]} == {0}


def test_a_whole_session_takes_one_face_for_each_step_within_ten_minutes() -> None:
    session = CollectSession(1, steps(), 0.0)
    taken = watched(session, collecting.MOST - 1)
    assert [step for step, _ in taken] == steps()
    assert session.end is CollectEnd.DONE
    assert (session.taken, session.left) == (28, 0)


def test_the_sharpest_look_of_those_held_is_taken() -> None:
    session = CollectSession(1, steps(), 0.0)
    session.face(seen(0.5, sharpness=99.0))  # while the face is still being pulled
    session.look(look(READY), READY)
    session.tick(READY)
    for number, sharpness in enumerate((3.0, 7.0, 5.0)):
        session.face(seen(READY + 0.5 + number / 10, sharpness))
    taken = session.tick(READY + TAKING)
    assert taken is not None
    assert taken[1].sharpness == 7.0


def test_a_face_that_was_not_seen_is_asked_for_again() -> None:
    session = CollectSession(1, steps(), 0.0)
    for at in range(20):
        session.look(look(float(at)), float(at))
        assert session.tick(float(at)) is None
    assert session.step == CollectStep(Emotion.HAPPY, 0)


def test_a_face_that_is_left_out_is_not_asked_for_again_and_stays_for_another_session() -> None:
    session = CollectSession(1, steps()[:2], 0.0)
    session.skip(1.0)
    assert (session.step, session.phase) == (CollectStep(Emotion.SURPRISE, 0), CollectPhase.READY)
    assert session.seconds_left(1.0) == READY
    session.skip(2.0)
    assert (session.end, session.taken) == (CollectEnd.ASKED, 0)
    session.skip(3.0)


def test_a_face_in_the_dark_is_not_taken_and_said_to_be_too_dark() -> None:
    session = CollectSession(1, steps(), 0.0)
    for half in range(40):
        now = half / 2
        session.look(look(now), now)
        session.face(replace(seen(now), light=DARK - 0.01))
        assert session.tick(now) is None
    assert session.dark
    assert session.step == CollectStep(Emotion.HAPPY, 0)
    assert len(watched(session, 30.0, since=20.0)) == 1
    assert not session.dark


def test_a_dark_room_in_which_nobody_is_found_is_said_to_be_dark() -> None:
    session = CollectSession(1, steps(), 0.0)
    for half in range(10):
        session.look(replace(look(half / 2, 0), light=NIGHT / 2), half / 2)
    assert (session.phase, session.dark) == (CollectPhase.WAITING, True)
    session.look(replace(look(5.0, 0), light=NIGHT), 5.0)
    assert not session.dark
    session.look(replace(look(5.5, 0), light=0.0), 5.5)
    session.look(look(6.0), 6.0)
    assert (session.phase, session.dark) == (CollectPhase.READY, False)


def test_it_waits_while_nobody_is_seen_and_goes_on_with_the_same_face() -> None:
    session = CollectSession(1, steps(), 0.0)
    watched(session, 8.0)
    before = session.step
    assert watched(session, 16.0, since=8.5, faces=0) == []
    assert session.phase is CollectPhase.WAITING
    session.look(look(16.5), 16.5)
    assert session.phase is CollectPhase.READY
    assert session.step == before
    assert session.seconds_left(16.5) == READY


def test_a_second_face_ends_it_unless_it_was_gone_in_the_next_look() -> None:
    session = CollectSession(1, steps(), 0.0)
    session.look(look(1.0, 2), 1.0)
    session.look(look(1.5, 1), 1.5)
    session.look(look(2.0, 2), 2.0)
    assert session.end is None
    session.look(look(2.5, 3), 2.5)
    assert session.end is CollectEnd.COMPANY
    assert session.step is None
    assert session.tick(60.0) is None


def test_it_ends_after_ten_minutes_and_when_the_camera_is_silent() -> None:
    slow, blind = CollectSession(1, steps(), 0.0), CollectSession(1, steps(), 0.0)
    for second in range(int(collecting.MOST) + 1):
        slow.look(look(float(second), 0), float(second))
        slow.tick(float(second))
    assert slow.end is CollectEnd.TIME
    blind.tick(collecting.LEAVES)
    assert blind.end is CollectEnd.BLIND


def test_another_model_in_the_midst_of_a_face_ends_it() -> None:
    session = CollectSession(1, steps(), 0.0)
    session.tick(READY)
    session.face(seen(READY + 0.1))
    session.face(seen(READY + 0.2, model="other"))
    assert session.end is CollectEnd.MODEL


def test_what_was_done_is_not_asked_for_again_and_nothing_left_is_the_end() -> None:
    done = {(step.word, step.round) for step in steps()[:10]}
    assert steps(done) == steps()[10:]
    assert CollectSession(1, [], 0.0).end is CollectEnd.DONE


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.floats(0, 3)), max_size=120))
def test_whatever_is_seen_no_face_is_taken_twice_and_none_without_one_held(
    happenings: list[tuple[int, bool, float]],
) -> None:
    session, now, taken = CollectSession(1, steps(), 0.0), 0.0, []
    for faces, held, passed in happenings:
        now += passed
        session.look(look(now, faces), now)
        if held and faces == 1:
            session.face(seen(now))
        if (found := session.tick(now)) is not None:
            taken.append(found[0])
            assert found[1].time <= now
    assert taken == steps()[: len(taken)]
    assert len(taken) == session.taken
    assert session.left == 28 - len(taken)
