import asyncio
import json
import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from appliance.control.client import ask, ask_status
from appliance.control.messages import AskOverride, AskSkip, AskStatus, NotRunning, Request, RequestRefused
from appliance.control.server import ControlServer
from appliance.domain.emotions import Emotion
from appliance.errors import MoodboxError


class Box:
    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def answer(self, request: Request) -> dict[str, Any]:
        self.asked.append(request)
        if isinstance(request, AskSkip):
            raise MoodboxError("nothing plays, so nothing can be skipped")
        return {"mood": "happy"}


@pytest.fixture
async def box(tmp_path: Path) -> Any:
    box = Box()
    server = ControlServer(tmp_path / "control.sock", box.answer)
    await server.start()
    yield box
    await server.stop()


async def test_a_request_is_answered(box: Box, tmp_path: Path) -> None:
    assert await asyncio.to_thread(ask, tmp_path / "control.sock", AskStatus()) == {"mood": "happy"}


async def test_a_status_of_another_version_is_told_as_such(box: Box, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match=r"another version than this command .*mood.* restart it"):
        await asyncio.to_thread(ask_status, tmp_path / "control.sock")


async def test_an_override_arrives_with_its_emotion(box: Box, tmp_path: Path) -> None:
    await asyncio.to_thread(ask, tmp_path / "control.sock", AskOverride(Emotion.SAD))
    await asyncio.to_thread(ask, tmp_path / "control.sock", AskOverride(None))
    assert box.asked == [AskOverride(Emotion.SAD), AskOverride(None)]


async def test_a_refusal_reaches_the_asker_in_words(box: Box, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="nothing plays"):
        await asyncio.to_thread(ask, tmp_path / "control.sock", AskSkip())


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"skip", b"{}", b'{"do":"dance"}', b'{"do":"override","emotion":"joy"}', b'{"do":"skip","x":1}'),
        *(b"\xff\xfe", b'{"do":"\xff"}'),
        *(b'{"do":"forget","correction":0}', b'{"do":"forget","correction":9999999999999999999}'),
    ],
)
async def test_a_bad_request_is_answered_with_an_error_and_the_next_one_still_works(
    box: Box, tmp_path: Path, line: bytes
) -> None:
    reader, writer = await asyncio.open_unix_connection(tmp_path / "control.sock")
    writer.write(line + b'\n{"do":"status"}\n')
    assert "error" in json.loads(await reader.readline())
    assert json.loads(await reader.readline()) == {"mood": "happy"}
    writer.close()


async def test_an_endless_line_is_refused(box: Box, tmp_path: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(tmp_path / "control.sock")
    writer.write(b"x" * 200_000)
    assert "at most" in json.loads(await reader.readline())["error"]
    writer.close()


async def test_only_owner_and_group_may_connect(box: Box, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "control.sock").stat().st_mode) == 0o660


async def test_a_socket_left_by_a_killed_box_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(tmp_path / "control.sock"))
    server = ControlServer(tmp_path / "control.sock", Box().answer)
    await server.start()
    assert await asyncio.to_thread(ask, tmp_path / "control.sock", AskStatus()) == {"mood": "happy"}
    await server.stop()


def test_without_a_running_box_the_error_names_the_socket_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match=r"control\.sock.*moodbox run"):
        ask(tmp_path / "control.sock", AskStatus())


@pytest.mark.parametrize("name", ["x" * 100, "taken"])
async def test_a_place_where_it_cannot_listen_is_named_with_the_remedy(box: Box, tmp_path: Path, name: str) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(MoodboxError, match=rf"{name}: cannot listen there .*paths\.run"):
        await ControlServer(tmp_path / name, box.answer).start()


@pytest.mark.parametrize("answer", [b'{"mood":', b"garbage\n", b"[]\n", b'"x"\n', b"\xff\n", b""])
async def test_an_answer_cut_short_or_of_another_program_is_no_box(tmp_path: Path, answer: bytes) -> None:
    async def impostor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    async with await asyncio.start_unix_server(impostor, tmp_path / "control.sock"):
        with pytest.raises(NotRunning, match=r"control\.sock"):
            await asyncio.to_thread(ask, tmp_path / "control.sock", AskStatus())
