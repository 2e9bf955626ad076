"""The composition root: starts the parts in order and stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from appliance import events, power
from appliance.background import background
from appliance.child import Child
from appliance.clock import Clock, SystemClock
from appliance.composing import compose
from appliance.conductor import Conductor
from appliance.control import (
    SOCKET,
    AskModel,
    AskOverride,
    AskPower,
    AskSkip,
    AskSongs,
    AskStatus,
    ControlServer,
    Request,
)
from appliance.controls.controls import Controls
from appliance.controls.keys import Keys, for_trying
from appliance.controls.terminal import TerminalLamp
from appliance.display import Display, DisplayHandler
from appliance.errors import MoodboxError
from appliance.history import History
from appliance.history.in_ram import in_ram
from appliance.journal import Journal, JournalHandler
from appliance.link import LinkServer
from appliance.model.keeper import Keeper
from appliance.model.shipped import shipped_model
from appliance.model.store import Store
from appliance.mqtt.bridge import Mqtt
from appliance.mqtt.identity import identify
from appliance.music.player import Player
from appliance.music.server import ServerProcess
from appliance.notify import Notifier
from appliance.origin import origins
from appliance.performer import Performer
from appliance.settings import Settings, as_toml, default_file
from appliance.songs.keeper import SongKeeper
from appliance.state import StateFile
from appliance.status import describe
from appliance.tail import LogTail
from appliance.teaching import Teaching
from appliance.units import LAST_GOOD, LINK, UnitDisplay, arranged, remember, safely
from appliance.web.context import Context

if TYPE_CHECKING:
    from appliance.web.server import Page

log = logging.getLogger(__name__)

_TICK = 1.0  # seconds at most between two looks at the clock
_BY_COMMAND = "moodbox command"


def run(settings: Settings, keys: bool = False, file: Path | None = None) -> int:
    """Run the box until SIGINT or SIGTERM; returns the exit status. Raises MoodboxError if it cannot start.

    With `keys` the keyboard presses the buttons, and the terminal shows the lamp. `file`: where the settings stand.
    """
    display = Display(SystemClock())
    keyboard = None
    if keys:
        settings = msgspec.structs.replace(settings, controls=for_trying(settings.controls))
        keyboard = Keys(settings.controls, display.say)
    box = Box(settings, display, SystemClock(), keyboard=keyboard, file=file)
    return _run(box, settings, display, DisplayHandler(display))


def run_as_unit() -> int:
    """The same as the conductor's systemd unit: vision and MPD are units of their own; broken settings stop nothing."""
    notifier, journal = Notifier(), Journal("conductor")
    settings, problem = safely()
    if problem:
        journal.write(f"Safe mode: {problem}", priority=3)
    else:
        remember(settings)
    display = UnitDisplay(SystemClock(), journal, notifier)
    settings = arranged(settings)
    try:
        file = settings.state_dir / LAST_GOOD if problem else default_file()
        box = Box(settings, display, SystemClock(), notifier, (f"settings: {problem}",) if problem else (), file=file)
        return _run(box, settings, display, JournalHandler(journal))
    except MoodboxError as error:
        notifier.status(f"cannot start: {error}")
        raise


def _run(box: Box, settings: Settings, display: Display | UnitDisplay, handler: logging.Handler) -> int:
    logging.getLogger("appliance").setLevel(logging.INFO)
    try:
        with _heard(handler), _alone(settings.run_dir):
            restart = asyncio.run(box.run())
    finally:
        display.close()
    if restart and isinstance(display, Display):  # a unit is started anew by systemd, which is told by its end
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the same program once more
    return 0


