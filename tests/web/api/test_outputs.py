"""Where the sound goes, asked and chosen by the page."""

from __future__ import annotations

import asyncio

from appliance.domain import commands
from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.domain.status import OutputStatus
from appliance.music.errors import MusicError
from tests.web.running_page import Browser, RunningPage, until

USB = SoundOutput("plughw:CARD=E30,DEV=0", OutputKind.USB, "E30")
JACK = SoundOutput("plughw:CARD=Headphones,DEV=0", OutputKind.JACK)


def with_cards(running: RunningPage) -> None:
    running.outputs = [JACK, USB]
    running.output = OutputStatus(device=JACK.device, name="Headphone jack", kind=JACK.kind, wanted="hw:9")


async def test_the_outputs_are_told_in_the_readers_language(running: RunningPage, owner: Browser) -> None:
    with_cards(running)
    answer = await owner.ask("GET", "/api/outputs", headers={"Accept-Language": "de"})
    assert [each["name"] for each in answer.json] == [
        *("Automatisch: der erste, der da ist", "Kopfhörerbuchse", "USB: E30", "hw:9")
    ]
    assert answer.json[1] == {
        "device": JACK.device,
        "name": "Kopfhörerbuchse",
        "kind": "jack",
        "chosen": False,
        "in_use": True,
    }
    assert [each["chosen"] for each in answer.json] == [False, False, False, True]


async def test_one_of_them_is_chosen(running: RunningPage, owner: Browser) -> None:
    with_cards(running)
    assert (await owner.ask("POST", "/api/output", {"device": USB.device})).status == 204
    assert (await owner.ask("POST", "/api/output", {"device": "auto"})).status == 204
    assert running.emitted == [commands.SetOutput(USB, "page"), commands.SetOutput(SoundOutput("auto"), "page")]


async def test_an_output_that_there_is_not_is_refused_with_those_that_there_are(
    running: RunningPage, owner: Browser
) -> None:
    with_cards(running)
    for path in ("/api/output", "/api/output/test"):
        answer = await owner.ask("POST", path, {"device": "hw:3"})
        assert answer.status == 409
        assert "hw:3" in answer.json["error"]
        assert USB.device in answer.json["error"]
    assert running.emitted == []


async def test_with_an_mpd_of_the_owners_own_there_is_nothing_to_choose(running: RunningPage, owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/output", {"device": "auto"})
    assert (answer.status, running.emitted) == (409, [])
    assert "music.mpd" in answer.json["error"]


async def test_a_test_tone_is_answered_when_it_is_over(running: RunningPage, owner: Browser) -> None:
    with_cards(running)
    asked = asyncio.create_task(owner.ask("POST", "/api/output/test", {}))
    await until(lambda: running.emitted)
    (command,) = running.emitted
    assert isinstance(command, commands.HearOutput)
    assert command.output.device == JACK.device
    assert not asked.done()
    command.reply(None)
    assert (await asked).status == 204


async def test_a_test_tone_that_cannot_be_heard_says_why(running: RunningPage, owner: Browser) -> None:
    with_cards(running)
    asked = asyncio.create_task(owner.ask("POST", "/api/output/test", {"device": USB.device}))
    await until(lambda: running.emitted)
    (command,) = running.emitted
    assert isinstance(command, commands.HearOutput)
    assert command.output == USB
    command.reply(MusicError("no sound can be made there: busy"))
    answer = await asked
    assert (answer.status, answer.json["error"]) == (409, "no sound can be made there: busy")


async def test_an_output_in_the_settings_holds_at_once(running: RunningPage, owner: Browser) -> None:
    with_cards(running)
    answer = await owner.ask("PATCH", "/api/settings", {"changes": {"music.output": USB.device}})
    assert answer.json == {"was": {"music.output": None}, "restart": False}
    assert running.emitted == [commands.SetOutput(USB, "page")]
    answer = await owner.ask("PATCH", "/api/settings", {"changes": {"music.output": "fifo:here"}})
    assert answer.status == 409
    assert "absolute path" in answer.json["error"]
