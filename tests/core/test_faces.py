"""What is taught of faces: begun when it can be, kept as it comes, used or not, deleted, and taken back if it harms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.collecting import READY, TAKING
from appliance.core.faces import ANSWER, LOSSES, MOST_SAMPLES, CannotCollect, Faces
from appliance.domain import commands, events
from appliance.domain.actions import Action, KeepFaces, OrderFaces, Say
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Correction, Mood
from appliance.domain.samples import FaceSample, FaceView, HeadReport, SeenFace

AT = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
VIEW = FaceView(b"\1\2", (0.0,) * 7, (1 / 7,) * 7)
HELLO = events.VisionHello("fake", "BlazeFace", "moodbox-edge 1.5.1", bundle="m", features=True)
GOOD = HeadReport(14, used=True, before=50.0, after=80.0, each=((Emotion.HAPPY, 2, 1, 2),))


def sample(
    number: int, model: str = "m", session: int = 1, word: Emotion = Emotion.HAPPY, round_: int = 0
) -> FaceSample:
    return FaceSample(number, "2026-01-31T12:00:00Z", session, round_, word, model, (VIEW, VIEW))


def look(at: float, faces: int = 1, camera: CameraState = CameraState.OPEN) -> events.Looked:
    face = Face((0.0, 0.0, 90.0, 90.0), 0.9, Reading((1 / 7,) * 7))
    return events.Looked(Look(at, camera, (face,) * faces, (640, 480)))


def watching(faces: Faces) -> Faces:
    faces.handle(HELLO, 0.0, AT)
    faces.handle(look(0.0), 0.0, AT)
    return faces


def pulled(faces: Faces, seconds: float, since: float = 0.0) -> list[Action]:
    """What is done while a face is seen all the time."""
    actions = []
    for half in range(int(since * 2), int(2 * (since + seconds)) + 1):
        now = half / 2
        actions += faces.handle(look(now), now, AT)
        actions += faces.handle(events.FaceSeen(SeenFace(now, "m", 1.0, (VIEW, VIEW))), now, AT)
    return actions


def said(actions: list[Action]) -> str:
    return " ".join(action.text for action in actions if isinstance(action, Say))


def test_what_is_taken_is_kept_at_once_and_used_when_the_session_is_over() -> None:
    faces = watching(Faces((), use=True))
    begun = faces.handle(commands.BeginCollect(False, "page"), 0.0, AT)
    assert OrderFaces(collect=True, samples=()) in begun
    actions = pulled(faces, 2 * (READY + TAKING) + 1)
    kept = [action for action in actions if isinstance(action, KeepFaces)]
    assert [len(each.samples) for each in kept] == [1, 2]
    assert [each.word for each in kept[-1].samples] == [Emotion.HAPPY, Emotion.SURPRISE]
    assert faces.asked_for is Emotion.NEUTRAL
    ended = faces.handle(commands.EndCollect("page"), 20.0, AT)
    assert faces.asked_for is None
    assert ended[-1] == OrderFaces(collect=False, samples=kept[-1].samples)
    assert "2 were taken" in said(ended)
    assert not faces.collecting


def test_a_session_is_gone_on_with_where_it_ended() -> None:
    faces = watching(Faces([sample(1), sample(2, word=Emotion.SURPRISE)], use=True))
    faces.check(resume=True)
    faces.handle(commands.BeginCollect(True, "page"), 0.0, AT)
    session = faces.session
    assert session is not None
    assert session.number == 1
    assert session.left == 26
    assert session.step is not None
    assert session.step.word is Emotion.NEUTRAL


JUDGED = Mood(Emotion.SAD, people=1)
CORRECTION = Correction(7, AT, Emotion.SAD, Emotion.ANGRY, Reading((1 / 7,) * 7), "m")


def corrected(faces: Faces, correction: Correction = CORRECTION) -> list[Action]:
    """A face is seen and judged, and the owner says that it was another one."""
    faces.handle(events.FaceSeen(SeenFace(1.0, "m", 1.0, (VIEW, VIEW))), 1.0, AT)
    faces.judged(JUDGED)
    return faces.handle(commands.CorrectMood(correction, "page"), 2.0, AT)


def test_a_correction_teaches_the_face_that_was_judged_only_where_that_is_wanted() -> None:
    assert corrected(watching(Faces((), use=True))) == []
    faces = watching(Faces((), use=True))
    on = faces.handle(commands.LearnCorrections(True, "page"), 0.0, AT)
    assert on[1:] == [KeepFaces(True, (), corrections=True), OrderFaces(collect=True, samples=())]
    actions = corrected(faces)
    [learnt] = faces.samples
    assert (learnt.word, learnt.session, learnt.correction, learnt.model) == (Emotion.ANGRY, 0, 7, "m")
    assert actions[1:] == [KeepFaces(True, (learnt,), corrections=True), OrderFaces(collect=True, samples=(learnt,))]
    assert Faces((learnt,), True, True).begin() == [OrderFaces(collect=True, samples=(learnt,))]
    assert [each["corrected"] for each in faces.describe(2.0)["samples"]] == [True]
    with pytest.raises(CannotCollect, match="there is no session to go on with"):
        faces.check(resume=True)
    off = faces.handle(commands.LearnCorrections(False, "page"), 3.0, AT)
    assert off[-1] == OrderFaces(collect=False, samples=(learnt,))
    assert corrected(faces, replace(CORRECTION, id=8)) == []


def test_a_correction_of_what_nobody_was_seen_in_teaches_no_face() -> None:
    faces = watching(Faces((), use=True, corrections=True))
    faces.judged(JUDGED)
    assert faces.handle(commands.CorrectMood(CORRECTION, "page"), 2.0, AT) == []
    full = watching(Faces([sample(number) for number in range(MOST_SAMPLES)], use=True, corrections=True))
    assert corrected(full) == []


def test_what_a_correction_taught_changes_and_goes_with_it() -> None:
    faces = watching(Faces([sample(1)], use=True, corrections=True))
    corrected(faces)
    faces.handle(commands.CorrectMood(replace(CORRECTION, mood=Emotion.FEAR), "page"), 3.0, AT)
    assert [each.word for each in faces.samples] == [Emotion.HAPPY, Emotion.FEAR]
    faces.handle(commands.TakeBackCorrection(7, "page"), 4.0, AT)
    assert faces.samples == (sample(1),)
    corrected(faces)
    faces.handle(commands.ForgetCorrections("page"), 5.0, AT)
    assert faces.samples == (sample(1),)


def press(faces: Faces, command: commands.Command, now: float, at: datetime = AT) -> list[Action]:
    """A press of the box's buttons, as the conductor hands it on."""
    meant = faces.meant(command, now, at)
    return [] if meant is None else faces.handle(meant, now, at)