class Box:
    """A whole Moodbox: the parts, and the one loop that feeds the conductor."""

    def __init__(
        self,
        settings: Settings,
        display: Display | UnitDisplay,
        clock: Clock,
        notifier: Notifier | None = None,
        problems: tuple[str, ...] = (),
        keyboard: Keys | None = None,
        file: Path | None = None,
    ) -> None:
        """With a `notifier` vision and MPD are units of their own. `problems` are shown for as long as the box runs.

        `file` is the one that the settings were read from.
        """
        self._settings = settings
        self._notifier, self._problems = notifier, problems
        self._display = display
        self._clock = clock
        self._events: asyncio.Queue[events.Event] = asyncio.Queue()
        self._state = StateFile(settings.state_dir)
        self._songs = SongKeeper.of(settings)
        self._conductor = Conductor(settings, clock, self._state.load())
        self._keyboard = keyboard
        self._controls = Controls(
            settings.controls,
            self._events.put_nowait,
            settings.run_dir,
            keyboard.pins if keyboard else None,
            [TerminalLamp(display.lamp)] if keyboard and isinstance(display, Display) else [],
        )
        self._mqtt: Mqtt | None = None
        self._page: Page | None = None
        self._keeper: Keeper | None = None
        self._teaching: Teaching
        self._restart_wanted = False
        self._tail = LogTail(clock.now)
        self._origins = origins(settings, file, notifier is not None)

    async def run(self) -> bool:
        """Start every part in order, conduct until told to stop, then stop them in reverse. True: run anew."""
        settings, emit = self._settings, self._events.put_nowait
        stop = _stop_signal()

        def restart() -> None:
            self._restart_wanted = True
            stop.set()

        async with AsyncExitStack() as parts:
            parts.enter_context(_heard(self._tail))
            # First, so that nothing pressed while starting is lost; and last to end, so that no open camera goes unlit.
            await parts.enter_async_context(background("controls", self._controls.run))
            if self._keyboard:
                await parts.enter_async_context(background("keys", self._keyboard.run))
            place, kept = settings.state_dir, None
            if settings.paths.history_in_ram:
                kept, place = place, await parts.enter_async_context(in_ram(place, settings.run_dir))
            history = parts.enter_context(contextlib.closing(History(place, settings.history.keep_days, kept)))
            self._teaching = Teaching(self._conductor, history, emit)
            songs = settings.songs_dir
            self._prepare_songs()
            if settings.music.house_music:
                await parts.enter_async_context(background("composer", lambda: compose(songs)))
            server = ServerProcess(songs, settings.state_dir, settings.run_dir, settings.music)
            await parts.enter_async_context(_served(server))
            self._say(f"The music goes to {server.output}.")
            player = Player(server.address, settings.music, emit, history, songs)
            self._songs.tried = lambda: player.unplayable
            await parts.enter_async_context(background("player", player.run))
            store = Store(settings.models_dir, shipped_model(), settings.model.keep)
            if settings.web.enabled:
                from appliance.web.server import Page  # takes ten megabytes, which a box without it may keep

                self._page = Page(self._context(history, store), self._notifier is not None, self._say)
                await parts.enter_async_context(background("page", self._page.run))
            if settings.mqtt.host:
                self._mqtt = Mqtt(settings.mqtt, emit, identify(settings.mqtt, self._page.link if self._page else None))
                await parts.enter_async_context(background("mqtt", self._mqtt.run))
            link = LinkServer(settings.run_dir / (LINK if self._notifier else "link.sock"), emit)
            await parts.enter_async_context(_served(link))
            keeper = self._keeper = Keeper(store, emit, link.order_model)
            performer = Performer(
                player,
                history,
                link.order_camera,
                link.order_model,
                keeper.do,
                self._save,
                self._say,
                restart,
                self._clock.now,
                lambda verb: power.wish(settings.run_dir, verb),
            )
            if not settings.vision.model:
                await parts.enter_async_context(background("models", keeper.run))
            await parts.enter_async_context(background("performer", performer.run))
            if self._notifier is None:
                vision = Child("vision", self._vision_command(), _heard_from_vision)
                await parts.enter_async_context(background("vision", vision.run))
            await parts.enter_async_context(_served(ControlServer(settings.run_dir / SOCKET, self._answer)))
            self._say("Moodbox is running." + ("" if self._notifier else " Ctrl-C stops it."))
            await parts.enter_async_context(background("conductor", lambda: self._conduct(performer)))
            await stop.wait()
            if self._notifier:
                self._notifier.stopping()
            self._say("Stopping.")
        return self._restart_wanted

    async def _conduct(self, performer: Performer) -> None:
        performer.perform(self._conductor.begin())
        if self._notifier:
            self._notifier.ready("playing as soon as MPD is there")
        while True:
            try:
                # Not wait_for, which on Python 3.11 may swallow the cancellation that stops this loop.
                async with asyncio.timeout(_TICK):
                    event = await self._events.get()
            except TimeoutError:
                event = events.Tick()
            performer.perform(self._conductor.handle(event))
            status = self._describe()
            self._display.live(status)
            self._controls.update(status)
            if self._page:
                self._page.changed()
            if self._notifier:
                self._notifier.progress(_TICK)
            if self._mqtt:
                self._mqtt.notice(event)
                self._mqtt.update(status)

    def _context(self, history: History, store: Store) -> Context:
        return Context(
            settings=self._settings,
            clock=self._clock,
            emit=self._events.put_nowait,
            status=self._describe,
            mood=lambda: self._conductor.mood,
            look=lambda: self._conductor.sight.look,
            history=history,
            teaching=self._teaching,
            store=store,
            models_changed=self._look_at_models,
            songs=self._songs,
            origins=self._origins,
            said=lambda: self._tail.lines,
        )

    async def _answer(self, request: Request) -> dict[str, Any]:
        match request:
            case AskSkip():
                self._events.put_nowait(events.Skip(_BY_COMMAND))
            case AskModel():
                self._look_at_models()
            case AskPower(verb):
                power.check(self._settings.run_dir)
                self._events.put_nowait(events.PowerWanted(verb, _BY_COMMAND))
            case AskOverride(emotion):
                self._events.put_nowait(events.Override(emotion, _BY_COMMAND))
            case AskSongs(emotion, files):
                for file in files or [""]:
                    self._events.put_nowait(events.SongsChanged(emotion, file))
            case AskStatus():
                return self._describe()
            case _:
                return self._teaching.answer(request, _BY_COMMAND)
        return {"done": True}

    def _describe(self) -> dict[str, Any]:
        status = describe(self._conductor, self._clock)
        status["problems"] = [*self._problems, *status["problems"], *self._controls.problems]
        return status

    def _say(self, text: str) -> None:
        self._tail.note(text)
        self._display.say(text)

    def _prepare_songs(self) -> None:
        """A folder that is lacking and cannot be made is no reason not to play from the others."""
        try:
            self._songs.prepare()
        except MoodboxError as error:
            if not (self._settings.music.mpd or os.path.isdir(self._settings.songs_dir)):  # noqa: PTH112 - never raises
                raise
            log.warning("%s", error)

    def _look_at_models(self) -> None:
        if self._keeper:
            self._keeper.look()

    def _save(self) -> None:
        self._state.save(self._conductor.saved)

    def _vision_command(self) -> list[str]:
        """The vision process reads the settings in force from a file of its own: options may have changed them."""
        in_force = self._settings.run_dir / "settings.toml"
        in_force.write_text(as_toml(self._settings))
        link = self._settings.run_dir / "link.sock"
        return [sys.executable, "-m", "appliance.vision", "--settings", str(in_force), "--link", str(link)]


