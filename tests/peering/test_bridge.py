"""Two boxes of one house at a real broker."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from appliance.peering import bridge
from appliance.peering.kept import FILE, load_peers
from appliance.peers.channel import LARGEST
from appliance.peers.errors import PairingError
from tests.mqtt.broker import Broker, Watcher
from tests.peering.peer_box import PeerBox, lived, paired, until

pytestmark = [pytest.mark.needs("mosquitto"), pytest.mark.timeout(300)]


def boxes(tmp_path: Path, broker: Broker) -> tuple[PeerBox, PeerBox]:
    return PeerBox(tmp_path, broker.port, "kitchen"), PeerBox(tmp_path, broker.port, "attic")


async def together(kitchen: PeerBox, attic: PeerBox) -> None:
    kitchen.queue.put_nowait(commands.SetTogether(True, "page"))
    await until(lambda: kitchen.house.together and attic.house.together)


async def test_two_boxes_find_each_other_are_paired_and_have_one_music(tmp_path: Path, broker: Broker) -> None:
    kitchen, attic = boxes(tmp_path, broker)
    async with lived(kitchen, attic):
        await paired(kitchen, attic)
        attic.judge(Emotion.SAD)
        await until(lambda: (there := kitchen.other("attic")) and there.mood == "sad")
        assert Emotion.SAD not in kitchen.played
        await together(kitchen, attic)
        await until(lambda: Emotion.SAD in kitchen.played)
        kitchen.judge(Emotion.HAPPY, people=3)
        await until(lambda: attic.played[-1] is Emotion.HAPPY)
        assert attic.house.mood == "happy"
        kitchen.queue.put_nowait(commands.Override(Emotion.FEAR, "page"))
        await until(lambda: attic.conductor.override is Emotion.FEAR)
        attic.queue.put_nowait(commands.Override(None, "button"))
        await until(lambda: kitchen.conductor.override is None)


async def test_a_pairing_outlasts_a_restart_and_is_ended_on_either_box(tmp_path: Path, broker: Broker) -> None:
    kitchen, attic = boxes(tmp_path, broker)
    async with lived(kitchen):
        async with lived(attic):
            await paired(kitchen, attic)
        await until(lambda: (there := kitchen.other("attic")) and not there.there)
        assert (tmp_path / "attic" / FILE).stat().st_mode & 0o077 == 0
        again = PeerBox(tmp_path, broker.port, "attic")
        async with lived(again):
            again.judge(Emotion.SAD)
            await until(lambda: (there := kitchen.other("attic")) and there.mood == "sad")
            again.peers.part("kitchen")
            await until(lambda: (there := kitchen.other("attic")) and not there.paired)
            assert load_peers(tmp_path / "attic") == load_peers(tmp_path / "kitchen") == ()
            with pytest.raises(PairingError, match="no paired box"):
                again.peers.part("kitchen")


async def test_digits_that_differ_pair_nobody(tmp_path: Path, broker: Broker) -> None:
    kitchen, attic = boxes(tmp_path, broker)
    async with lived(kitchen, attic):
        await until(lambda: kitchen.other("attic"))
        kitchen.peers.pair("attic")
        await until(lambda: kitchen.house.pairing and kitchen.house.pairing.code)
        kitchen.peers.answer(True)
        await until(lambda: attic.house.pairing and attic.house.pairing.code)
        attic.peers.answer(False)
        await until(lambda: kitchen.house.pairing is None)
        assert load_peers(tmp_path / "kitchen") == load_peers(tmp_path / "attic") == ()
        with pytest.raises(PairingError, match="no pairing"):
            kitchen.peers.answer(True)
        with pytest.raises(PairingError, match="no box bath"):
            kitchen.peers.pair("bath")


async def test_without_the_broker_each_goes_on_alone_and_they_meet_again(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "SILENT", 2.0)
    monkeypatch.setattr(bridge, "EVERY", 0.5)
    kitchen, attic = boxes(tmp_path, broker)
    async with lived(kitchen, attic):
        await paired(kitchen, attic)
        await together(kitchen, attic)
        kitchen.judge(Emotion.HAPPY)
        attic.judge(Emotion.SAD, people=3)
        await until(lambda: kitchen.house.mood == "sad")
        broker.kill()
        await until(lambda: kitchen.house.mood == "happy")
        assert kitchen.played[-1] is Emotion.HAPPY
        broker.start()
        await until(lambda: kitchen.house.mood == "sad")


async def test_what_others_send_changes_nothing(tmp_path: Path, broker: Broker) -> None:
    watcher = Watcher(broker.port)
    kitchen, attic = boxes(tmp_path, broker)
    try:
        async with lived(kitchen, attic):
            await paired(kitchen, attic)
            await together(kitchen, attic)
            attic.queue.put_nowait(commands.Override(Emotion.FEAR, "page"))
            topic = "moodbox/peers/kitchen/ask/attic"
            await until(lambda: kitchen.conductor.override is Emotion.FEAR and watcher.last.get(topic))
            seen = watcher.last[topic]
            attic.queue.put_nowait(commands.Override(None, "page"))
            await until(lambda: kitchen.conductor.override is None)
            before = len(kitchen.handled)
            forged = json.dumps({"text": json.loads(seen)["text"], "mac": "0" * 64})
            for payload in (seen.decode(), forged, "{", "", "[]", "x" * (LARGEST + 1), "[" * 4000):
                for place in (topic, "moodbox/peers/kitchen/state/attic", "moodbox/peers/kitchen/pair-consent/attic"):
                    watcher.say(place, payload)
                watcher.say("moodbox/peers/kitchen/ask/stranger", payload)
                watcher.say("moodbox/peers/kitchen/pair-opening/stranger", payload)
            watcher.say("moodbox/peers/kitchen/ask/attic/deeper", "{}")
            attic.judge(Emotion.HAPPY, people=2)
            await until(lambda: kitchen.house.mood == "happy")
            told = [each for each in kitchen.handled[before:] if isinstance(each, commands.Override | commands.Skip)]
            assert told == []
            assert kitchen.conductor.override is None
            assert kitchen.house.pairing is None
    finally:
        watcher.close()


async def test_two_boxes_of_one_name_are_told_apart(tmp_path: Path, broker: Broker) -> None:
    kitchen = PeerBox(tmp_path, broker.port, "kitchen")
    twins = [PeerBox(tmp_path, broker.port, each, "Moodbox") for each in ("one", "two")]
    async with lived(kitchen, *twins):
        await until(lambda: len(kitchen.house.boxes) == 2)
        assert [each.name for each in kitchen.house.boxes] == ["Moodbox (one)", "Moodbox (two)"]


async def test_a_clock_that_jumps_ends_no_pairing(tmp_path: Path, broker: Broker) -> None:
    kitchen, attic = boxes(tmp_path, broker)
    async with lived(kitchen, attic):
        await paired(kitchen, attic)
        kitchen.jump = 1e6
        attic.judge(Emotion.SAD)
        await until(lambda: (there := kitchen.other("attic")) and there.mood == "sad")
        kitchen.jump = -1e6
        attic.queue.put_nowait(commands.SetTogether(True, "page"))
        await until(lambda: kitchen.house.together)


async def test_a_skip_goes_to_the_box_whose_music_is_heard(tmp_path: Path, broker: Broker) -> None:
    kitchen, attic = boxes(tmp_path, broker)
    async with lived(kitchen, attic):
        await paired(kitchen, attic)
        attic.peers.notice(commands.Skip("button"))
        attic.peers._silent = True
        attic.peers.notice(commands.Skip("button"))
        await until(lambda: commands.Skip("box Attic") in kitchen.handled)
        await asyncio.sleep(0)
        assert kitchen.handled.count(commands.Skip("box Attic")) == 1
        assert not any(isinstance(each, events.RoomLost) for each in kitchen.handled)


def test_a_file_that_is_broken_is_set_aside(tmp_path: Path) -> None:
    for content in ("", "{", '{"peers": [{"id": "a b", "name": "x", "key": "00"}]}', "[" * 9000):
        (tmp_path / FILE).write_text(content)
        assert load_peers(tmp_path) == ()
        assert not (tmp_path / FILE).exists()
