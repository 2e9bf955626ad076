"""The page on a real socket, with a real conductor behind it, and browsers that ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
from msgspec.structs import replace

from appliance.backup.desk import BackupDesk
from appliance.core.conductor import Conductor
from appliance.core.faces_desk import FacesDesk
from appliance.core.feedback import Feedback
from appliance.core.output_desk import OutputDesk
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.doctor import checks
from appliance.domain import events
from appliance.domain.emotions import Emotion
from appliance.domain.events import Event
from appliance.domain.lessons import Lesson
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.outputs import SoundOutput
from appliance.domain.reasons import InWords
from appliance.domain.speakers import Speaker
from appliance.domain.status import FollowStatus, HouseStatus, OutputStatus, Status, UpdateStatus
from appliance.history import History
from appliance.journey.plane import Plane
from appliance.lib.clock import Clock, ManualClock, SystemClock
from appliance.model.shipped import shipped_model
from appliance.model.store import ModelStore
from appliance.music.covers import Cover
from appliance.peers.errors import PairingError
from appliance.releases.offer import ReleaseOffer
from appliance.settings.change import change_settings_file
from appliance.settings.origins import origins
from appliance.settings.settings import Settings, override_with
from appliance.songs.store import SongStore
from appliance.web.api.context import Context
from appliance.web.auth.devices import FILE
from appliance.web.server import PageServer
from appliance.words.in_force import LanguageInForce
from tests.ports import free_port
from tests.recording import recording_performer
from tests.room import HELLO, mostly

PASSWORD = "correct horse"
KNOWN = "library/rain.ogg"
"""The one song that the catalogue knows."""
SONG = events.PlayerState(
    "play",
    "sad/rain.flac",
    "Rain",
    volume=60,
    emotion=Emotion.SAD,
    reason=InWords(text="you looked sad"),
    queue=(events.QueuedSong("happy/sun.flac"),),
)


class SteppingClock:
    """The machine's own clock, which can be moved on and stopped."""

    def __init__(self) -> None:
        self._clock: Clock = SystemClock()
        self._ahead = 0.0

    def monotonic(self) -> float:
        return self._clock.monotonic() + self._ahead

    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self._ahead)

    def stop(self) -> None:
        """From now on time passes by `advance` alone, however slow the machine is."""
        self._clock = ManualClock(self._clock.monotonic(), self._clock.now())

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class Browser:
    """Asks as the box's own page in a browser does: with cookies, and saying where it comes from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def ask(self, method: str, path: str, json: Any = None, origin: bool = True, **more: Any) -> Any:
        """The answer with `status`, `headers`, `text`, and `json` if it is JSON."""
        headers = ({"Origin": self.url} if origin else {}) | more.pop("headers", {})
        if json is not None:
            more["json"] = json
        request = self.session.request(method, self.url + path, headers=headers, allow_redirects=False, **more)
        async with request as response:
            body = await response.read()
            found = SimpleNamespace(status=response.status, headers=response.headers, body=body)
            found.text = body.decode(errors="replace")
            if response.content_type == "application/json":
                found.json = await response.json()
            return found

    async def sign_in(self, password: str = PASSWORD) -> Any:
        return await self.ask("POST", "/api/session", {"password": password})


class AskedPeers:
    """Keeps what was asked of other boxes; there is none called `nobody`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | bool]] = []

    def pair(self, box: str) -> None:
        if box == "nobody":
            raise PairingError("there is no box nobody at the broker now")
        self.asked.append(("pair", box))

    def answer(self, same: bool) -> None:
        self.asked.append(("answer", same))

    def part(self, box: str) -> None:
        self.asked.append(("part", box))


