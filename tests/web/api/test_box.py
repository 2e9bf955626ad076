"""The box itself on the page."""

from pathlib import Path

import pytest

from appliance.domain import commands
from appliance.web.api.box import stored
from tests.web.running_page import Browser, RunningPage


async def test_the_box_tells_its_model_settings_health_versions_and_last_words(
    running: RunningPage, owner: Browser
) -> None:
    (running.settings.songs_dir / "sad").mkdir(parents=True)
    box = (await owner.ask("GET", "/api/box")).json
    assert box["model"]["name"] == "edge 1.0.0"
    assert [(model["id"], model["in_force"]) for model in box["model"]["versions"]] == [("shipped", True)]
    assert {"key": "web.port", "value": running.settings.web.port, "source": "command line"} in box["settings"]
    assert box["log"] == ["12:00:00  Hello."]
    assert "moodbox" in box["versions"]
    health = {line["name"]: line for line in box["health"]}
    assert set(health) >= {"camera", "mpd", "songs", "state"}
    assert health["state"]["ok"] is True
    assert box["uptime"] >= 0


async def test_the_doctor_is_not_asked_at_every_glance(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("appliance.doctor.checks.examine_running", lambda *_: iter(asked.append(1) or ()))
    for _ in range(3):
        await owner.ask("GET", "/api/box")
    assert len(asked) == 1
    running.clock.advance(11)
    await owner.ask("GET", "/api/box")
    assert len(asked) == 2


async def test_the_latest_model_is_asked_of_the_conductor(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("POST", "/api/model", {"do": "latest"})).status == 204
    assert running.emitted == [commands.InstallLatestModel("page")]


async def test_there_is_no_model_before_the_one_that_ships(running: RunningPage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/model", {"do": "rollback"})
    assert answer.status == 409
    assert "none before it" in answer.json["error"]
    assert running.models_looked_at == 0


async def test_going_back_to_the_model_before_is_told_to_the_box(
    running: RunningPage, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running.store, "roll_back", running.store.current)
    assert (await owner.ask("POST", "/api/model", {"do": "rollback"})).status == 204
    assert running.models_looked_at == 1


async def test_a_restart_is_asked_of_the_conductor(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("POST", "/api/restart", {})).status == 202
    assert running.emitted == [commands.RestartBox("page")]


async def test_only_an_installed_box_can_be_turned_off(running: RunningPage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/power", {"verb": "off"})
    assert answer.status == 409
    assert running.emitted == []
    (Path(running.settings.run_dir) / "power").mkdir(parents=True)
    assert (await owner.ask("POST", "/api/power", {"verb": "off"})).status == 202
    assert (await owner.ask("POST", "/api/power", {"verb": "restart"})).status == 202
    assert running.emitted == [commands.SwitchPower("off", "page"), commands.SwitchPower("restart", "page")]


def test_the_shipped_model_alone_is_in_force_and_not_on_trial(running: RunningPage) -> None:
    [model] = stored(running.store)
    assert (model["in_force"], model["on_trial"], model["previous"]) == (True, False, False)
