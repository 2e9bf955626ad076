"""`moodbox output`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.cli.output import pick_output
from appliance.control.messages import SOCKET, AskOutput, AskOutputs, AskTone, Request
from appliance.control.server import ControlServer
from appliance.core.output_desk import OfferedOutput, OutputError
from appliance.domain.outputs import OutputKind

OFFERED = [
    OfferedOutput("auto", "Automatic: the first that is there", OutputKind.OTHER),
    OfferedOutput("plughw:CARD=vc4hdmi0,DEV=0", "HDMI 1", OutputKind.HDMI, True, True),
    OfferedOutput("plughw:CARD=vc4hdmi1,DEV=0", "HDMI 2", OutputKind.HDMI),
    OfferedOutput("plughw:CARD=E30,DEV=0", "USB: E30", OutputKind.USB),
]


@pytest.mark.parametrize(
    ("words", "device"),
    [
        ("auto", "auto"),
        ("HDMI 2", "plughw:CARD=vc4hdmi1,DEV=0"),
        ("hdmi 1", "plughw:CARD=vc4hdmi0,DEV=0"),
        ("usb", "plughw:CARD=E30,DEV=0"),
        ("E30", "plughw:CARD=E30,DEV=0"),
        ("plughw:CARD=vc4hdmi1,DEV=0", "plughw:CARD=vc4hdmi1,DEV=0"),
    ],
)
def test_an_output_is_meant_by_its_device_its_name_or_a_part_of_it(words: str, device: str) -> None:
    assert pick_output(words, OFFERED).device == device


def test_words_that_mean_several_or_none_are_told_with_what_there_is() -> None:
    with pytest.raises(OutputError, match=r"HDMI may be each of these: HDMI 1 .*, HDMI 2"):
        pick_output("HDMI", OFFERED)
    with pytest.raises(OutputError, match=r"there is no output jack; those there are: .*USB: E30"):
        pick_output("jack", OFFERED)


class Box:
    """A control socket that offers outputs and keeps what is asked of it."""

    def __init__(self, folder: Path) -> None:
        self.settings = folder / "moodbox.toml"
        self.settings.write_text(f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n')
        self.socket = folder / "run" / SOCKET
        self.socket.parent.mkdir()
        self.asked: list[Request] = []

    async def answer(self, request: Request) -> dict[str, object]:
        self.asked.append(request)
        return {"outputs": OFFERED} if isinstance(request, AskOutputs) else {"done": True}

    async def typed(self, *words: str) -> int:
        server = ControlServer(self.socket, self.answer)
        await server.start()
        try:
            return await asyncio.to_thread(main.main, ["--settings", str(self.settings), "output", *words])
        finally:
            await server.stop()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


async def test_the_outputs_are_listed_with_the_one_in_use(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    assert await box.typed() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:1] for line in lines] == [" ", ">", " ", " "]
    assert lines[1].split() == [">", "HDMI", "1", "plughw:CARD=vc4hdmi0,DEV=0", "chosen,", "in", "use"]


async def test_an_output_is_chosen_by_its_name(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    assert await box.typed("HDMI", "2") == 0
    assert box.asked == [AskOutputs(), AskOutput("plughw:CARD=vc4hdmi1,DEV=0")]
    assert capsys.readouterr().out == "The music goes to: HDMI 2\n"


async def test_a_tone_is_asked_of_the_one_in_use_or_of_another(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    assert await box.typed("test") == 0
    assert await box.typed("test", "usb") == 0
    assert box.asked == [AskOutputs(), AskTone(), AskOutputs(), AskTone("plughw:CARD=E30,DEV=0")]
    assert "the first from the left" in capsys.readouterr().out
