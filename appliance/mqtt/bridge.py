"""The MQTT part: joins connection, discovery, states and commands, and speaks with the conductor in events."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from appliance.domain import buttons, events
from appliance.domain.commands import Command
from appliance.domain.status import Status
from appliance.lib.backoff import Backoff
from appliance.mqtt import commands, discovery, publish
from appliance.mqtt.connection import Message, MqttConnection
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.errors import CommandError
from appliance.mqtt.identity import Identity, home_language
from appliance.mqtt.triggers import MoodChanges, button_used
from appliance.settings.mqtt import MqttSettings
from appliance.words.languages import LanguageChoice

log = logging.getLogger(__name__)

_GREETING = (0.2, 3.0)  # seconds; when Home Assistant starts, not all boxes should speak at once
_TOLD_AGAIN = 10.0  # seconds after which bad commands to an entity are told of again, if there were good ones since


class MqttBridge:
    """`run` it in the background, `update` it with every status, and tell it of every event by `notice`.

    Commands come out of `emit`. It connects once the first status is there, since discovery needs it.
    """

    def __init__(
        self,
        settings: MqttSettings,
        emit: Callable[[Command], None],
        identity: Identity,
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        link: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`link` is the address of the owner's page, which may change while the box runs."""
        self._emit = emit
        self._identity = identity
        self._monotonic = monotonic
        self._link = link
        self._publisher = publish.Publisher(identity)
        self._mood_changes = MoodChanges(identity)
        self._status: Status | None = None
        self._described: dict[str, dict[str, Any]] = {}
        """What of the state stands in the description that was sent last."""
        self._ready = asyncio.Event()
        self._greeting: asyncio.TimerHandle | None = None
        self._misunderstood: dict[str, float] = {}
        self._keys = {identity.topic(entity.key, "set"): entity.key for entity in ENTITIES if entity.command}
        self._connection = MqttConnection(
            settings,
            client_id=identity.id,
            will=Message(identity.availability, discovery.OFFLINE.encode(), retain=True),
            # The discovery topic is read before it is written, to see what an earlier version left there.
            subscriptions=[identity.discovery, identity.birth, *self._keys],
            on_up=self._introduce,
            on_message=self._receive,
            backoff=backoff,
        )

    async def run(self) -> None:
        """Serve the connection until cancelled, then say `offline`."""
        await self._ready.wait()
        try:
            await self._connection.run()
        finally:
            if self._greeting:
                self._greeting.cancel()

    def update(self, status: Status) -> None:
        """Publish what has changed. Call it after every event, and at least once a second.

        While the broker does not keep up, states wait; it is sent their newest.
        """
        self._status = status
        self._ready.set()
        if (page := self._link()) != self._identity.page:
            self._identity, self._described = replace(self._identity, page=page), {}
        if news := self._mood_changes.news(status):
            self._connection.publish(news)
        if not self._connection.up or self._connection.busy:
            return
        if discovery.varying(status) != self._described:
            # What is chosen follows with the next status, when Home Assistant knows the choice.
            self._send_description(discovery.discovery_message(self._identity, status))
        else:
            self._publish_due(status)

    def _publish_due(self, status: Status) -> None:
        for message in self._publisher.due(status, self._monotonic()):
            self._connection.publish(message)

    def speak(self, choice: LanguageChoice) -> None:
        """Have the entities named in another language from now on."""
        self._identity = replace(self._identity, language=home_language(choice))
        if self._connection.up and self._status is not None:
            self._introduce()

    def notice(self, event: events.Message) -> None:
        """Pass on what is an event to Home Assistant too: that a button has been used."""
        if isinstance(event, events.ButtonPressed) and event.kind in buttons.BUTTON_KINDS:
            self._connection.publish(button_used(self._identity, event.kind))

    def _introduce(self, instead: dict[str, Any] | None = None) -> None:
        """Say everything: who we are, every state, and then that we are there.

        In this order Home Assistant never acts on a state from before.
        """
        assert self._status is not None
        description = discovery.discovery_message(self._identity, self._status)
        if instead:
            self._send_description(description | {"components": description["components"] | instead})
        self._send_description(description)
        self._publisher.forget()
        self._publish_due(self._status)
        self._connection.publish(Message(self._identity.availability, discovery.ONLINE.encode(), retain=True))

    def _send_description(self, description: dict[str, Any]) -> None:
        assert self._status is not None
        self._described = discovery.varying(self._status)
        self._connection.publish(Message(self._identity.discovery, json.dumps(description).encode(), retain=True))

    def _receive(self, message: Message) -> None:
        if message.topic == self._identity.discovery:
            if message.retain and (gone := discovery.dropped(message.payload, self._identity)):
                log.info("MQTT: an earlier version's entities are removed: %s.", ", ".join(gone))
                self._introduce(gone)
        elif message.topic == self._identity.birth:
            if message.payload == discovery.ONLINE.encode() and not message.retain:
                self._greet()
        elif not message.retain and (key := self._keys.get(message.topic)):
            self._command(key, message.payload)

    def _greet(self) -> None:
        """Home Assistant is there, and may know nothing of us."""
        if self._greeting:
            self._greeting.cancel()
        loop = asyncio.get_running_loop()
        self._greeting = loop.call_later(random.uniform(*_GREETING), self._introduce)

    def _command(self, key: str, payload: bytes) -> None:
        assert self._status is not None
        refused, now = False, self._monotonic()
        try:
            command = commands.parse_command(key, payload, self._status)
        except CommandError as error:
            refused = True
            if key not in self._misunderstood:
                log.warning("MQTT: %s", error)
                self._misunderstood[key] = now
        else:
            if now - self._misunderstood.get(key, now) > _TOLD_AGAIN:
                del self._misunderstood[key]
            self._emit(command)
        self._publisher.answer(key, now, refused)
        if refused:
            self.update(self._status)
