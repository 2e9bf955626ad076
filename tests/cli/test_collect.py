"""`moodbox collect`."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import collect, main
from appliance.control.messages import (
    SOCKET,
    AskCollect,
    AskDropFaces,
    AskEndCollect,
    AskFaces,
    AskLearnCorrections,
    AskUseFaces,
    Request,
)
from appliance.control.server import ControlServer
from appliance.core.collecting import CollectEnd, CollectRound
from appliance.core.faces import CannotCollect

SAMPLE = {"id": 3, "at": "2026-01-31T12:00:00Z", "session": 1, "round": "nearer", "word": "fear", "fits": True,
          "corrected": False}  # fmt: skip
HEAD = {"samples": 28, "used": True, "why": "", "before": 46.4, "after": 71.4, "each": []}
FACES = {"use": True, "session": None, "samples": [SAMPLE, SAMPLE | {"id": 4, "fits": False}], "resume": True,
         "head": HEAD}  # fmt: skip


def step(phase: str, end: str | None = None) -> dict[str, Any]:
    word, round_ = (None, None) if end else ("sad", "stronger")
    return {"phase": phase, "end": end, "word": word, "round": round_, "seconds": 3.2, "dark": False,
            "taken": 1, "left": 5}  # fmt: skip


class Box:
    """A control socket that answers as told and keeps what is asked of it."""

    def __init__(self, folder: Path) -> None:
        self.settings = folder / "moodbox.toml"
        self.settings.write_text(f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n')
        self.socket = folder / "run" / SOCKET
        self.socket.parent.mkdir()
        self.asked: list[Request] = []
        self.faces: dict[str, Any] = dict(FACES)
        self.sessions: list[dict[str, Any]] = []

    async def answer(self, request: Request) -> dict[str, Any]:
        if isinstance(request, AskFaces):
            return self.faces | ({"session": self.sessions.pop(0)} if self.sessions else {})
        self.asked.append(request)
        if isinstance(request, AskCollect) and not request.agreed:
            raise CannotCollect("everyone whom the camera sees must agree to it first; children: their parents, too")
        return {"done": True}

    def typed(self, *words: str) -> int:
        return main.main(["--settings", str(self.settings), "collect", *words])


@pytest.fixture
async def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Box]:
    monkeypatch.setattr(collect, "PAUSE", 0.0)
    box = Box(tmp_path)
    server = ControlServer(box.socket, box.answer)
    await server.start()
    yield box
    await server.stop()


async def test_a_session_is_begun_when_all_agree_and_followed_to_its_end(
    box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    dark = step("ready") | {"dark": True}
    box.sessions = [step("ready"), step("taking"), dark, step("waiting"), step("ended", "company")]
    assert await asyncio.to_thread(box.typed) == 0
    assert box.asked == [AskCollect(agreed=True)]
    out = capsys.readouterr().out
    for words in ("3: make this face: sad (once more, stronger)", "Hold it: sad", "Nobody is seen", "too dark",
                  "a second face appeared", "1 face was taken"):  # fmt: skip
        assert words in out


@pytest.mark.parametrize("typed", ["", "no\n", "maybe\n"])
async def test_without_a_yes_nothing_begins(
    box: Box, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert await asyncio.to_thread(box.typed, "resume") == 1
    assert box.asked == [AskCollect(agreed=False, resume=True)]
    assert "everyone whom the camera sees must agree to it first" in capsys.readouterr().err


async def test_what_was_taught_is_listed_with_what_became_of_it(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    assert await asyncio.to_thread(box.typed, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "In use. Of the faces taught it reads 71 % as they were meant; the model alone 46 %."
    assert lines[1].split() == ["3", "2026-01-31T12:00:00Z", "fear", "(from", "nearer)"]
    assert "of another model, not used" in lines[2]
    for faces, words in (
        ({"samples": [SAMPLE | {"corrected": True}]}, "fear (from a correction)"),
        ({"samples": []}, "No faces have been taught."),
        ({"use": False}, "kept and not used"),
        ({"head": None}, "not in use yet"),
        ({"head": HEAD | {"used": False, "why": "too few"}}, "is not used: too few."),
    ):
        box.faces = FACES | faces
        assert await asyncio.to_thread(box.typed, "list") == 0
        assert words in capsys.readouterr().out
    assert await asyncio.to_thread(box.typed, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["samples"][0] == SAMPLE


async def test_it_is_ended_deleted_and_used_as_asked(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("stop",), ("forget", "3"), ("forget",), ("use", "off"), ("use", "on")):
        assert await asyncio.to_thread(box.typed, *words) == 0
    assert box.asked == [AskEndCollect(), AskDropFaces(3), AskDropFaces(), AskUseFaces(False), AskUseFaces(True)]
    assert "All that was taught of faces is deleted." in capsys.readouterr().out


async def test_corrections_teach_faces_only_after_a_yes(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed, words in (("yes\n", ("on",)), ("no\n", ("on",)), ("", ("on", "--agreed")), ("", ("off",))):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert await asyncio.to_thread(box.typed, "corrections", *words) == 0
    assert box.asked == [AskLearnCorrections(on, on and agreed)
                         for on, agreed in ((True, True), (True, False), (True, True), (False, False))]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("corrections", "maybe"), "expected on or off, found maybe"),
        (("use",), "expected on or off, found -"),
        (("use", "maybe"), "expected on or off, found maybe"),
        (("forget", "all"), "expected the number of a face (moodbox collect list), found all"),
        (("forget", "0"), "found 0"),
    ],
)
async def test_what_makes_no_sense_is_named_and_nothing_is_asked(
    box: Box, words: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(box.typed, *words) == 1
    assert complaint in capsys.readouterr().err
    assert box.asked == []


def test_every_round_and_every_end_has_words() -> None:
    assert len({collect.round_words(each) for each in CollectRound}) == len(CollectRound)
    assert len({collect.end_words(each) for each in (*CollectEnd, None)}) == len(CollectEnd) + 1
