"""What the broker is told of once, or as soon as it changes."""

import json

import pytest

from appliance.domain import commands as domain_commands
from appliance.domain.emotions import Emotion
from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.domain.status import OutputStatus
from tests.mqtt.broker import Broker, Watcher, until
from tests.mqtt.kitchen import BASE, BIRTH, CONFIG, kitchen, online, shows
from tests.mqtt.small_box import quick_box

pytestmark = pytest.mark.needs("mosquitto")


async def test_a_mood_is_news_when_it_changes_and_never_because_something_is_back(
    broker: Broker, watcher: Watcher
) -> None:
    news = f"{BASE}/mood_changed"
    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        box.judge(Emotion.HAPPY)
        await until(lambda: watcher.payloads(news) == [b"happy"])
        watcher.say(BIRTH, "online")
        broker.kill()
        broker.start()
        late = Watcher(broker.port)
        await online(late)
        box.send(domain_commands.RejectMood("test"))
        await until(lambda: late.payloads(news) == [b"unsure"])
        late.close()
    assert not any(message.retain for message in late.heard if message.topic == news)


async def test_an_output_that_appears_becomes_an_option_before_it_is_chosen(broker: Broker, watcher: Watcher) -> None:
    def offered(*outputs: SoundOutput) -> OutputStatus:
        return OutputStatus(device="hw:0", name="", kind=OutputKind.JACK, wanted=outputs[-1].device, offered=outputs)

    jack, amplifier = SoundOutput("hw:0", OutputKind.JACK), SoundOutput("hw:1", OutputKind.USB, "Amplifier")
    async with quick_box(kitchen(broker)) as box:
        box.more_status["output"] = offered(jack)
        await online(watcher)
        await shows(watcher, "output", "Headphone jack")
        box.more_status["output"] = offered(jack, amplifier)
        await shows(watcher, "output", "USB: Amplifier")
        watcher.say(f"{BASE}/output/set", "Headphone jack")
        await until(lambda: domain_commands.SetOutput(jack, "Home Assistant") in box.handled)
    heard = [(message.topic, message.payload) for message in watcher.heard]
    described = [json.loads(payload)["components"]["output"]["options"] for topic, payload in heard if topic == CONFIG]
    assert described[-1] == ["auto", "Headphone jack", "USB: Amplifier"]
    told = [topic for topic, payload in heard if topic == CONFIG or payload == b"USB: Amplifier"]
    assert told[-2:] == [CONFIG, f"{BASE}/output"]


async def test_the_devices_link_follows_the_boxs_name_in_the_network(broker: Broker, watcher: Watcher) -> None:
    def told() -> str | None:
        url: str | None = json.loads(watcher.last[CONFIG])["device"].get("configuration_url")
        return url

    async with quick_box(kitchen(broker)) as box:
        await online(watcher)
        assert told() is None
        for link in ("http://moodbox.local/", "http://moodbox-2.local/", None):
            box.link = link
            await until(lambda link=link: told() == link)