class RunningPage:
    """A page with everything behind it. Events that it emits are kept in `emitted` and handled by the conductor."""

    def __init__(self, folder: Path, settings: Settings, clock: Any) -> None:
        self.folder, self.clock, self.settings = folder, clock, settings
        self.conductor = Conductor(settings, clock, SavedChoices())
        self.conductor.begin()
        self.emitted: list[Event] = []
        self.said: list[str] = []
        self.models_looked_at = 0
        self.offer = ReleaseOffer()
        self.update = UpdateStatus(possible=False, index=False)
        self.looked_for_releases: list[bool] = []
        self.history = history = History(settings.state_dir)
        self.performer = recording_performer(history, clock)
        self.send(HELLO)
        self.send(events.PlayerChanged(SONG))
        store = ModelStore(settings.models_dir, shipped_model())
        self.store = store
        self.lessons: list[Lesson] = []
        self.plane: Plane | None = None
        self.outputs: list[SoundOutput] = []
        self.output: OutputStatus | None = None
        self.speakers: tuple[Speaker, ...] | None = None
        self.follow: FollowStatus | None = None
        self.house: HouseStatus | None = None
        self.peers = AskedPeers()
        feedback = Feedback(self.conductor, history, self.emit, lambda: self.lessons, lambda file: file == KNOWN)
        self.emitted.clear()
        self.settings_file = folder / "moodbox.toml"
        self.context = Context(
            settings=settings,
            clock=clock,
            emit=self.emit,
            status=lambda: self._status(clock),
            mood=lambda: self.conductor.mood,
            look=lambda: self.conductor.vision_state.look,
            history=history,
            feedback=feedback,
            faces=FacesDesk(self.conductor.faces, self.emit, clock.monotonic),
            store=store,
            models_changed=self._look_at_models,
            songs=SongStore.of(settings),
            plane=lambda: self.plane,
            genres=self._genres,
            cover=self._cover,
            language=LanguageInForce(settings.box.language),
            outputs=OutputDesk(lambda: self.outputs, lambda: self.output, self.emit),
            origins=origins(settings, None, False),
            settings_file=lambda: self.settings_file if self.settings_file.exists() else None,
            change_settings=lambda changes: change_settings_file(self.settings_file, changes),
            examine=lambda status: list(checks.examine_running(settings, status)),
            versions=checks.versions,
            said=lambda: ["12:00:00  Hello."],
            offer=lambda: self.offer,
            look_for_release=lambda: self.looked_for_releases.append(True),
            backups=BackupDesk(settings, folder / "moodbox.toml"),
            peers=self.peers,
        )
        self.page = PageServer(self.context, False, self.said.append)
        self.page.listen()
        # A bare machine does not know the name localhost: it has no /etc/hosts.
        self.url = self.page.url.rstrip("/").replace("localhost", "127.0.0.1")
        self._browsers: list[Browser] = []

    def _status(self, clock: Any) -> Status:
        status = describe_status(self.conductor, clock)
        return replace(status, update=self.update, speakers=self.speakers, follow=self.follow, house=self.house)

    def emit(self, event: Event) -> None:
        self.emitted.append(event)
        self.send(event)

    def send(self, event: Event) -> None:
        self.performer.perform(self.conductor.handle(event))
        if hasattr(self, "page"):
            self.page.changed()

    def show(self, *emotions: Emotion) -> None:
        """One look at faces that wear these emotions."""
        faces = tuple(Face((10, 10, 50, 50), 0.9, mostly(emotion), 1.5) for emotion in emotions)
        self.send(events.Looked(Look(self.clock.monotonic(), CameraState.OPEN, faces, (640, 480), 0.5, 10.0)))

    async def _genres(self) -> dict[str, str]:
        return {}

    async def _cover(self, file: str) -> Cover | None:
        return Cover(b"\xff\xd8\xff a picture", "image/jpeg") if file == "happy/covered.flac" else None

    def _look_at_models(self) -> None:
        self.models_looked_at += 1

    def browser(self) -> Browser:
        self._browsers.append(Browser(self.url))
        return self._browsers[-1]

    async def owner(self) -> Browser:
        """A browser that is signed in; the first one sets the password."""
        browser = self.browser()
        answer = await browser.ask("GET", "/api/session")
        way = "session" if answer.json["password_set"] else "password"
        assert (await browser.ask("POST", f"/api/{way}", {"password": PASSWORD})).status == 204
        devices = self.settings.state_dir / FILE
        await until(lambda: devices.exists() and not devices.with_name(f"{FILE}.part").exists())
        return browser

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.session.close()


@asynccontextmanager
async def staged(folder: Path, wait: bool = True, **changes: Any) -> AsyncIterator[RunningPage]:
    """A page that is there, or without `wait` is about to be; `changes` are settings, with `__` for the dot."""
    settings = override_with(
        Settings(),
        {
            "paths.state": str(folder / "state"),
            "paths.run": str(folder / "run"),
            "music.songs": str(folder / "songs"),
            "web.port": free_port(),
        }
        | {key.replace("__", "."): value for key, value in changes.items()},
    )
    running = RunningPage(folder, settings, SteppingClock())
    task = asyncio.create_task(running.page.run())
    try:
        await until(lambda: bool(running.said) or task.done() or not wait)
        yield running
    finally:
        await running.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        running.history.close()


async def until(what: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds; fails if it does not in time."""
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)