HOLD, OVERRIDE, SKIP = commands.OfferCollect("button"), commands.StepOverride("button"), commands.Skip("button")


def test_by_buttons_a_session_begins_only_once_it_is_said_that_everyone_agrees() -> None:
    faces = watching(Faces((), use=True))
    assert faces.meant(OVERRIDE, 0.0, AT) == OVERRIDE
    assert "everyone in sight must agree" in said(press(faces, HOLD, 1.0))
    assert (faces.phase(1.0), faces.collecting) == ("asking", False)
    assert OrderFaces(collect=True, samples=()) in press(faces, OVERRIDE, 5.0)
    assert (faces.phase(5.0), faces.asked_for) == ("ready", Emotion.HAPPY)
    assert faces.meant(OVERRIDE, 6.0, AT) is None
    assert faces.meant(commands.Skip("page"), 6.0, AT) == commands.Skip("page")
    assert press(faces, SKIP, 6.0) == []
    assert faces.asked_for is Emotion.SURPRISE
    assert "it was asked to (button)" in said(press(faces, HOLD, 7.0))
    assert faces.phase(7.0) is None
    assert faces.meant(SKIP, 8.0, AT) == SKIP


@pytest.mark.parametrize("other", [HOLD, SKIP])
def test_any_other_press_says_that_not_everyone_agrees(other: commands.Command) -> None:
    faces = watching(Faces((), use=True))
    press(faces, HOLD, 1.0)
    assert "No faces are collected" in said(press(faces, other, 2.0))
    assert faces.meant(OVERRIDE, 3.0, AT) == OVERRIDE
    assert not faces.collecting


def test_without_an_answer_in_time_or_without_a_camera_nothing_is_collected() -> None:
    faces = watching(Faces((), use=True))
    press(faces, HOLD, 1.0)
    assert faces.phase(1.0 + ANSWER) is None
    assert faces.meant(OVERRIDE, 1.0 + ANSWER, AT) == OVERRIDE
    press(faces, HOLD, 30.0)
    faces.handle(look(31.0, 0, CameraState.OFF), 31.0, AT)
    assert faces.phase(31.0) is None
    assert "the camera is not open" in said(press(faces, HOLD, 32.0))
    assert faces.handle(commands.BeginCollect(False, "button"), 33.0, AT) == []


@pytest.mark.parametrize(("minutes", "left"), [(59, 27), (61, 28)])
def test_by_buttons_a_session_of_the_last_hour_is_gone_on_with(minutes: int, left: int) -> None:
    faces = watching(Faces([sample(1)], use=True))
    later = AT + timedelta(minutes=minutes)
    press(faces, HOLD, 1.0, later)
    press(faces, OVERRIDE, 2.0, later)
    assert faces.session is not None
    assert faces.session.left == left


