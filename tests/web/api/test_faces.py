"""The household's faces by the page: begun when all agree, followed, used or not, deleted; never their numbers."""

from __future__ import annotations

from dataclasses import replace

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.domain.samples import FaceSample, FaceView, HeadReport
from tests.room import HELLO
from tests.web.running_page import Browser, RunningPage

VIEW = FaceView(bytes(range(7, 199)), (0.125,) * 7, (1 / 7,) * 7)
BEGIN = "/api/faces/session"


def taught(number: int) -> FaceSample:
    return FaceSample(number, "2026-01-31T12:00:00Z", 1, 1, Emotion.FEAR, "m", (VIEW, VIEW))


def ready(running: RunningPage, head: HeadReport | None = None) -> None:
    """A model that can learn faces looks through an open camera."""
    running.send(replace(HELLO, bundle="m", features=True, head=head))
    running.show(Emotion.HAPPY)
    running.emitted.clear()


async def test_a_session_begins_when_all_agree_and_is_followed_and_ended(running: RunningPage, owner: Browser) -> None:
    ready(running)
    refused = await owner.ask("POST", BEGIN, {"agreed": False})
    assert refused.status == 409
    assert "everyone whom the camera sees must agree" in refused.json["error"].lower()
    assert running.emitted == []
    assert (await owner.ask("POST", BEGIN, {"agreed": True})).status == 204
    assert running.emitted == [commands.BeginCollect(False, "page")]
    session = (await owner.ask("GET", "/api/faces")).json["session"]
    assert (session["phase"], session["word"], session["round"], session["left"]) == ("ready", "happy", "usual", 28)
    assert (await owner.ask("POST", BEGIN, {"agreed": True})).status == 409
    assert (await owner.ask("DELETE", BEGIN)).status == 204
    session = (await owner.ask("GET", "/api/faces")).json["session"]
    assert (session["phase"], session["end"], session["word"]) == ("ended", "asked", None)


async def test_without_a_camera_or_a_session_it_is_said_why_not(running: RunningPage, owner: Browser) -> None:
    running.send(events.VisionLost())
    answer = await owner.ask("POST", BEGIN, {"agreed": True}, headers={"Accept-Language": "de"})
    assert answer.status == 409
    assert "die Kamera ist nicht offen" in answer.json["error"]
    ready(running)
    answer = await owner.ask("POST", BEGIN, {"agreed": True, "resume": True})
    assert "there is no session to go on with" in answer.json["error"].lower()


async def test_what_is_kept_is_shown_without_its_numbers_and_deleted(running: RunningPage, owner: Browser) -> None:
    running.conductor.faces.samples = (taught(1), taught(2))
    report = HeadReport(2, used=False, why="it reads the faces taught no better than the model does", before=50.0,
                        after=50.0, each=((Emotion.FEAR, 2, 1, 1),))  # fmt: skip
    ready(running, report)
    answer = (await owner.ask("GET", "/api/faces", headers={"Accept-Language": "fr"})).json
    assert answer["samples"][0] == {
        "id": 1, "at": "2026-01-31T12:00:00Z", "session": 1, "round": "nearer", "word": "fear", "fits": True,
        "corrected": False,
    }  # fmt: skip
    assert answer["head"]["why"] == "les visages appris ne sont pas mieux lus que par le modèle"
    assert answer["head"]["each"] == [{"emotion": "fear", "poses": 2, "before": 1, "after": 1}]
    for missing in ("9", "x"):
        assert (await owner.ask("DELETE", f"/api/faces/{missing}")).status == 404
    assert (await owner.ask("DELETE", "/api/faces/1")).status == 204
    assert [each["id"] for each in (await owner.ask("GET", "/api/faces")).json["samples"]] == [2]
    assert (await owner.ask("DELETE", "/api/faces")).status == 204
    assert (await owner.ask("GET", "/api/faces")).json["samples"] == []


async def test_corrections_teach_faces_only_when_all_agree(running: RunningPage, owner: Browser) -> None:
    ready(running)
    assert (await owner.ask("GET", "/api/faces")).json["corrections"] is False
    refused = await owner.ask("POST", "/api/faces/corrections", {"on": True})
    assert (refused.status, running.emitted) == (409, [])
    assert (await owner.ask("POST", "/api/faces/corrections", {"on": True, "agreed": True})).status == 204
    assert (await owner.ask("GET", "/api/faces")).json["corrections"] is True
    assert (await owner.ask("POST", "/api/faces/corrections", {"on": False})).status == 204
    assert (await owner.ask("GET", "/api/faces")).json["corrections"] is False


async def test_it_is_used_or_not_as_the_owner_wants(running: RunningPage, owner: Browser) -> None:
    running.conductor.faces.samples = (taught(1),)
    ready(running)
    assert (await owner.ask("POST", "/api/faces/use", {"on": False})).status == 204
    assert (await owner.ask("GET", "/api/faces")).json["use"] is False
    assert (await owner.ask("POST", "/api/faces/use", {"on": "no"})).status == 400
