import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain import actions, events
from appliance.domain import commands as domain_commands
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraState
from appliance.domain.moods import Policy
from appliance.domain.tuning import TuneKey
from appliance.mqtt import bridge
from appliance.mqtt.entities import ENTITIES
from tests.mqtt.broker import Broker, Watcher, until
from tests.mqtt.kitchen import BASE, BIRTH, CONFIG, kitchen, online, shows, state
from tests.mqtt.small_box import TRACK, SmallBox, quick_box, small_box

pytestmark = pytest.mark.needs("mosquitto")

COMMANDED = [entity.key for entity in ENTITIES if entity.command]


async def test_the_states_are_there_before_the_box_says_that_it_is(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)):
        await online(watcher)
        told = [message.topic for message in watcher.heard if message.payload != b"offline"]
        at = told.index(f"{BASE}/availability")
        assert {f"{BASE}/{entity.key}" for entity in ENTITIES if entity.state} <= set(told[:at])


async def test_a_language_that_is_chosen_names_the_entities_at_once(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        for choice, name in (("de", "Lautstärke"), ("auto", "Volume")):
            box.mqtt.speak(choice)
            await until(lambda name=name: json.loads(watcher.last[CONFIG])["components"]["volume"]["name"] == name)
        assert state(watcher, "availability") == "online"


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_the_mood_reaches_the_broker(broker: Broker, watcher: Watcher, protocol: str) -> None:
    async with quick_box(kitchen(broker, f'protocol = "{protocol}"')) as box:
        await online(watcher)
        assert state(watcher, "mood") == "unsure"
        box.judge(Emotion.HAPPY)
        await shows(watcher, "mood", "happy")
        await shows(watcher, "confidence", "88.0")
        await shows(watcher, "people", "1")
        await shows(watcher, "presence", "ON")
    assert f"(p{5 if protocol == '5' else 2}," in broker.log.read_text()


async def test_whoever_comes_later_finds_every_state_retained_and_nothing_else(
    broker: Broker, watcher: Watcher
) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        box.send(events.ButtonPressed("skip_short"))
        await until(lambda: watcher.payloads(f"{BASE}/button"))
        late = Watcher(broker.port)
        watcher.say("said/after", "all that is retained")
        await until(lambda: "said/after" in late.last)
        late.close()
    states = {f"{BASE}/{entity.key}" for entity in ENTITIES if entity.state}
    others = {CONFIG, f"{BASE}/availability"} | {
        f"{BASE}/{key}/attributes" for key in ("mood", "now_playing", "problem", "quiet", "songs_heard")
    }
    assert {message.topic for message in late.heard if message.retain} == states | others
    assert not [message for message in late.heard if message.topic.endswith(("/set", "/button"))]


async def test_the_topics_in_the_discovery_message_are_those_that_are_used(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)):
        await online(watcher)
        components = json.loads(watcher.last[CONFIG])["components"]
        for key, component in components.items():
            if key != "button" and "state_topic" in component:
                assert component["state_topic"] in watcher.last


@pytest.mark.parametrize(
    ("key", "payload", "shown", "event"),
    [
        ("override", "sad", "sad", domain_commands.Override(Emotion.SAD, "Home Assistant")),
        ("policy", "cheer", "cheer", domain_commands.SetPolicy(Policy.CHEER, "Home Assistant")),
        ("camera", "OFF", "OFF", domain_commands.SetCamera(on=False, by_button=False, by="Home Assistant")),
        ("music", "OFF", "OFF", domain_commands.SetMusic(on=False, by="Home Assistant")),
        ("volume", "35", "35", domain_commands.SetVolume(35, "Home Assistant")),
        ("quiet", "ON", "ON", domain_commands.KeepQuiet(True, "Home Assistant")),
        ("quiet_hours", "01:00-02:00", "01:00-02:00", domain_commands.SetQuietHours("01:00-02:00", "Home Assistant")),
        ("fade", "2.5", "2.5", domain_commands.Tune(TuneKey.FADE, 2.5, "Home Assistant")),
        ("sleep_timer", "30", "30", domain_commands.SetSleepTimer(1800, "Home Assistant")),
        ("interval", "2", "2.0", domain_commands.SetInterval(120, "Home Assistant")),
    ],
)
async def test_a_command_is_carried_out_and_shows(
    broker: Broker, watcher: Watcher, key: str, payload: str, shown: str, event: events.Event
) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        assert state(watcher, key) != shown
        watcher.say(f"{BASE}/{key}/set", payload)
        await shows(watcher, key, shown)
        assert event in box.handled