def test_it_is_said_why_a_session_cannot_begin() -> None:
    faces = Faces((), use=True)
    with pytest.raises(CannotCollect, match="the camera is not open"):
        faces.check(resume=False)
    watching(faces)
    with pytest.raises(CannotCollect, match="there is no session to go on with"):
        faces.check(resume=True)
    faces.handle(replace(HELLO, features=False), 0.0, AT)
    with pytest.raises(CannotCollect, match=r"moodbox-edge 1\.5\.1 cannot learn faces"):
        faces.check(resume=False)
    with pytest.raises(CannotCollect, match="there is no room for more"):
        watching(Faces([sample(number) for number in range(MOST_SAMPLES)], use=True)).check(resume=False)
    other = watching(Faces([sample(1, model="older")], use=True))
    with pytest.raises(CannotCollect, match="there is no session to go on with"):
        other.check(resume=True)


def test_one_face_is_deleted_or_all_and_erasing_the_history_deletes_all() -> None:
    faces = watching(Faces([sample(1), sample(2)], use=True))
    actions = faces.handle(commands.DropSamples(1, "page"), 1.0, AT)
    assert KeepFaces(use=True, samples=(sample(2),)) in actions
    assert OrderFaces(collect=False, samples=(sample(2),)) in actions
    assert faces.handle(commands.DropSamples(9, "page"), 1.0, AT) == []
    actions = faces.handle(commands.EraseHistory(lambda _: None, "page"), 1.0, AT)
    assert KeepFaces(use=True, samples=()) in actions
    assert OrderFaces(collect=False, samples=()) in actions


def test_what_was_taught_is_used_or_not_as_the_owner_wants() -> None:
    faces = watching(Faces([sample(1)], use=True))
    assert faces.begin() == [OrderFaces(collect=False, samples=(sample(1),))]
    off = faces.handle(commands.UseFaces(False, "page"), 1.0, AT)
    assert off[1:] == [KeepFaces(use=False, samples=(sample(1),)), OrderFaces(collect=False, samples=())]
    assert faces.handle(commands.UseFaces(False, "page"), 1.0, AT) == []
    on = faces.handle(commands.UseFaces(True, "page"), 1.0, AT)
    assert OrderFaces(collect=False, samples=(sample(1),)) in on


def test_what_became_of_it_is_said_once() -> None:
    faces = watching(Faces([sample(1)], use=True))
    assert "of 14 poses it reads 80 % as they were meant, the model 50 %" in said(
        faces.handle(replace(HELLO, head=GOOD), 1.0, AT)
    )
    assert faces.handle(replace(HELLO, head=GOOD), 2.0, AT) == []
    refused = HeadReport(14, used=False, why="it reads the faces taught no better than the model does")
    assert "is not used: it reads the faces taught no better" in said(
        faces.handle(replace(HELLO, head=refused), 3.0, AT)
    )


def test_a_head_with_which_the_vision_process_goes_again_and_again_is_taken_back() -> None:
    faces, now = watching(Faces([sample(1)], use=True)), 0.0
    for loss in range(LOSSES):
        now += 10.0
        faces.handle(replace(HELLO, head=GOOD), now, AT)
        actions = faces.handle(events.VisionLost(), now + 5, AT)
        assert bool(actions) is (loss == LOSSES - 1)
    assert KeepFaces(use=False, samples=(sample(1),)) in actions
    assert "taken back" in said(actions)


def test_a_session_ends_when_the_vision_process_or_the_camera_goes() -> None:
    for event in (events.VisionLost(), look(1.0, 0, CameraState.FAILED)):
        faces = watching(Faces((), use=True))
        faces.handle(commands.BeginCollect(False, "page"), 0.0, AT)
        actions = faces.handle(event, 1.0, AT)
        assert "the camera shows nothing" in said(actions)
        assert not faces.collecting


def test_what_is_told_of_faces_holds_no_numbers_of_theirs() -> None:
    faces = watching(Faces([sample(1), sample(2, model="older")], use=True))
    faces.handle(replace(HELLO, head=GOOD), 1.0, AT)
    faces.handle(commands.BeginCollect(False, "page"), 0.0, AT)
    told = faces.describe(1.0)
    assert [each["fits"] for each in told["samples"]] == [True, False]
    assert set(told["samples"][0]) == {"id", "at", "session", "round", "word", "fits", "corrected"}
    assert told["session"]["word"] == "happy"
    assert told["session"]["seconds"] == READY - 1
    assert told["head"]["each"] == [{"emotion": "happy", "poses": 2, "before": 1, "after": 2}]
