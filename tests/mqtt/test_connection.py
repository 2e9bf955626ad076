import asyncio
import contextlib
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain import commands
from appliance.domain.emotions import Emotion
from appliance.lib.backoff import Backoff
from appliance.lib.supervise import supervise
from appliance.mqtt import connection
from appliance.mqtt.connection import Message, MqttConnection
from appliance.settings.mqtt import MqttSettings
from appliance.settings.settings import Settings, parse_settings
from tests.mqtt.broker import Broker, Watcher, until
from tests.mqtt.certificates import make_certificates
from tests.mqtt.small_box import quick_box

pytestmark = pytest.mark.needs("mosquitto", "openssl")

ROOT = Path(__file__).resolve().parents[2]


def kitchen(port: int, more: str = "") -> Settings:
    return parse_settings(f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\ndevice_id = "kitchen"\n{more}')


class Line:
    """A connection alone, and what becomes of it."""

    def __init__(self, settings: MqttSettings) -> None:
        self.ups = 0
        self.heard: list[Message] = []
        self.connection = MqttConnection(
            settings,
            "kitchen",
            Message("box/availability", b"offline", retain=True),
            ["box/+/set"],
            self._up,
            self.heard.append,
            Backoff(first=0.1, cap=0.2),
        )

    def _up(self) -> None:
        self.ups += 1
        self.connection.publish(Message("box/availability", b"online", retain=True))


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@contextlib.contextmanager
def box_process(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    file = folder / "moodbox.toml"
    file.write_text(f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\ndevice_id = "kitchen"\n')
    process = subprocess.Popen([sys.executable, "-m", "tests.mqtt.small_box", str(file)], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def available(watcher: Watcher, word: bytes, seconds: float = 40.0) -> None:
    await until(lambda: watcher.last.get("moodbox/kitchen/availability") == word, seconds, f"{word!r}")


async def test_a_box_that_is_killed_is_offline_at_once(broker: Broker, watcher: Watcher, tmp_path: Path) -> None:
    with box_process(tmp_path, broker.port) as box:
        await available(watcher, b"online", 90)
        box.kill()
        await available(watcher, b"offline", 20)  # without the will it would take the keep-alive's 45 s
    late = Watcher(broker.port)
    await available(late, b"offline")
    late.close()


async def test_a_box_that_is_stopped_says_so_itself(broker: Broker, watcher: Watcher, tmp_path: Path) -> None:
    with box_process(tmp_path, broker.port) as box:
        await available(watcher, b"online", 90)
        box.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(box.wait, 60) == 0
        await available(watcher, b"offline")
    await until(lambda: "Received DISCONNECT from kitchen" in broker.log.read_text())


@pytest.mark.slow
async def test_a_box_that_hangs_is_given_up_within_a_minute(broker: Broker, watcher: Watcher, tmp_path: Path) -> None:
    with box_process(tmp_path, broker.port) as box:
        await available(watcher, b"online", 90)
        box.send_signal(signal.SIGSTOP)
        await available(watcher, b"offline", 60)


async def test_the_broker_dies_again_and_again_and_everything_comes_back(
    broker: Broker, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with quick_box(kitchen(broker.port)) as box:
        for number, emotion in enumerate([Emotion.SAD, Emotion.FEAR, Emotion.HAPPY]):
            await available(watcher, b"online")
            broker.kill()
            watcher.last.clear()
            await until(lambda number=number: len(warnings(caplog)) == number + 1)
            box.send(commands.Override(emotion, "button"))
            await asyncio.sleep(1)
            assert len(warnings(caplog)) == number + 1
            broker.start()
            await until(lambda emotion=emotion: watcher.last.get("moodbox/kitchen/override") == emotion.encode())
            await until(lambda: "homeassistant/device/kitchen/config" in watcher.last)
            assert json.loads(watcher.last["homeassistant/device/kitchen/config"])["components"]
    assert all(f"no connection to the broker at 127.0.0.1:{broker.port}" in line for line in warnings(caplog))
    assert caplog.text.count("MQTT: connected to") == 4


async def test_a_broker_that_comes_back_and_refuses_is_told_in_its_words(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    line = Line(kitchen(broker.port).mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: line.ups)
        broker.kill()
        await until(lambda: warnings(caplog))
        broker.refuse_strangers()
        broker.start()
        await until(lambda: len(warnings(caplog)) == 2)
        await asyncio.sleep(1)
    unreachable, refused = warnings(caplog)
    assert "it refuses" not in unreachable
    assert "it refuses: Not authorized" in refused


async def test_a_broker_that_is_not_there_yet_is_told_once_and_found_when_it_comes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker(tmp_path)
    line = Line(kitchen(broker.port).mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: warnings(caplog))
        await asyncio.sleep(1)
        assert len(warnings(caplog)) == 1
        assert "Connection refused" in warnings(caplog)[0]
        broker.start()
        await until(lambda: line.ups == 1)
    broker.kill()


async def test_messages_are_handed_to_the_loop(broker: Broker, watcher: Watcher) -> None:
    line = Line(kitchen(broker.port).mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: line.ups)
        await until(lambda: "Sending SUBACK to kitchen" in broker.log.read_text())
        watcher.say("box/volume/set", "30")
        watcher.say("box/elsewhere", "30")
        await until(lambda: line.heard)
    assert line.heard == [Message("box/volume/set", b"30")]


async def test_what_is_published_without_a_connection_is_dropped(broker: Broker, watcher: Watcher) -> None:
    line = Line(kitchen(broker.port).mqtt)
    line.connection.publish(Message("box/lost", b"1"))
    async with supervise("mqtt", line.connection.run):
        await until(lambda: watcher.last.get("box/availability") == b"online")
    assert "box/lost" not in watcher.last


@pytest.mark.parametrize(("protocol", "mark"), [("5", "p5"), ("3.1.1", "p2")])
async def test_both_protocols_are_spoken_with_a_client_id_that_stays(broker: Broker, protocol: str, mark: str) -> None:
    for _ in range(2):
        line = Line(kitchen(broker.port, f'protocol = "{protocol}"').mqtt)
        async with supervise("mqtt", line.connection.run):
            await until(lambda line=line: line.ups)
    assert broker.log.read_text().count(f" as kitchen ({mark}, c1,") == 2


async def test_a_broker_that_takes_and_drops_us_is_told_of_a_few_times_and_again_when_it_keeps_us(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "appliance.mqtt")
    monkeypatch.setattr(connection, "SETTLED", 5.0)
    keep = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            await reader.read(1)
            writer.write(b"\x20\x03\x00\x00\x00")  # CONNACK
            while keep and await reader.read(1000):
                pass

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    line = Line(kitchen(server.sockets[0].getsockname()[1]).mqtt)
    async with server, supervise("mqtt", line.connection.run):
        await until(lambda: line.ups >= 4 and len(warnings(caplog)) >= 4)
        said = len(caplog.records)
        ups = line.ups
        await until(lambda: line.ups >= ups + 4)
        assert len(caplog.records) == said
        assert "again and again; is 'kitchen' the mqtt.device_id of another box, too?" in warnings(caplog)[-1]
        keep = True
        await until(lambda: len(caplog.records) > said)
        assert caplog.records[-1].getMessage().startswith("MQTT: connected to")
        assert len(caplog.records) == said + 1


async def test_a_silent_server_does_not_hold_up_the_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = Line(kitchen(silent.getsockname()[1]).mqtt)
        began = asyncio.get_running_loop().time()
        async with supervise("mqtt", line.connection.run):
            await asyncio.sleep(0.3)
        assert asyncio.get_running_loop().time() - began < 20  # the silence would last longer


async def test_a_host_that_does_not_exist_is_named(caplog: pytest.LogCaptureFixture) -> None:
    line = Line(MqttSettings(host="broker.invalid"))
    async with supervise("mqtt", line.connection.run):
        await until(lambda: warnings(caplog), 120)  # where no resolver answers it takes its time
    assert "broker.invalid:1883" in warnings(caplog)[0]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Broker]:
    """A broker that wants a user and a password."""
    passwords = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "box", "right"], check=True)
    broker = Broker(tmp_path, f"password_file {passwords}", anonymous=False)
    broker.start()
    yield broker
    broker.kill()


@pytest.mark.needs("mosquitto_passwd")
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_a_wrong_password_is_told_once_and_the_right_one_is_taken_without_a_restart(
    locked: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture, protocol: str
) -> None:
    file = tmp_path / "password"
    file.write_text("wrong\n")
    file.chmod(0o600)
    line = Line(kitchen(locked.port, f'user = "box"\npassword_file = "{file}"\nprotocol = "{protocol}"').mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: warnings(caplog))
        assert "refuses" in warnings(caplog)[0]
        assert "Not authorized" in warnings(caplog)[0]
        file.write_text("right\n")
        await until(lambda: line.ups)
    assert len(warnings(caplog)) == 1


async def test_a_password_that_everyone_may_read_is_refused_until_it_is_closed(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o644)
    line = Line(kitchen(broker.port, f'user = "box"\npassword_file = "{file}"').mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: warnings(caplog))
        assert f"chmod 600 {file}" in warnings(caplog)[0]
        assert line.ups == 0
        file.chmod(0o600)
        await until(lambda: line.ups)
    assert "secret" not in caplog.text


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Broker]:
    """A broker that speaks TLS and wants to see a certificate."""
    make_certificates(tmp_path)
    broker = Broker(
        tmp_path,
        f"cafile {tmp_path}/ca.pem",
        f"certfile {tmp_path}/server.pem",
        f"keyfile {tmp_path}/server.key",
        "require_certificate true",
    )
    broker.start()
    yield broker
    broker.kill()


async def test_tls_with_a_certificate_of_the_boxs_own(guarded: Broker, tmp_path: Path) -> None:
    files = f'ca = "{tmp_path}/ca.pem"\ncert = "{tmp_path}/box.pem"\nkey = "{tmp_path}/box.key"'
    line = Line(kitchen(guarded.port, f"tls = true\n{files}").mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: line.ups)


@pytest.mark.parametrize("known", [True, False])
async def test_tls_without_the_right_certificates_is_refused(
    guarded: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture, known: bool
) -> None:
    ca = f'ca = "{tmp_path}/ca.pem"' if known else ""
    line = Line(kitchen(guarded.port, f"tls = true\n{ca}").mqtt)
    async with supervise("mqtt", line.connection.run):
        await until(lambda: warnings(caplog))
        await asyncio.sleep(0.5)
    assert line.ups == 0
    assert len(warnings(caplog)) == 1
    if not known:
        assert "certificate verify failed" in warnings(caplog)[0]


def test_no_thread_outlives_a_connection(broker: Broker) -> None:
    async def once() -> None:
        line = Line(kitchen(broker.port).mqtt)
        async with supervise("mqtt", line.connection.run):
            await until(lambda: line.ups)

    before = set(threading.enumerate())
    asyncio.run(once())
    mine = [thread for thread in threading.enumerate() if thread.name == "mqtt" and thread not in before]
    for thread in mine:
        thread.join(20)
    assert not any(thread.is_alive() for thread in mine)
