"""The part that knows the other boxes: joins the broker, pairing and what paired boxes tell and ask."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.domain import commands, events
from appliance.domain.status import HouseStatus, NeighbourStatus, Status
from appliance.lib.backoff import Backoff
from appliance.mqtt.connection import Message, MqttConnection
from appliance.mqtt.identity import Identity
from appliance.peering.kept import MOST, Peer, load_peers, save_peers
from appliance.peering.messages import (
    ASK,
    PAIR,
    STATE,
    Ask,
    Asked,
    AskOverride,
    AskParting,
    AskSkip,
    AskTogether,
    Card,
    Feeling,
)
from appliance.peering.pairing import Pairing
from appliance.peers.channel import LARGEST, Channel
from appliance.peers.errors import ForgedMessage, PairingError
from appliance.settings.mqtt import MqttSettings
from appliance.words.speaking import t

log = logging.getLogger(__name__)

EVERY = 10.0
"""Seconds after which a mood that has not changed is told again."""
SILENT = 35.0
"""Seconds without a word after which a paired box's mood counts no more."""
AGAIN = 1.0
"""Seconds after which what was asked is asked again."""
COUNTS = 15.0
"""Seconds for which it is asked: later nobody waits for it any more."""
MOST_ASKS = 10
SHOWN = 50
"""Other boxes that are known of at most."""
OTHER = "box "
"""How the name begins of who asks, where it is another box."""
_ID = re.compile("[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True)
class _Known:
    """A paired box."""

    peer: Peer
    channel: Channel
    feeling: Feeling | None = None
    heard: float = 0.0
    told: float = float("-inf")
    told_what: Feeling | None = None
    greeted: float = float("-inf")
    complained: bool = False
    asks: deque[tuple[Asked, float]] = field(default_factory=lambda: deque(maxlen=MOST_ASKS))
    """What it has been asked and has not said to be done, the oldest first, and until when each counts."""
    asked: float = float("-inf")
    done: str = ""
    """The number of what it asked last."""


class PeerBridge:
    """`run` it in the background, `update` it with every status, and tell it of every message by `notice`."""

    def __init__(
        self,
        settings: MqttSettings,
        identity: Identity,
        state: Path,
        emit: Callable[[events.Message], None],
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._me, self._name, self._state = identity.id, identity.name, state
        self._base = f"{identity.base}/peers"
        self._emit, self._monotonic = emit, monotonic
        self._cards: dict[str, str] = {}
        self._known = {peer.id: self._channel(peer) for peer in load_peers(state)}
        self._together = self._silent = False
        self._pairing = Pairing(self._me, self._send_step, self._paired)
        card = f"{self._base}/{self._me}/card"
        self._card = Message(card, msgspec.json.encode(Card(self._name)), retain=True)
        self._connection = MqttConnection(
            settings,
            client_id=f"{self._me}-peers",
            will=Message(card, b"", retain=True),
            subscriptions=[f"{self._base}/+/card", f"{self._base}/{self._me}/+/+"],
            on_up=self._introduce,
            on_message=self._receive,
            backoff=backoff,
            level=logging.DEBUG,
        )

    async def run(self) -> None:
        """Serve the connection until cancelled."""
        await self._connection.run()

    def status(self, together: bool, mood: str) -> HouseStatus:
        """The boxes that there are. Two of one name bear their ids as well."""
        ids = sorted({*self._cards, *self._known}, key=lambda each: (each not in self._known, each))
        boxes = []
        for each in ids:
            known = self._known.get(each)
            feeling = known.feeling if known else None
            boxes.append(
                NeighbourStatus(
                    id=each,
                    name=self._called(each),
                    paired=known is not None,
                    there=each in self._cards and self._connection.up,
                    mood=feeling.mood if feeling else None,
                    people=feeling.people if feeling else None,
                )
            )
        pairing = self._pairing.status(self._monotonic(), self._called)
        return HouseStatus(together=together, mood=mood, boxes=tuple(boxes), pairing=pairing)

    def pair(self, box: str) -> None:
        """Begin to pair with another box. Raises PairingError."""
        if box not in self._cards or not self._connection.up:
            raise PairingError(t("there is no box {name} at the broker now", name=box))
        if box in self._known:
            raise PairingError(t("{name} is paired already", name=self._called(box)))
        if len(self._known) >= MOST:
            raise PairingError(t("this box is paired with {count} others, and may not be with more", count=MOST))
        self._pairing.ask(box, self._monotonic())

    def answer(self, same: bool) -> None:
        """Somebody says whether both boxes show the same digits. Raises PairingError."""
        self._pairing.answer(same, self._monotonic())

    def part(self, box: str) -> None:
        """End a pairing, here and there. Raises PairingError."""
        if box not in self._known:
            raise PairingError(t("there is no paired box {name}", name=box))
        known = self._known[box]
        self._send(known, ASK, msgspec.json.encode(Asked(secrets.token_hex(8), AskParting())))
        self._forget(box)

    def update(self, status: Status) -> None:
        """Tell paired boxes what is new. Call it after every event, and at least once a second."""
        now = self._monotonic()
        self._together = bool(status.house and status.house.together)
        self._silent = bool(status.follow and status.follow.address)
        mood = status.mood
        there = max(1, status.room.people or mood.people) if status.room.someone else 0
        feeling = Feeling(
            mood=mood.mood,
            confidence=mood.confidence,
            valence=mood.valence,
            arousal=mood.arousal,
            people=there,
            told=mood.told,
        )
        for known in self._known.values():
            if known.feeling and now - known.heard > SILENT:
                known.feeling = None
                self._emit(events.RoomLost(known.peer.id))
            mine = msgspec.structs.replace(feeling, done=known.done)
            if self._connection.up and (mine != known.told_what or now - known.told >= EVERY):
                known.told, known.told_what = now, mine
                self._send(known, STATE, msgspec.json.encode(mine))
            while known.asks and known.asks[0][1] <= now:
                known.asks.popleft()
            self._ask_again(known, now)

    def notice(self, message: events.Message) -> None:
        """Pass on to paired boxes what concerns them too; what came from one of them goes no further."""
        match message:
            case commands.SetTogether(on, by) if not by.startswith(OTHER):
                self._ask_all(AskTogether(on))
            case commands.Override(emotion, by) if self._together and not by.startswith(OTHER):
                self._ask_all(AskOverride(emotion))
            case commands.Skip(by) if self._silent and not by.startswith(OTHER):
                self._ask_all(AskSkip())

    def _introduce(self) -> None:
        self._connection.publish(self._card)
        for known in self._known.values():
            known.told_what = None

    def _receive(self, message: Message) -> None:
        head, _, tail = message.topic.removeprefix(f"{self._base}/").partition("/")
        if tail == "card":
            self._read_card(head, message.payload)
            return
        kind, _, sender = tail.partition("/")
        if message.retain or len(message.payload) > LARGEST or sender == self._me or not _ID.fullmatch(sender):
            return
        known, now = self._known.get(sender), self._monotonic()
        if kind.startswith(PAIR) and known is None:
            self._pairing.hear(sender, message.payload, now)
        elif kind in (STATE, ASK) and known:
            self._hear(known, kind, message.payload, now)

    def _read_card(self, box: str, payload: bytes) -> None:
        if box == self._me or not _ID.fullmatch(box):
            return
        try:
            name = msgspec.json.decode(payload[:LARGEST], type=Card).name if payload else ""
        except (msgspec.MsgspecError, RecursionError):
            name = ""
        if not name:
            self._cards.pop(box, None)
        elif box in self._cards or len(self._cards) < SHOWN:
            self._cards[box] = " ".join(name.split()) or box

    def _hear(self, known: _Known, kind: str, payload: bytes, now: float) -> None:
        try:
            before = known.channel.run
            body = known.channel.open(kind, payload)
            if known.channel.run != before or (body is None and now - known.greeted >= AGAIN):
                known.greeted, known.told_what = now, None  # it is to hear of this run
            if body is None:
                return
            if kind == STATE:
                feeling = msgspec.json.decode(body, type=Feeling)
                mood = feeling.as_mood
                known.feeling, known.heard = feeling, now
                if known.asks and known.asks[0][0].number == feeling.done:
                    known.asks.popleft()
                    known.asked = float("-inf")
                    self._ask_again(known, now)
                self._emit(events.RoomFelt(known.peer.id, mood, feeling.people))
            else:
                asked = msgspec.json.decode(body, type=Asked)
                again, known.done = asked.number == known.done, asked.number
                if not again:
                    self._obey(known, asked.ask)
        except (ForgedMessage, ValueError) as error:
            if not known.complained:
                log.warning("%s: %s; it is passed over", known.peer.name, error)
            known.complained = True

    def _obey(self, known: _Known, ask: Ask) -> None:
        by = f"{OTHER}{known.peer.name}"
        match ask:
            case AskSkip():
                self._emit(commands.Skip(by))
            case AskOverride(emotion):
                if self._together:
                    self._emit(commands.Override(emotion, by))
            case AskTogether(on):
                self._emit(commands.SetTogether(on, by))
            case AskParting():
                self._forget(known.peer.id)

    def _paired(self, box: str, key: bytes) -> None:
        name = self._cards.get(box, box)
        self._known[box] = self._channel(Peer(id=box, name=name, key=key.hex()))
        self._save()
        log.info("This box is paired with %s.", name)

    def _forget(self, box: str) -> None:
        known = self._known.pop(box)
        self._save()
        self._emit(events.RoomLost(box))
        log.info("This box is not paired with %s any more.", known.peer.name)

    def _save(self) -> None:
        try:
            save_peers(self._state, tuple(known.peer for known in self._known.values()))
        except OSError as error:
            log.warning("paired boxes cannot be kept (%s): they will not outlast a restart", error.strerror)

    def _called(self, box: str) -> str:
        names = {known.peer.id: known.peer.name for known in self._known.values()} | self._cards
        name = names.get(box, box)
        same = sum(each == name for each in names.values()) > 1
        return f"{name} ({box})" if same else name

    def _channel(self, peer: Peer) -> _Known:
        return _Known(peer, Channel(self._me, peer.id, bytes.fromhex(peer.key)))

    def _ask_all(self, ask: Ask) -> None:
        now = self._monotonic()
        for known in self._known.values():
            known.asks.append((Asked(secrets.token_hex(8), ask), now + COUNTS))
            self._ask_again(known, now)

    def _ask_again(self, known: _Known, now: float) -> None:
        """Ask the oldest that is not done; one at a time, so that nothing overtakes another."""
        if known.asks and known.channel.run and self._connection.up and now - known.asked >= AGAIN:
            known.asked = now
            self._send(known, ASK, msgspec.json.encode(known.asks[0][0]))

    def _send(self, known: _Known, kind: str, body: bytes) -> None:
        self._publish(known.peer.id, kind, known.channel.seal(kind, body))

    def _send_step(self, box: str, name: str, step: bytes) -> None:
        self._publish(box, f"{PAIR}-{name}", step)  # of each topic the connection hands over the newest alone

    def _publish(self, box: str, kind: str, payload: bytes) -> None:
        self._connection.publish(Message(f"{self._base}/{box}/{kind}/{self._me}", payload))
