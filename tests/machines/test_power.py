"""The box turns its machine off or restarts it without having the right to do so itself."""

import json
import threading
import urllib.error
import urllib.request
from typing import Any

import paho.mqtt.client as mqtt
import pytest

from tests.faults.faults import begin_broker
from tests.machines.machine import NEEDS, Machine
from tests.machines.pressing import CAMERA, press, pretend_pins

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

WITHOUT_THE_HELPER = "runuser -u moodbox -- systemctl poweroff"
PORT = 18_841
SETTINGS, KEPT = "/etc/moodbox/moodbox.toml", "/root/kept.toml"


@pytest.mark.parametrize(("verb", "status"), [("off", 0), ("restart", 133)])
def test_the_box_does_what_its_owner_wishes(installed: Machine, verb: str, status: int) -> None:
    assert installed.run(WITHOUT_THE_HELPER).returncode != 0
    owner = installed.done("getent passwd 1000 | cut -d: -f1").strip()
    installed.done(f"runuser -l {owner} -c 'moodbox power {verb}'")
    assert installed.gone_off() == status
    installed.boot()
    assert installed.run("ls /run/moodbox/power").stdout == ""


def test_who_is_no_member_cannot_wish(installed: Machine) -> None:
    assert installed.run("runuser -u nobody -- moodbox power off").returncode == 1
    assert installed.run("runuser -u nobody -- touch /run/moodbox/power/off").returncode != 0
    assert installed.run("runuser -u moodbox-vision -- touch /run/moodbox/power/off").returncode != 0


def test_holding_the_camera_button_turns_it_off(installed: Machine) -> None:
    installed.done(f"""cp {SETTINGS} {KEPT}; printf '[controls]\\npins = "mock"\\n' >{SETTINGS}""")
    pretend_pins(installed)
    installed.done("systemctl restart moodbox; sleep 10; systemctl is-active moodbox")
    press(installed, CAMERA, 30)
    assert installed.gone_off() == 0
    installed.boot()
    installed.done(f"cp {KEPT} {SETTINGS}; systemctl restart moodbox")


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize(("button", "status"), [("power_off", 0), ("restart_machine", 133)])
def test_home_assistants_buttons_do_the_same(installed: Machine, button: str, status: int) -> None:
    here = installed.network.here
    broker = begin_broker(here, PORT)
    try:
        installed.done(
            f"""cp {SETTINGS} {KEPT}; printf '[mqtt]\\nhost = "{here}"\\nport = {PORT}\\n' >{SETTINGS}
            systemctl restart moodbox"""
        )
        press_at_home(here, button)
        assert installed.gone_off() == status
        installed.boot()
        installed.done(f"cp {KEPT} {SETTINGS}; systemctl restart moodbox")
    finally:
        broker.kill()
        broker.wait()


def press_at_home(host: str, button: str) -> None:
    """As Home Assistant does: look into the retained discovery message for the command's topic, and press there."""
    heard = threading.Event()
    topics: list[str] = []

    def on_message(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith("/config") and message.payload:
            topics.append(json.loads(message.payload)["components"][button]["command_topic"])
        elif message.payload == b"online" and topics:
            heard.set()

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe([("homeassistant/device/+/config", 1), ("moodbox/#", 1)])
    client.on_message = on_message
    client.reconnect_delay_set(1, 1)
    client.connect_async(host, PORT)
    client.loop_start()
    assert heard.wait(120)
    client.publish(topics[0], "PRESS", qos=1).wait_for_publish(30)
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize(("verb", "status"), [("off", 0), ("restart", 133)])
def test_the_page_does_the_same_for_its_owner_alone(installed: Machine, verb: str, status: int) -> None:
    page = f"http://{installed.network.there}"
    wish = {"verb": verb}
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(page, "/api/power", wish)
    if not ask(page, "/api/session")[1]["password_set"]:
        ask(page, "/api/password", {"password": "a long enough one"})
    cookie, _ = ask(page, "/api/session", {"password": "a long enough one"})
    ask(page, "/api/power", wish, cookie)
    assert installed.gone_off() == status
    installed.boot()
    assert installed.run("ls /run/moodbox/power").stdout == ""


def ask(page: str, path: str, body: Any = None, cookie: str = "", method: str | None = None) -> tuple[str, Any]:
    """As a browser does: the cookie that was given, and the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(page + path, data, method=method)  # noqa: S310 - http
    request.add_header("Origin", page)
    request.add_header("Content-Type", "application/json")
    if cookie:
        request.add_header("Cookie", cookie)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - http
        text = answer.read()
        return (answer.headers["Set-Cookie"] or "").split(";")[0], json.loads(text) if text else None
