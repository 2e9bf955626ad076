import logging
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from appliance.domain.looks import CameraState
from appliance.settings.vision import CameraSettings
from appliance.vision import loop as watching
from appliance.vision.blazeface import BlazeFace
from appliance.vision.camera import CameraError
from appliance.vision.camera.fake import FakeCamera
from appliance.vision.camera.timeouts import CameraWithTimeouts
from appliance.vision.loop import VisionLoop, VisionLoopError
from appliance.vision.pipeline import LookPipeline
from appliance.vision.scan import CANDIDATE, Scanner

QUICK = CameraSettings(looks_per_second=10, idle_seconds=0.05)


class Listener:
    """A conductor's end that keeps what it is told."""

    def __init__(self):
        self.connected = self.wanted = True
        self.model = ""
        self.collecting = False
        self.samples = ()
        self.greetings = []
        self.looks = []
        self.faces = []
        self._news = threading.Condition()

    def greet(self, hello):
        self.greetings.append(hello)

    def send(self, look):
        with self._news:
            self.looks.append(look)
            self._news.notify_all()

    def send_face(self, face):
        self.faces.append(face)

    def wait_for(self, wanted, seconds=90.0):
        """The next look that is as wanted, those before it passed over."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.looks)), seconds), self.looks[-3:]
            at = next(i for i, look in enumerate(self.looks) if wanted(look))
            found = self.looks[at]
            del self.looks[: at + 1]
            return found


def until(condition):
    """Wait for what a thread does."""
    limit = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


def open_with(faces):
    return lambda look: look.camera is CameraState.OPEN and len(look.faces) == faces


def failed(problem):
    return lambda look: look.camera is CameraState.FAILED and problem in look.problem


def off(look):
    return look.camera is CameraState.OFF


NAMED = SimpleNamespace(
    name="m 1",
    sha256="",
    refused="",
    refusal="",
    gives_features=True,
    head=None,
    follow=lambda _: False,
    learn=lambda _: False,
)


class Stage:
    """A watch on a fake camera, running in a thread."""

    def __init__(self, reader, frame, settings=QUICK, reading=60.0):
        self.camera = FakeCamera([frame])
        self.there = True
        self.asked_for_stand_in = []
        self.listener = Listener()
        analyser = LookPipeline(Scanner(BlazeFace(CANDIDATE), 0.6, far=False), reader)
        self.watch = VisionLoop(
            settings,
            analyser,
            "BlazeFace",
            NAMED,
            self.choose,
            lambda camera, wanted: CameraWithTimeouts(camera, wanted, reading=reading, frozen=0.5),
            first_delay=0.02,
        )
        self.error = None
        self.thread = threading.Thread(target=self.run)

    def choose(self, _settings, stand_in):
        self.asked_for_stand_in.append(stand_in)
        if not self.there:
            raise CameraError("no camera is connected")
        return self.camera

    def run(self):
        try:
            self.watch.run(self.listener)
        except VisionLoopError as error:
            self.error = error

    def order(self, on):
        self.listener.wanted = on
        self.watch.poke()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.watch.stop()
        self.camera.come_back()
        self.thread.join(90)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def someone(room):
    return room((400, 200, 200))


def test_it_greets_and_looks(reader, someone):
    with Stage(reader, someone) as stage:
        stage.listener.wait_for(open_with(1))
    assert stage.listener.greetings[-1].source == "a fake camera"
    assert stage.listener.greetings[-1].detector == "BlazeFace"
    assert not stage.camera.is_open


def test_a_face_in_the_dark_is_given_more_light(reader, someone):
    frame = (someone * 0.25).astype(np.uint8)
    dark = frame.mean() / 255
    with Stage(reader, frame) as stage:
        stage.listener.wait_for(lambda look: look.light > 1.3 * dark)
        assert stage.camera.stops > 0


def test_the_camera_is_closed_at_once_when_ordered_off_and_opened_when_ordered_on(reader, someone):
    with Stage(reader, someone) as stage:
        for _ in range(2):
            stage.listener.wait_for(open_with(1))
            stage.order(on=False)
            stage.listener.wait_for(off)
            assert not stage.camera.is_open
            stage.order(on=True)
        stage.listener.wait_for(open_with(1))


def test_without_an_order_the_camera_is_never_opened(reader, someone):
    stage = Stage(reader, someone)
    stage.listener.wanted = False
    with stage:
        stage.listener.wait_for(off)
        assert stage.camera.opened == 0
        assert stage.listener.greetings[0].source == "a fake camera"


def test_a_box_without_a_camera_says_so_and_looks_for_none(reader, someone):
    with Stage(reader, someone, settings=CameraSettings(source="none")) as stage:
        stage.there = False
        stage.listener.wait_for(off)
        assert stage.camera.opened == 0
    assert not any(look.problem for look in stage.listener.looks)


def test_when_nobody_listens_the_camera_is_closed(reader, someone):
    with Stage(reader, someone) as stage:
        stage.listener.wait_for(open_with(1))
        stage.listener.connected = False
        stage.order(on=False)
        until(lambda: not stage.camera.is_open)
        assert not any(map(off, stage.listener.looks))


def test_a_camera_pulled_out_is_reported_and_looked_through_again_when_it_returns(reader, someone, caplog):
    caplog.set_level(logging.INFO, "appliance.vision.loop")
    with Stage(reader, someone) as stage:
        stage.listener.wait_for(open_with(1))
        stage.camera.vanish("the webcam is gone")
        stage.listener.wait_for(failed("the webcam is gone"))
        stage.listener.wait_for(failed("the webcam is gone"))
        stage.camera.come_back()
        stage.listener.wait_for(open_with(1))
    assert [r.message for r in caplog.records] == ["camera: the webcam is gone", "camera: a fake camera works again"]


def test_no_camera_at_the_start_is_reported_until_there_is_one(reader, someone):
    stage = Stage(reader, someone)
    stage.there = False
    with stage:
        stage.listener.wait_for(failed("no camera is connected"))
        stage.there = True
        stage.listener.wait_for(open_with(1))
    assert "not there yet" in stage.listener.greetings[0].source
    assert stage.listener.greetings[-1].source == "a fake camera"


def test_a_camera_that_has_worked_is_not_replaced_by_the_stand_in(reader, someone):
    with Stage(reader, someone) as stage:
        stage.listener.wait_for(open_with(1))
        assert all(stage.asked_for_stand_in)
        stage.camera.vanish()
        stage.listener.wait_for(failed("pulled out"))
        stage.listener.wait_for(failed("pulled out"))
    assert stage.asked_for_stand_in[-1] is False


def test_a_stand_in_makes_way_for_a_real_camera(reader, someone, monkeypatch):
    plugged = threading.Event()
    monkeypatch.setattr(watching, "SEARCH", 0.05)
    monkeypatch.setattr(watching, "real_camera_present", lambda _: plugged.is_set())
    stage = Stage(reader, someone)
    stage.camera.stand_in = True
    with stage:
        stage.listener.wait_for(open_with(1))
        real = FakeCamera([someone], name="the real one")
        stage.camera = real
        plugged.set()
        until(lambda: stage.listener.greetings[-1].source == "the real one" and real.is_open)


def test_the_back_off_doubles_and_is_capped(reader, someone, monkeypatch):
    monkeypatch.setattr(watching, "LONGEST_DELAY", 0.1)
    stage = Stage(reader, someone)
    stage.there = False
    with stage:
        for _ in range(6):
            stage.listener.wait_for(failed("no camera"))
        times = [stage.listener.wait_for(failed("no camera")).time for _ in range(3)]
    assert times[2] - times[0] >= 0.15


def test_a_camera_that_hangs_is_given_up_on_and_opened_again(reader, someone, monkeypatch):
    monkeypatch.setattr("appliance.vision.camera.timeouts.CLOSING", 0.05)
    with Stage(reader, someone, reading=0.2) as stage:
        stage.listener.wait_for(open_with(1))
        hanging, stage.camera = stage.camera, FakeCamera([someone])
        hanging.hang()
        stage.listener.wait_for(failed("hangs"))
        stage.listener.wait_for(open_with(1))
        hanging.come_back()


def test_a_camera_that_never_lets_go_ends_the_process_so_that_a_new_one_can_try(reader, someone, monkeypatch):
    monkeypatch.setattr("appliance.vision.camera.timeouts.CLOSING", 0.05)
    stage = Stage(reader, someone, reading=0.2)
    stage.camera.hang()
    with stage:
        stage.thread.join(90)
    assert "must be started again" in str(stage.error)


def test_a_frozen_camera_is_reported_and_reopened(reader, someone):
    with Stage(reader, someone) as stage:
        stage.listener.wait_for(open_with(1))
        stage.camera.freeze()
        stage.listener.wait_for(failed("frozen"))
        stage.listener.wait_for(open_with(1))
    assert stage.camera.opened >= 2


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (np.zeros((480, 640, 3), np.uint8), "black"),
        (np.full((480, 16, 3), 99, np.uint8), "16x480"),
    ],
)
def test_a_frame_in_which_nothing_can_be_seen_is_a_problem_but_no_failure(reader, frame, problem):
    with Stage(reader, frame) as stage:
        stage.listener.wait_for(lambda look: look.camera is CameraState.OPEN and problem in (look.problem or ""))
    assert stage.camera.opened == 1


@pytest.mark.parametrize("frame", [np.zeros((0, 0, 3), np.uint8), np.zeros((2, 2, 2, 2), np.uint8)])
def test_what_is_no_frame_at_all_is_a_failed_camera(reader, frame, someone):
    with Stage(reader, frame) as stage:
        stage.listener.wait_for(failed("the picture has the shape"))
        stage.camera.show(someone)
        stage.listener.wait_for(open_with(1))


SELDOM = CameraSettings(looks_per_second=10, idle_seconds=60)


def test_looks_are_frequent_while_someone_is_there(reader, someone):
    with Stage(reader, someone, SELDOM) as stage:
        for _ in range(8):
            stage.listener.wait_for(open_with(1))


def test_looks_are_rare_while_nobody_is_there(reader, empty_room):
    with Stage(reader, empty_room, SELDOM) as stage:
        stage.listener.wait_for(open_with(0))
        time.sleep(0.5)
        assert stage.listener.looks == []


def test_it_ends_while_the_camera_hangs(reader, someone, monkeypatch):
    monkeypatch.setattr("appliance.vision.camera.timeouts.CLOSING", 0.05)
    with Stage(reader, someone, reading=60.0) as stage:
        stage.listener.wait_for(open_with(1))
        stage.camera.hang()
        stage.watch.stop()
        stage.thread.join(30)
        assert not stage.thread.is_alive()


def test_a_face_is_sent_in_numbers_while_collected_and_never_else(reader, someone):
    with Stage(reader, someone) as stage:
        stage.listener.wait_for(open_with(1))
        assert stage.listener.faces == []
        stage.listener.collecting = True
        until(lambda: stage.listener.faces)
        face = stage.listener.faces[0]
        assert face.model == reader.sha256
        assert face.sharpness > 0
        assert [len(view.features) for view in face.views] == [192, 192]
        assert face.views[0].features != face.views[1].features
