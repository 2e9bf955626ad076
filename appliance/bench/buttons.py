"""Time from the release of the skip button to MPD's next track. Only button and pins are simulated."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpd

from appliance.app.performer import Performer
from appliance.controls.controls import Controls
from appliance.controls.pins import Pins, open_pins
from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import events
from appliance.domain.emotions import Emotion
from appliance.errors import MoodboxError
from appliance.history import History
from appliance.lib.clock import SystemClock
from appliance.lib.supervise import supervise
from appliance.music.mpd.process import MpdProcess
from appliance.music.player import Player
from appliance.settings.settings import Settings, override_with

ROUNDS = 200
_SONGS = 60
_TAP = 0.05  # seconds that the button is held
_ANSWER = 10.0  # seconds after which a reaction will not come any more

Touch = Callable[[bool], None]
"""Presses the skip button, or lets it go; called on a thread of the bench's own."""


def measure_buttons(rounds: int = ROUNDS, pins: Pins | None = None, touch: Touch | None = None) -> dict[str, Any]:
    """Milliseconds from the release of the skip button to MPD's word that another song plays: median and p99.

    The time in which the contact must rest (`controls.bounce`, 10 ms) is in it. Pretended pins unless `pins` and a way
    to `touch` their skip button are given. Raises MoodboxError if a press is not answered.
    """
    pins = pins or open_pins("mock")
    settings = override_with(Settings(), {"controls.pins": pins.kind, "music.output": "null", "music.port": 0})
    try:
        with tempfile.TemporaryDirectory(prefix="moodbox-buttons-") as folder:
            _write_songs(Path(folder) / "songs")
            took = asyncio.run(_measure(settings, Path(folder), pins, touch or _finger(pins, settings), rounds))
    finally:
        pins.factory.close()
    ordered = sorted(took)
    return {
        "rounds": rounds,
        "median_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 2),
    }


def _finger(pins: Pins, settings: Settings) -> Touch:
    def touch(down: bool) -> None:
        pin = pins.factory.pin(settings.controls.skip)
        (pin.drive_low if down else pin.drive_high)()

    return touch


async def _measure(settings: Settings, folder: Path, pins: Pins, touch: Touch, rounds: int) -> list[float]:
    clock, queue = SystemClock(), asyncio.Queue[events.Message]()
    conductor = Conductor(settings, clock, SavedChoices(emotion=Emotion.NEUTRAL))
    history = History(folder, background=True)
    server = MpdProcess(folder / "songs", folder / "state", folder / "run", settings.music)
    await server.start()
    try:
        player = Player(server.address, settings.music, queue.put_nowait, history, folder / "songs")
        performer = Performer(player, history, _nothing, _nothing, _nothing, _nothing, _nothing, _nothing, clock.now)
        controls = Controls(settings.controls, queue.put_nowait, folder, pins)

        async def conduct() -> None:
            performer.perform(conductor.begin())
            while True:
                performer.perform(conductor.handle(await queue.get()))
                controls.update(describe_status(conductor, clock))

        async with (
            supervise("player", player.run),
            supervise("controls", controls.run),
            supervise("conductor", conduct),
        ):
            return await _rounds(server.address, touch, rounds)
    finally:
        await server.stop()
        history.close()


def _nothing(*_: object) -> None:
    """What the bench has no camera, model or display for."""


async def _rounds(address: str, touch: Touch, rounds: int) -> list[float]:
    """On a thread that ends at the latest when MPD's answer is overdue."""
    done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()

    def work() -> None:
        try:
            result = _press_often(address, touch, rounds)
        except (OSError, mpd.MPDError, MoodboxError) as error:
            done.get_loop().call_soon_threadsafe(done.set_exception, error)
        else:
            done.get_loop().call_soon_threadsafe(done.set_result, result)

    threading.Thread(target=work, daemon=True).start()
    return await done


def _press_often(address: str, touch: Touch, rounds: int) -> list[float]:
    client = _connect(address)
    took = []
    for _ in range(rounds):
        before = _ready(client)
        touch(True)
        time.sleep(_TAP)
        began = time.perf_counter()
        touch(False)
        while client.status().get("songid") == before:
            client.idle("player")
        took.append(time.perf_counter() - began)
    client.disconnect()
    return took


def _connect(address: str) -> mpd.MPDClient:
    client, deadline = mpd.MPDClient(), time.monotonic() + _ANSWER
    client.timeout = _ANSWER
    while True:
        try:
            client.connect(address)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return client


def _ready(client: mpd.MPDClient) -> str:
    """The song that plays, once another is queued behind it. Raises MoodboxError if that does not come."""
    deadline = time.monotonic() + _ANSWER
    while time.monotonic() < deadline:
        status = client.status()
        if status["state"] == "play" and "nextsong" in status and float(status.get("elapsed", 0)) > 0.1:
            return str(status["songid"])
        time.sleep(0.05)
    raise MoodboxError(f"MPD does not play on: {status}")


def _write_songs(folder: Path) -> None:
    """Silence of a minute at 8 kHz; one file with many names."""
    (folder / Emotion.NEUTRAL).mkdir(parents=True)
    first = folder / "silence.wav"
    with wave.open(str(first), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 60))
    for number in range(_SONGS):
        (folder / Emotion.NEUTRAL / f"{number:03}.wav").hardlink_to(first)
    first.unlink()
