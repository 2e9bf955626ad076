"""What goes by the MQTT broker: Home Assistant, and the other boxes of the house. Nothing where no broker is set."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

from appliance.core.conductor import Conductor
from appliance.domain.events import Message
from appliance.domain.status import HouseStatus, Status
from appliance.lib.supervise import supervise
from appliance.mqtt.bridge import MqttBridge
from appliance.mqtt.identity import home_language, identify
from appliance.peering.bridge import PeerBridge
from appliance.settings.settings import Settings
from appliance.systemd import power
from appliance.words.in_force import LanguageInForce


class AtBroker:
    """`running` holds both up; they are told of every message and every status."""

    def __init__(
        self,
        settings: Settings,
        conductor: Conductor,
        emit: Callable[[Message], None],
        language: LanguageInForce,
        link: Callable[[], str | None],
    ) -> None:
        """`link` is the address of the owner's page, which may change while the box runs."""
        self._conductor = conductor
        self._mqtt: MqttBridge | None = None
        self.peers: PeerBridge | None = None
        if not settings.mqtt.host:
            return
        possible = power.is_possible(settings.run_dir)
        identity = identify(settings.mqtt, settings.state_dir, possible, home_language(language.choice))
        self._mqtt = MqttBridge(settings.mqtt, emit, identity, link=link)
        self.peers = PeerBridge(settings.mqtt, identity, settings.state_dir, emit)
        language.follow(self._mqtt.speak)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve the broker while the context is open."""
        async with contextlib.AsyncExitStack() as parts:
            if self._mqtt and self.peers:
                await parts.enter_async_context(supervise("mqtt", self._mqtt.run))
                await parts.enter_async_context(supervise("peers", self.peers.run))
            yield

    @property
    def house(self) -> HouseStatus | None:
        """The boxes of the house; None without a broker."""
        conductor = self._conductor
        return self.peers.status(conductor.house.together, conductor.house_mood.mood.value) if self.peers else None

    def tell(self, messages: Sequence[Message], status: Status) -> None:
        """What the conductor has handled, and what the box is like now."""
        if self._mqtt and self.peers:
            for message in messages:
                self._mqtt.notice(message)
                self.peers.notice(message)
            self._mqtt.update(status)
            self.peers.update(status)
