from hypothesis import given
from hypothesis import strategies as st

from appliance.core.model_trial import ATTEMPTS, ModelTrial
from appliance.domain.actions import Action, DropModel, KeepModel, OrderModel, Say, TryModel
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.events import Event, Looked, ModelInForce, Tick, VisionHello, VisionLost
from appliance.domain.looks import CameraState, Face, Look

NEW = ModelInForce("new", "/models/new", "22", on_trial=True)
OLD = ModelInForce("old", "/models/old", "11", on_trial=False)
HELLO_NEW = VisionHello("webcam", "mediapipe", "new", bundle="22")
HELLO_OLD = VisionHello("webcam", "mediapipe", "old", bundle="11")
REFUSAL = VisionHello("webcam", "mediapipe", "old", bundle="11", refused="/models/new", refusal="not finite")
FACE = Face((0.0, 0.0, 9.0, 9.0), 0.9, Reading.of({Emotion.HAPPY: 1.0}))
SEEN = Looked(Look(0.0, CameraState.OPEN, (FACE,)))
EMPTY = Looked(Look(0.0, CameraState.OPEN))


def deeds(actions: list[Action]) -> list[Action]:
    return [action for action in actions if not isinstance(action, Say)]


def in_use() -> ModelTrial:
    """A trial of 300 s and 3 faces whose model is in use since second 0."""
    trial = ModelTrial(300, 3)
    trial.handle(NEW, 0)
    trial.handle(HELLO_NEW, 0)
    return trial


def test_a_model_that_is_not_on_trial_is_simply_ordered() -> None:
    trial = ModelTrial(300, 3)
    assert trial.handle(OLD, 0) == [OrderModel("/models/old")]
    assert not trial.on_trial
    assert trial.handle(SEEN, 1000) == []


def test_a_model_on_trial_is_taken_up_and_the_attempt_counted() -> None:
    trial = ModelTrial(300, 3)
    assert deeds(trial.handle(NEW, 0)) == [TryModel("22", "/models/new")]
    assert trial.on_trial


def test_it_is_kept_after_its_time_and_enough_faces() -> None:
    trial = in_use()
    for second in (1, 2, 3):
        assert trial.handle(SEEN, second) == []
    assert trial.handle(Tick(), 299.9) == []
    assert deeds(trial.handle(Tick(), 300)) == [KeepModel("22")]
    assert not trial.on_trial
    assert trial.handle(Tick(), 301) == []


def test_time_alone_proves_nothing() -> None:
    trial = in_use()
    for second in (1, 2, 400, 500):
        assert trial.handle(SEEN if second < 3 else EMPTY, second) == []
    assert deeds(trial.handle(SEEN, 501)) == [KeepModel("22")]


def test_faces_seen_through_the_old_model_do_not_count() -> None:
    trial = ModelTrial(0, 1)
    trial.handle(NEW, 0)
    trial.handle(HELLO_OLD, 0)
    assert trial.handle(SEEN, 1) == []
    trial.handle(HELLO_NEW, 2)
    assert deeds(trial.handle(SEEN, 3)) == [KeepModel("22")]


def test_a_model_that_vision_refuses_is_dropped_with_its_reason() -> None:
    trial = ModelTrial(300, 3)
    trial.handle(NEW, 0)
    assert deeds(trial.handle(REFUSAL, 1)) == [DropModel("22", "not finite")]
    assert not trial.on_trial


def test_a_model_that_fails_in_use_is_dropped() -> None:
    trial = in_use()
    trial.handle(SEEN, 1)
    assert deeds(trial.handle(REFUSAL, 2)) == [DropModel("22", "not finite")]


def test_a_model_that_takes_vision_down_is_tried_again_but_not_for_ever() -> None:
    trial = in_use()
    for second in range(1, ATTEMPTS):
        assert trial.handle(VisionLost(), second) == []
        assert deeds(trial.handle(HELLO_OLD, second)) == [TryModel("22", "/models/new")]
        assert trial.handle(HELLO_NEW, second) == []
    trial.handle(VisionLost(), 10)
    (dropped,) = deeds(trial.handle(HELLO_OLD, 10))
    assert isinstance(dropped, DropModel)
    assert "taken up 3 times" in dropped.reason


def test_a_trial_begins_anew_when_vision_was_lost() -> None:
    trial = ModelTrial(300, 1)
    trial.handle(NEW, 0)
    trial.handle(HELLO_NEW, 0)
    trial.handle(SEEN, 299)
    trial.handle(VisionLost(), 299)
    trial.handle(HELLO_NEW, 300)
    assert trial.handle(SEEN, 301) == []
    assert deeds(trial.handle(Tick(), 600)) == [KeepModel("22")]


def test_a_vision_process_that_goes_with_the_box_is_no_attempt() -> None:
    trial = in_use()
    trial.handle(SEEN, 1)
    assert trial.handle(VisionLost(), 2) == []
    assert trial.handle(Tick(), 900) == []
    assert trial.on_trial


def test_attempts_before_a_reboot_count() -> None:
    worn = ModelInForce("new", "/models/new", "22", on_trial=True, attempts=ATTEMPTS)
    (dropped,) = deeds(ModelTrial(300, 3).handle(worn, 0))
    assert isinstance(dropped, DropModel)


def test_hearing_of_the_same_trial_again_changes_nothing() -> None:
    trial = in_use()
    trial.handle(SEEN, 1)
    assert trial.handle(NEW, 2) == []
    assert trial.on_trial


def test_a_vision_process_that_has_it_in_use_already_need_not_say_so_again() -> None:
    trial = ModelTrial(300, 1)
    trial.handle(HELLO_NEW, 0)
    assert deeds(trial.handle(NEW, 1)) == [TryModel("22", "/models/new")]
    trial.handle(SEEN, 2)
    assert deeds(trial.handle(Tick(), 301)) == [KeepModel("22")]


def test_a_vision_process_that_has_refused_it_already_need_not_say_so_again() -> None:
    trial = ModelTrial(300, 1)
    trial.handle(REFUSAL, 0)
    assert deeds(trial.handle(NEW, 1))[-1] == DropModel("22", "not finite")
    assert not trial.on_trial


def test_another_model_takes_the_trials_place() -> None:
    trial = in_use()
    newer = ModelInForce("newer", "/models/newer", "33", on_trial=True)
    assert deeds(trial.handle(newer, 1)) == [TryModel("33", "/models/newer")]
    assert deeds(trial.handle(REFUSAL, 2)) == []
    assert trial.handle(OLD, 3) == [OrderModel("/models/old")]
    assert not trial.on_trial


EVENTS = st.sampled_from([HELLO_NEW, HELLO_OLD, REFUSAL, VisionLost(), SEEN, EMPTY, Tick()])


@given(st.lists(st.tuples(EVENTS, st.floats(0, 200))))
def test_a_trial_ends_at_most_once_and_is_never_kept_early(happenings: list[tuple[Event, float]]) -> None:
    trial, now, ends = ModelTrial(300, 3), 0.0, []
    attempts = len(deeds(trial.handle(NEW, now)))
    for event, passed in happenings:
        now += passed
        done = deeds(trial.handle(event, now))
        ends += [action for action in done if isinstance(action, KeepModel | DropModel)]
        attempts += sum(isinstance(action, TryModel) for action in done)
    assert len(ends) <= 1
    assert attempts <= ATTEMPTS
    assert trial.on_trial == (not ends)
    if ends and isinstance(ends[0], KeepModel):
        assert now >= 300
        assert sum(event is SEEN for event, _ in happenings) >= 3
