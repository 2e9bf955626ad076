"""The settings on the page: told truly, changed in the owner's file."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.domain import commands
from appliance.settings.settings import load_settings
from tests.web.running_page import Browser, RunningPage


async def shown(browser: Browser, key: str) -> dict[str, Any]:
    settings = (await browser.ask("GET", "/api/settings")).json["settings"]
    return next(each for each in settings if each["about"]["key"] == key)


async def change(browser: Browser, **changes: Any) -> Any:
    return await browser.ask(
        "PATCH", "/api/settings", {"changes": {key.replace("__", "."): value for key, value in changes.items()}}
    )


async def test_every_setting_is_explained_with_what_is_in_force(owner: Browser) -> None:
    answer = (await owner.ask("GET", "/api/settings")).json
    assert answer["restart"] is False
    assert answer["problem"] == ""
    assert answer["tables"]["music"] == "songs and MPD."
    fade = await shown(owner, "music.fade")
    assert fade["about"]["level"] == "owner"
    assert fade["about"]["description"].startswith("Seconds a change by override")
    assert (fade["value"], fade["source"], fade.get("file")) == (1.5, "default", None)


async def test_a_change_is_written_and_waits_for_a_restart(running: RunningPage, owner: Browser) -> None:
    answer = await change(owner, music__hold=300.0)
    assert answer.json == {"was": {"music.hold": None}, "restart": True}
    assert load_settings(running.settings_file).music.hold == 300.0
    hold = await shown(owner, "music.hold")
    assert (hold["value"], hold["file"]) == (900, 300)
    assert (await owner.ask("GET", "/api/settings")).json["restart"] is True
    undone = await owner.ask("PATCH", "/api/settings", {"changes": answer.json["was"]})
    assert undone.status == 200
    assert (await owner.ask("GET", "/api/settings")).json["restart"] is False


async def test_what_can_hold_at_once_does(running: RunningPage, owner: Browser) -> None:
    answer = await change(owner, mood__policy="cheer", mood__evaluate_every=60, music__volume=20)
    assert answer.json["restart"] is False
    kinds = [type(each) for each in running.emitted]
    assert kinds == [commands.SetPolicy, commands.SetInterval, commands.SetVolume]
    policy = await shown(owner, "mood.policy")
    assert (policy["value"], policy["file"]) == ("cheer", "cheer")


async def test_what_is_tuned_on_the_page_holds_at_once_and_is_written_once(
    running: RunningPage, owner: Browser
) -> None:
    answer = await change(owner, music__fade=3.0, mood__min_confidence=0.5, quiet__hours="01:00-02:00")
    assert answer.json["restart"] is False
    assert [type(each) for each in running.emitted] == [commands.Tune, commands.Tune, commands.SetQuietHours]
    assert not [each for each in running.emitted if each.keep]
    for key, value in (("music.fade", 3.0), ("mood.min_confidence", 0.5), ("quiet.hours", "01:00-02:00")):
        told = await shown(owner, key)
        assert (told["value"], told["file"]) == (value, value)
    assert (await owner.ask("GET", "/api/settings")).json["restart"] is False
    undone = await owner.ask("PATCH", "/api/settings", {"changes": answer.json["was"]})
    assert undone.json["restart"] is False
    assert (await shown(owner, "music.fade"))["value"] == 1.5


async def test_a_language_that_is_chosen_is_spoken_from_then_on(running: RunningPage, owner: Browser) -> None:
    async def language_of_the_page() -> str:
        answer = await owner.ask("GET", "/", headers={"Accept-Language": "en"})
        return answer.text.partition('lang="')[2].partition('"')[0]

    assert await language_of_the_page() == "en"
    assert (await change(owner, box__language="fr")).json == {"was": {"box.language": None}, "restart": False}
    assert await language_of_the_page() == "fr"
    told = await shown(owner, "box.language")
    assert (told["value"], told["file"]) == ("fr", "fr")
    await change(owner, box__language=None)
    assert await language_of_the_page() == "en"
    assert (await change(owner, box__language="tlh")).status == 409
    assert running.context.language.choice == "auto"


async def test_a_choice_made_elsewhere_is_told_as_what_is_in_force(running: RunningPage, owner: Browser) -> None:
    running.send(commands.SetInterval(42.0, "Home Assistant"))
    every = await shown(owner, "mood.evaluate_every")
    assert (every["value"], every["source"]) == (42.0, "chosen")
    listed = (await owner.ask("GET", "/api/box")).json["settings"]
    assert {"key": "mood.evaluate_every", "value": 42.0, "source": "chosen"} in listed


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"music.fade": 99}, 409, "music.fade is 99; it must be a number from 0 to 10"),
        ({"music.volume_floor": 90, "music.volume_cap": 50}, 409, "must not be higher"),
        ({"model.allowed_signers": "/tmp/x"}, 409, "settings file alone"),
        ({"music.colour": 1}, 409, "there is no setting"),
        ({}, 400, "not what is wanted"),
        ({"music.fade": [1]}, 400, "not what is wanted"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_in_words(
    running: RunningPage, owner: Browser, changes: dict[str, Any], status: int, told: str
) -> None:
    answer = await owner.ask("PATCH", "/api/settings", {"changes": changes})
    assert (answer.status, told in answer.json["error"]) == (status, True)
    assert not running.settings_file.exists()
    assert running.emitted == []


async def test_a_broken_file_is_told_and_not_written_over(running: RunningPage, owner: Browser) -> None:
    running.settings_file.write_text("[music\n")
    answer = (await owner.ask("GET", "/api/settings")).json
    assert "not valid TOML" in answer["problem"]
    assert answer["restart"] is False
    assert (await change(owner, music__fade=1.0)).status == 409
    assert running.settings_file.read_text() == "[music\n"
