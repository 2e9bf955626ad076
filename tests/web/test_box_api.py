"""The box itself on the page."""

from pathlib import Path

import pytest

from appliance import events
from appliance.web.box_api import stored
from tests.web.stage import Browser, Stage


async def test_the_box_tells_its_model_settings_health_versions_and_last_words(stage: Stage, owner: Browser) -> None:
    (stage.settings.songs_dir / "sad").mkdir(parents=True)
    box = (await owner.ask("GET", "/api/box")).json
    assert box["model"]["name"] == "edge 1.0.0"
    assert [(model["id"], model["in_force"]) for model in box["model"]["versions"]] == [("shipped", True)]
    assert box["settings"] == [{"key": "web.port", "value": stage.settings.web.port, "source": "default"}]
    assert box["log"] == ["12:00:00  Hello."]
    assert "moodbox" in box["versions"]
    health = {line["name"]: line for line in box["health"]}
    assert set(health) >= {"camera", "mpd", "songs", "state"}
    assert health["state"]["ok"] is True
    assert box["uptime"] >= 0


async def test_the_doctor_is_not_asked_at_every_glance(
    stage: Stage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("appliance.doctor.examine_running", lambda *_: iter(asked.append(1) or ()))
    for _ in range(3):
        await owner.ask("GET", "/api/box")
    assert len(asked) == 1
    stage.clock.advance(11)
    await owner.ask("GET", "/api/box")
    assert len(asked) == 2


async def test_the_latest_model_is_asked_of_the_conductor(stage: Stage, owner: Browser) -> None:
    assert (await owner.ask("POST", "/api/model", {"do": "latest"})).status == 204
    assert stage.emitted == [events.InstallLatestModel("page")]


async def test_there_is_no_model_before_the_one_that_ships(stage: Stage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/model", {"do": "rollback"})
    assert answer.status == 409
    assert "none before it" in answer.json["error"]
    assert stage.models_looked_at == 0


async def test_going_back_to_the_model_before_is_told_to_the_box(
    stage: Stage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.store, "roll_back", stage.store.current)
    assert (await owner.ask("POST", "/api/model", {"do": "rollback"})).status == 204
    assert stage.models_looked_at == 1


async def test_a_restart_is_asked_of_the_conductor(stage: Stage, owner: Browser) -> None:
    assert (await owner.ask("POST", "/api/restart", {})).status == 202
    assert stage.emitted == [events.RestartWanted("page")]


async def test_only_an_installed_box_can_be_turned_off(stage: Stage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/power", {"verb": "off"})
    assert answer.status == 409
    assert stage.emitted == []
    (Path(stage.settings.run_dir) / "power").mkdir(parents=True)
    assert (await owner.ask("POST", "/api/power", {"verb": "off"})).status == 202
    assert (await owner.ask("POST", "/api/power", {"verb": "restart"})).status == 202
    assert stage.emitted == [events.PowerWanted("off", "page"), events.PowerWanted("restart", "page")]


def test_the_shipped_model_alone_is_in_force_and_not_on_trial(stage: Stage) -> None:
    [model] = stored(stage.store)
    assert (model["in_force"], model["on_trial"], model["previous"]) == (True, False, False)