# What TensorFlow Lite and MediaPipe write to standard error whenever they start.
_CHATTER = re.compile(r"INFO: Created TensorFlow|WARNING: All log messages before absl|[IWEF]\d{4} ")


def _heard_from_vision(line: str) -> None:
    """Pass on what the vision process logs, at its level; its libraries' chatter is for debugging only."""
    level, _, words = line.partition(" ")
    number = logging.getLevelNamesMapping().get(level)
    if number is not None:
        log.log(number, "%s", words)
    else:
        log.log(logging.DEBUG if _CHATTER.match(line) else logging.WARNING, "vision: %s", line)


@contextlib.asynccontextmanager
async def _served(server: ServerProcess | LinkServer | ControlServer) -> AsyncIterator[None]:
    await server.start()
    try:
        yield
    finally:
        await server.stop()


@contextlib.contextmanager
def _heard(handler: logging.Handler) -> Iterator[None]:
    logger = logging.getLogger("appliance")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


@contextlib.contextmanager
def _alone(run_dir: Path) -> Iterator[None]:
    """Hold the run directory for this process alone. Raises MoodboxError if another Moodbox has it."""
    try:
        run_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        lock = os.open(run_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise MoodboxError(
            f"{run_dir}: {error.strerror}; name a writable folder as paths.run in the settings"
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MoodboxError(f"another Moodbox is running in {run_dir}; stop it first, or set paths.run") from error
        yield
    finally:
        os.close(lock)
