"""The way to the broker: a state machine that connects, notices loss, waits and connects again, for ever and quietly.

Each attempt has a paho client and a thread of its own; what happens there is handed to the loop with
`call_soon_threadsafe`, so everything in this class but `_network` runs in the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

from appliance.errors import MoodboxError
from appliance.lib.backoff import SETTLED, Backoff
from appliance.mqtt.client import make_client, port_of, refusal
from appliance.mqtt.errors import BrokerError, BrokerUnreachable
from appliance.settings.mqtt import MqttSettings

log = logging.getLogger(__name__)

_KEEPALIVE = 30  # seconds; a box without power is reported offline after one and a half times as long
_FAREWELL = 2.0  # seconds at most for the last messages of a clean stop
_REASONS = 5  # different reasons that are told of one loss
_DROPS = 4  # short sessions in a row after which each of them is no news any more
_UNANSWERED = 200  # messages that the broker has not acknowledged, from which on states wait until it has
QOS = 1


class State(Enum):
    """Where the connection stands."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to or from the broker."""

    topic: str
    payload: bytes
    retain: bool = False


class MqttConnection:
    """Keeps one connection to the broker up while `run` runs.

    `on_up` is called whenever it has come up, the topics in `subscriptions` subscribed; `on_message` for every message.
    The broker publishes `will` for us if we vanish; a clean stop publishes it first, since then the broker does not.
    """

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        will: Message,
        subscriptions: Sequence[str],
        on_up: Callable[[], None],
        on_message: Callable[[Message], None],
        backoff: Backoff | None = None,
        level: int = logging.NOTSET,
    ) -> None:
        """`level` is that of what is logged, where another connection to the same broker tells the owner already."""
        self._level = level
        self._settings = settings
        self._client_id = client_id
        self._will = will
        self._subscriptions = subscriptions
        self._on_up = on_up
        self._on_message = on_message
        self._backoff = backoff or Backoff(chance=random.random)
        self._port = port_of(settings)
        self._client: paho.Client | None = None
        self._refused = False
        """The broker has answered the last attempt with a refusal."""
        self._told: set[str] = set()
        """Reasons that were told since the connection was last up."""
        self._drops = 0
        """How many sessions in a row have ended before they had lasted."""
        self._up_since: float | None = None
        self._sent: deque[paho.MQTTMessageInfo] = deque()
        """Messages of this session that may not have been acknowledged yet, the oldest first."""
        self.state = State.WAITING

    @property
    def up(self) -> bool:
        """Whether the broker can be spoken to."""
        return self.state is State.UP

    @property
    def busy(self) -> bool:
        """Whether so much waits for the broker that only what can never be said again should be published."""
        while self._sent and _is_over(self._sent[0]):
            self._sent.popleft()
        return len(self._sent) >= _UNANSWERED

    def publish(self, message: Message) -> None:
        """Send a message if the connection is up; otherwise it is dropped, because `on_up` sends everything again."""
        if self._client and self.state is State.UP:
            self._sent.append(self._client.publish(message.topic, message.payload, QOS, message.retain))

    async def run(self) -> None:
        """Connect, and again whenever the connection is lost, until cancelled; then take leave of the broker."""
        loop = asyncio.get_running_loop()
        while True:
            self._up_since = None
            try:
                await self._session()
            except MoodboxError as error:
                ended = error
            finally:
                self.state = State.WAITING
            lasted = 0.0 if self._up_since is None else loop.time() - self._up_since
            if lasted > 0:
                self._drops = 0 if lasted >= SETTLED else self._drops + 1
            self._complain(ended)
            await asyncio.sleep(self._backoff.after(lasted))

    def _complain(self, ended: MoodboxError) -> None:
        """Tell why there is no connection: each reason once, and all the ways of being out of reach as one."""
        reason = str(ended)
        kind = type(ended).__name__ if isinstance(ended, BrokerUnreachable) else reason
        if kind in self._told or len(self._told) >= _REASONS:
            log.debug("MQTT: %s", reason)
            return
        self._told.add(kind)
        if self._drops >= _DROPS:
            reason += f", again and again; is {self._client_id!r} the mqtt.device_id of another box, too?"
        log.log(self._level or logging.WARNING, "MQTT: %s; trying again until it works.", reason)

    async def _session(self) -> None:
        """One connection from the attempt to its end. Raises MoodboxError saying why it ended."""
        self.state, self._refused = State.CONNECTING, False
        client = make_client(self._settings, self._client_id)
        client.will_set(self._will.topic, self._will.payload, QOS, self._will.retain)
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        post = self._post_for(client, ended)
        client.on_connect = lambda _client, _data, _flags, reason, _properties: post(self._connected, reason, ended)
        mail = _Mail(lambda: post(mail.hand_over, self._on_message))
        client.on_message = lambda _client, _data, message: mail.put(
            Message(message.topic, bytes(message.payload), message.retain)
        )
        client.on_disconnect = lambda _client, _data, flags, reason, _properties: post(
            _end, ended, f"it says: {reason}" if flags.is_disconnect_packet_from_server else "the connection broke"
        )
        self._client = client
        thread = threading.Thread(
            target=self._network, args=(client, lambda why: post(_end, ended, why)), name="mqtt", daemon=True
        )
        thread.start()
        try:
            reason = await ended
        finally:
            await self._take_leave(client, thread)
        kind = BrokerError if self._refused else BrokerUnreachable
        raise kind(f"no connection to the broker at {self._settings.host}:{self._port} ({reason})")

    def _post_for(self, client: paho.Client, ended: asyncio.Future[str]) -> Callable[..., None]:
        """A way for the network thread to have something done in the loop, as long as this client is in use."""
        loop = asyncio.get_running_loop()

        def guarded(do: Callable[..., None], *arguments: Any) -> None:
            if self._client is client and not ended.done():
                do(*arguments)

        def post(do: Callable[..., None], *arguments: Any) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
                loop.call_soon_threadsafe(guarded, do, *arguments)

        return post

    def _network(self, client: paho.Client, end: Callable[[str], None]) -> None:
        """The thread: connects, and serves the connection until it ends."""
        try:
            client.connect(self._settings.host, self._port, _KEEPALIVE)
            if self._client is not client:  # stopped meanwhile
                client.disconnect()
            result = client.loop_forever()
        except (OSError, ValueError) as error:  # ValueError: a host name that cannot be encoded
            end(str(error) or type(error).__name__)
        else:
            end(paho.error_string(result))

    def _connected(self, reason: ReasonCode, ended: asyncio.Future[str]) -> None:
        if reason.is_failure:
            self._refused = True
            _end(ended, refusal(reason))
            return
        assert self._client
        self.state = State.UP
        self._sent.clear()
        loop = asyncio.get_running_loop()
        self._up_since = loop.time()
        if self._drops < _DROPS:
            self._tell()
        else:
            loop.call_later(SETTLED, self._tell_if, self._client)
        self._client.subscribe([(topic, QOS) for topic in self._subscriptions])
        self._on_up()

    def _tell_if(self, client: paho.Client) -> None:
        """Tell of a connection that has lasted after many that had not."""
        if self._client is client:
            self._drops = 0
            self._tell()

    def _tell(self) -> None:
        self._told.clear()
        place = (self._settings.host, self._port, self._client_id)
        log.log(self._level or logging.INFO, "MQTT: connected to %s:%d as %s.", *place)

    async def _take_leave(self, client: paho.Client, thread: threading.Thread) -> None:
        """End a connection cleanly: the will first, if it is up, for a clean end has the broker discard it."""
        was_up, self._client, self.state = self.state is State.UP and client.is_connected(), None, State.WAITING
        if was_up:
            last = client.publish(self._will.topic, self._will.payload, QOS, self._will.retain)
            with contextlib.suppress(ValueError, RuntimeError):  # lost just now: then the broker speaks the will
                await asyncio.to_thread(last.wait_for_publish, _FAREWELL)
        client.disconnect()
        await asyncio.to_thread(thread.join, _FAREWELL)


class _Mail:
    """What has arrived and was not read yet: of each topic the newest message, however many the broker sends.

    Filled by the network's thread, emptied by the loop's; `news` is called when there is something after nothing.
    """

    def __init__(self, news: Callable[[], None]) -> None:
        self._news = news
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, bool], Message] = {}

    def put(self, message: Message) -> None:
        with self._lock:
            was_empty = not self._waiting
            self._waiting[message.topic, message.retain] = message
        if was_empty:
            self._news()

    def hand_over(self, take: Callable[[Message], None]) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for message in waiting.values():
            take(message)


def _is_over(sent: paho.MQTTMessageInfo) -> bool:
    try:
        return sent.is_published()
    except (ValueError, RuntimeError):  # the client did not take it
        return True


def _end(ended: asyncio.Future[str], reason: str) -> None:
    if not ended.done():
        ended.set_result(reason)
