"""An MPD that refuses single commands, or whose answers make no sense."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import re

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.music import player
from appliance.music.mpd import client
from tests.music.mpd_proxy import MpdProxy
from tests.music.running_player import RunningPlayer


async def test_songs_that_may_not_be_queued_are_not_taken_for_broken(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "REFUSED_REST", 0.2)
    for name in "abc":
        running.song(f"happy/{name}.flac", seconds=10)
    proxy = MpdProxy(running)
    proxy.refuse("addid", 4, 'you don\'t have permission for "addid"')
    async with proxy, running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: proxy.interfered > 4)
        (warning,) = running.warnings
        assert warning.endswith('for "addid"; its password goes into music.mpd, as PASSWORD@HOST')
        assert running.player.unplayable == {}
        proxy.answers.clear()
        await running.until_from("happy")


async def test_an_override_is_obeyed_also_where_the_volume_cannot_be_set(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    proxy = MpdProxy(running)
    async with proxy, running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_from("happy")
        proxy.refuse("setvol", 52, "problems setting volume")
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_from("sad")
        assert proxy.interfered > 0
        assert running.warnings == []


NONSENSE = {
    "status": [
        b"OK\n",
        b"state: play\nOK\n",
        b"state: dancing\nplaylistlength: 0\nOK\n",
        b"state: stop\nplaylistlength: many\nOK\n",
        b"state: stop\nplaylistlength: -1\nOK\n",
        b"state: stop\nplaylistlength: 1\nsong: x\nOK\n",
        b"state: stop\nplaylistlength: 1\nplaylistlength: 2\nOK\n",
        b"state: stop\nplaylistlength: 0\nvolume: loud\nOK\n",
        b"no pair at all\nOK\n",
        b"\xff\xfe\nOK\n",
        b"x" * 100_000 + b"\nOK\n",
        b"ACK nonsense\n",
        b"ACK [77@0] {status} an error of the future\n",
    ],
    "stats": [b"OK\n", b"uptime: long\nOK\n"],
    "playlistinfo": [b"file: happy/a.flac\nOK\n", b"Id: 1\nPos: 0\nOK\n", b"file: a\nPos: 0\nId: one\nOK\n"],
    "count": [b"OK\n", b"songs: some\nOK\n"],
    "find": [b"Title: none\nOK\n", b"file: a\nduration: long\nOK\n", b"nothing\nOK\n"],
    "addid": [b"OK\n", b"Id: new\nOK\n"],
    "setvol": [b"volume: 10\nOK\n"],
    "idle": [b"changed: player\nother: mixer\nOK\n", b"nothing\nOK\n", b"ACK [77@0] {idle} what\n", b"\xff\nOK\n"],
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "RETRY_FIRST", 0.01)
    monkeypatch.setattr(player, "RETRY_LAST", 0.05)
    monkeypatch.setattr(player, "REFUSED_REST", 0.05)


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("command", NONSENSE)
async def test_an_answer_that_makes_no_sense_is_told_once(
    command: str, running: RunningPlayer, caplog: pytest.LogCaptureFixture
) -> None:
    running.song("happy/a.flac", seconds=30)
    proxy = MpdProxy(running)
    async with proxy, running, running.other() as mpd:
        await running.drop_player()
        for answer in NONSENSE[command]:
            await mpd.ask("clear")
            caplog.clear()
            running.player = running.new_player_at(proxy.address)
            async with running.only_player():
                proxy.answers[command] = answer
                proxy.interfered = 0
                running.player.play(Emotion.HAPPY, InWords(text="you smile"))
                await running.until(lambda: proxy.interfered > 2)
                gc.collect()
                if command != "idle":  # what is overheard there is asked for again
                    assert len(warned(caplog)) == 1, warned(caplog)
                    assert "no sense" in warned(caplog)[0] or "refuses" in warned(caplog)[0]
                proxy.answers.clear()
                await running.until_from("happy")
                assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.usefixtures("impatient")
async def test_random_damage_to_answers_ends_in_no_traceback(
    running: RunningPlayer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abcd":
        running.song(f"happy/{name}.flac", seconds=2)
        running.song(f"sad/{name}.flac", seconds=2)
    chance = random.Random(11)
    damages = 0

    def damage(data: bytes) -> bytes:
        nonlocal damages
        if chance.random() < 0.9:
            return data
        damages += 1
        return _damaged(data, chance)

    proxy = MpdProxy(running)
    async with proxy, running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_from("happy")
        proxy.damage = damage
        monkeypatch.setattr(client, "ANSWER_SECONDS", 0.5)
        number = 0
        while number < 60 or damages <= 20:  # where all is slow, less goes over the line
            running.player.play((Emotion.SAD, Emotion.HAPPY)[number % 2], InWords(text="on and on"), number % 3 == 0)
            running.player.set_volume(chance.randrange(100))
            if number % 4 == 0:
                running.player.skip()
            await asyncio.sleep(0.2)
            assert not running._task.done(), running._task
            number += 1
        proxy.damage = lambda data: data
        monkeypatch.setattr(client, "ANSWER_SECONDS", 60.0)
        gc.collect()
        assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
        running.player.play(Emotion.HAPPY, InWords(text="you smile"), at_once=True)
        await running.until_from("happy")


def _damaged(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines[at] = chance.randbytes(len(lines[at]))
        case 3:
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        case 4:
            lines[at] = re.sub(rb"\d+", lambda _: str(chance.randrange(-9, 10**12)).encode(), lines[at])
        case 5:
            lines.insert(at, chance.choice((b"ACK [5@0] {x} what\n", b"OK\n", b"file: other\n", b"state: play\n")))
        case 6:
            chance.shuffle(lines)
        case 7:
            whole = bytearray(data)
            whole[chance.randrange(len(whole))] = chance.randrange(256)
            return bytes(whole)
    return b"".join(lines)