@pytest.mark.parametrize(
    ("key", "event"),
    [
        ("skip", domain_commands.Skip("Home Assistant")),
        ("judge_now", domain_commands.JudgeNow("Home Assistant")),
        ("wrong_mood", domain_commands.RejectMood("Home Assistant")),
        ("restart", domain_commands.RestartBox("Home Assistant")),
        ("restart_machine", domain_commands.SwitchPower("restart", "Home Assistant")),
        ("power_off", domain_commands.SwitchPower("off", "Home Assistant")),
    ],
)
async def test_a_button_is_pressed(broker: Broker, watcher: Watcher, key: str, event: events.Event) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        watcher.say(f"{BASE}/{key}/set", "PRESS")
        await until(lambda: event in box.handled)


@pytest.mark.parametrize(
    "key",
    [
        key
        for key in COMMANDED
        if key not in ("skip", "judge_now", "wrong_mood", "restart", "restart_machine", "power_off")
    ],
)
async def test_a_bad_command_is_answered_with_the_true_state_and_told_once(
    broker: Broker, watcher: Watcher, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        before, told, handled = state(watcher, key), len(watcher.payloads(f"{BASE}/{key}")), len(box.handled)
        for number in range(3):
            watcher.say(f"{BASE}/{key}/set", "nonsense")
            await until(lambda number=number: len(watcher.payloads(f"{BASE}/{key}")) == told + number + 1)
        assert state(watcher, key) == before
        assert len(box.handled) == handled
    assert caplog.text.count(f"MQTT: {key}: 'nonsense' is no command") == 1


async def test_a_flood_of_bad_and_good_commands_is_told_once(
    broker: Broker, watcher: Watcher, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "_TOLD_AGAIN", 600.0)
    async with small_box(kitchen(broker)) as box:
        await online(watcher)
        before, number = len(watcher.payloads(f"{BASE}/policy")), 0
        while number < 60 or len(box.handled) <= 10:  # of what comes at once only the newest is handled
            watcher.say(f"{BASE}/policy/set", "cheer" if number % 2 else f"nonsense {number}")
            await asyncio.sleep(0.02)
            number += 1
        watcher.say(f"{BASE}/policy/set", "cheer")
        await shows(watcher, "policy", "cheer")
    assert caplog.text.count("MQTT: policy: 'nonsense") == 1
    assert len(watcher.payloads(f"{BASE}/policy")) - before < 0.75 * number


async def test_a_command_that_changes_nothing_is_answered_with_the_state(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        box.send(domain_commands.SetCamera(on=False, by_button=True, by="button"))
        await shows(watcher, "camera_state", "off-by-button")
        told = len(watcher.payloads(f"{BASE}/camera"))
        watcher.say(f"{BASE}/camera/set", "ON")
        await until(lambda: len(watcher.payloads(f"{BASE}/camera")) > told)
        assert state(watcher, "camera") == "OFF"


async def test_retained_commands_are_ignored(broker: Broker, watcher: Watcher) -> None:
    watcher.say(f"{BASE}/override/set", "sad", retain=True)
    watcher.say(f"{BASE}/restart/set", "PRESS", retain=True)
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        watcher.say(f"{BASE}/policy/set", "match")
        await shows(watcher, "policy", "match")
        assert state(watcher, "override") == "auto"
        assert not [
            event for event in box.handled if isinstance(event, domain_commands.Override | domain_commands.RestartBox)
        ]


async def test_a_volume_out_of_the_owners_limits_is_refused(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker, music="volume_floor = 20\nvolume_cap = 80")):
        await online(watcher)
        limits = json.loads(watcher.last[CONFIG])["components"]["volume"]
        assert (limits["min"], limits["max"]) == (20, 80)
        watcher.say(f"{BASE}/volume/set", "81")
        watcher.say(f"{BASE}/volume/set", "80")
        await shows(watcher, "volume", "80")
        assert b"81" not in watcher.payloads(f"{BASE}/volume")


async def test_a_broker_that_does_not_keep_up_is_sent_the_newest_states_and_no_more(
    broker: Broker, watcher: Watcher
) -> None:
    async with small_box(kitchen(broker), pace=1e6) as box:  # so that every change is published
        await online(watcher)
        broker.freeze()
        for number in range(3000):
            box.send(events.PlayerChanged(replace(TRACK, volume=number % 90)))
        box.send(events.PlayerChanged(replace(TRACK, volume=95)))
        await until(box.queue.empty)
        broker.thaw()
        await shows(watcher, "volume", "95")
        assert len(watcher.payloads(f"{BASE}/volume")) < 1000


async def test_trouble_with_the_camera_shows_and_so_does_its_end(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        box.show(camera=CameraState.FAILED, problem="no camera found")
        await shows(watcher, "problem", "ON")
        assert json.loads(watcher.last[f"{BASE}/problem/attributes"]) == {"problems": ["camera: no camera found"]}
        await shows(watcher, "camera_state", "failed")
        await shows(watcher, "presence", "None")
        box.show()
        await shows(watcher, "problem", "OFF")
        await shows(watcher, "presence", "OFF")


async def test_what_plays_shows_with_its_reason(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)) as box:
        await shows(watcher, "now_playing", "A Song")
        assert json.loads(watcher.last[f"{BASE}/now_playing/attributes"]) == {
            "artist": "Someone",
            "file": "happy/a.ogg",
            "emotion": "happy",
            "why": "you looked happy",
            "next": [],
        }
        box.send(events.PlayerChanged(events.PlayerState("lost")))
        await shows(watcher, "now_playing", "None")
        await shows(watcher, "music", "None")


async def test_a_button_on_the_box_is_told_once_and_an_unknown_one_never(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        box.send(events.ButtonPressed("elbow"))
        box.send(events.ButtonPressed("override_long"))
        await until(lambda: watcher.payloads(f"{BASE}/button"))
        assert watcher.payloads(f"{BASE}/button") == [b'{"event_type": "override_long"}']


async def test_when_home_assistant_is_born_everything_is_said_again(
    broker: Broker, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "_GREETING", (0.0, 0.1))
    async with quick_box(kitchen(broker)):
        await online(watcher)
        before = len(watcher.heard)
        watcher.say(BIRTH, "online")
        wanted = {CONFIG, f"{BASE}/availability", f"{BASE}/mood", f"{BASE}/now_playing/attributes"}
        await until(lambda: wanted <= {message.topic for message in watcher.heard[before:]})


async def test_home_assistants_farewell_and_other_words_are_no_birth(
    broker: Broker, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "_GREETING", (0.0, 0.1))
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        for word in ("offline", "ONLINE", b"\xff", ""):
            watcher.say(BIRTH, word)
        watcher.say(f"{BASE}/policy/set", "match")
        await shows(watcher, "policy", "match")  # the words before it have been heard
        await asyncio.sleep(0.5)
        assert len(watcher.payloads(CONFIG)) == 1
        assert not box.done or all(not isinstance(action, actions.Restart) for action in box.done)


async def test_an_entity_of_an_earlier_version_is_removed(broker: Broker, watcher: Watcher) -> None:
    earlier = {
        "components": {"lamp": {"platform": "light", "unique_id": "kitchen_lamp"}, "mood": {"platform": "sensor"}}
    }
    watcher.say(CONFIG, json.dumps(earlier), retain=True)
    async with quick_box(kitchen(broker)):
        await online(watcher)
        await until(lambda: any(b'"lamp": {"platform": "light"}}' in said for said in watcher.payloads(CONFIG)))
        await until(lambda: b"lamp" not in watcher.last[CONFIG])
        assert json.loads(watcher.last[CONFIG])["components"]["mood"]["unique_id"] == "kitchen_mood"
    said = len(watcher.payloads(CONFIG))
    async with quick_box(kitchen(broker)):
        await online(watcher)
        assert b"lamp" not in b"".join(watcher.payloads(CONFIG)[said:])


async def test_two_boxes_on_one_broker_do_not_hear_each_other(broker: Broker, watcher: Watcher) -> None:
    async with quick_box(kitchen(broker)) as first, quick_box(kitchen(broker, box="office")) as second:
        await online(watcher)
        await online(watcher, "office")
        watcher.say("moodbox/office/override/set", "happy")
        await shows(watcher, "override", "happy", "office")
        assert first.conductor.override is None
        assert second.conductor.override is Emotion.HAPPY
        ids = [json.loads(watcher.last[f"homeassistant/device/{box}/config"]) for box in ("kitchen", "office")]
        assert ids[0]["device"]["identifiers"] != ids[1]["device"]["identifiers"]


WORDS = [b"ON", b"OFF", b"PRESS", b"auto", b"happy", b"lift", b"30", b"1", b"1e9", b"-1", b"nan", b"", b"\x00"]
PAYLOADS = st.binary(max_size=300) | st.text(max_size=50).map(str.encode) | st.sampled_from(WORDS)


@given(commands=st.lists(st.tuples(st.sampled_from(COMMANDED), PAYLOADS, st.booleans()), min_size=1, max_size=20))
@settings(max_examples=20, deadline=None)
@pytest.mark.timeout(600)
def test_whatever_is_sent_nothing_fails_and_the_broker_has_the_true_state(
    tmp_path_factory: pytest.TempPathFactory, commands: list[tuple[str, bytes, bool]]
) -> None:
    async def flood(broker: Broker) -> None:
        watcher = Watcher(broker.port)
        try:
            async with quick_box(kitchen(broker)) as box:
                await online(watcher)
                for key, payload, retain in commands:
                    watcher.say(f"{BASE}/{key}/set", payload, retain)
                watcher.say(f"{BASE}/policy/set", "match")
                await until(lambda: box.conductor.policy is Policy.MATCH)
                await until(lambda: all(agrees(watcher, box, key) for key in ("override", "policy", "camera", "music")))
                await until(lambda: agrees(watcher, box, "volume") and agrees(watcher, box, "interval"))
        finally:
            watcher.close()

    broker = Broker(tmp_path_factory.mktemp("flood"))
    broker.start()
    failures: list[logging.LogRecord] = []
    handler = Listener(failures.append)
    logging.getLogger("appliance").addHandler(handler)
    try:
        asyncio.run(flood(broker))
    finally:
        logging.getLogger("appliance").removeHandler(handler)
        broker.kill()
    assert not failures, failures[0].getMessage()


class Listener(logging.Handler):
    def __init__(self, hear: Callable[[logging.LogRecord], Any]) -> None:
        super().__init__(logging.ERROR)
        self.emit = hear  # type: ignore[method-assign]


def agrees(watcher: Watcher, box: SmallBox, key: str) -> bool:
    truth: dict[str, str] = {
        "override": box.conductor.override or "auto",
        "policy": box.conductor.policy,
        "camera": "ON" if box.conductor.camera.switch == "on" else "OFF",
        "music": "ON" if box.conductor.player.state == "play" else "OFF",
        "volume": str(box.conductor.player.volume),
        "interval": str(round(box.conductor.interval / 60, 1)),
    }
    return state(watcher, key) == truth[key]
