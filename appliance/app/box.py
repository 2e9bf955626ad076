"""The composition root: starts the parts in order and stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from appliance.app.at_broker import AtBroker
from appliance.app.disk_watch import DiskWatch
from appliance.app.faces_keeper import FacesKeeper
from appliance.app.list_keeper import ListKeeper
from appliance.app.output_keeper import OutputKeeper
from appliance.app.performer import Performer
from appliance.app.settings_changer import SettingsChanger
from appliance.app.song_library import SongLibrary
from appliance.app.song_map import SongMap
from appliance.app.stop_signal import stop_signal
from appliance.app.terminal import TerminalDisplay
from appliance.app.unit_display import UnitDisplay
from appliance.app.update_watch import UpdateWatch
from appliance.app.vision_process import vision_process
from appliance.backup.desk import BackupDesk
from appliance.backup.switching import RestoreWatch
from appliance.catalogue.catalogue import Catalogue
from appliance.composer.process import Composer
from appliance.control.handlers import ControlSocketHandlers
from appliance.control.messages import SOCKET
from appliance.control.server import ControlServer
from appliance.control.song_answers import SongAnswers
from appliance.controls.controls import Controls
from appliance.controls.keyboard import Keyboard
from appliance.controls.terminal import TerminalLamp
from appliance.core.choices_saver import ChoicesSaver
from appliance.core.conductor import Conductor
from appliance.core.faces_desk import FacesDesk
from appliance.core.feedback import Feedback
from appliance.core.inbox import Inbox
from appliance.core.saved_choices import SavedChoicesFile
from appliance.core.status import describe_status
from appliance.doctor.checks import examine_running, versions
from appliance.domain import events
from appliance.domain.status import Status
from appliance.errors import MoodboxError
from appliance.history import History
from appliance.history.in_ram import in_ram
from appliance.journey.plane import Plane
from appliance.lib.clock import Clock
from appliance.lib.log_buffer import LogBuffer, log_to
from appliance.lib.memory import return_free_memory
from appliance.lib.supervise import supervise
from appliance.link.server import LinkServer
from appliance.lists.weekly import WeeklyLists, read_lists_command
from appliance.model.shipped import shipped_model
from appliance.model.store import ModelStore
from appliance.model.store_worker import ModelStoreWorker
from appliance.music.covers import Covers
from appliance.music.mpd.process import MpdProcess
from appliance.music.player import Player
from appliance.settings.origins import origins
from appliance.settings.settings import Settings, as_toml
from appliance.songs.store import SongStore
from appliance.systemd import power
from appliance.systemd.layout import LINK
from appliance.systemd.notify import Notifier
from appliance.web.api.context import Context
from appliance.words.english import COMPOSING
from appliance.words.in_force import LanguageInForce

if TYPE_CHECKING:
    from appliance.web.server import PageServer

log = logging.getLogger(__name__)

_RESTARTED = 5.0  # seconds in which systemd has begun to restart all units; without it this one ends by itself
_TICK = 1.0  # seconds at most between two looks at the clock


class Box:
    """A whole Moodbox: the parts, and the one loop that feeds the conductor."""

    def __init__(
        self,
        settings: Settings,
        display: TerminalDisplay | UnitDisplay,
        clock: Clock,
        notifier: Notifier | None = None,
        problems: tuple[str, ...] = (),
        keyboard: Keyboard | None = None,
        file: Path | None = None,
    ) -> None:
        """With a `notifier` vision and MPD are units of their own. `problems` are shown for as long as the box runs.

        `file` is the one that the settings were read from.
        """
        self._settings = settings
        self._notifier, self._problems = notifier, problems
        self._display = display
        self._language = LanguageInForce(settings.box.language)
        if isinstance(display, TerminalDisplay):
            self._language.follow(display.speak)
        self._clock = clock
        self._inbox = Inbox(clock.monotonic)
        self._disk = DiskWatch(settings.state_dir)
        self._history: History | None = None
        self._library: SongLibrary | None = None
        self._song_map: SongMap | None = None
        choices = SavedChoicesFile(settings.state_dir)
        self._choices = ChoicesSaver(choices)
        self._songs = SongStore.of(settings)
        self._mpd = MpdProcess(settings.songs_dir, settings.state_dir, settings.run_dir, settings.music)
        self._covers = Covers(lambda: self._mpd.address)
        self._faces = FacesKeeper(settings.state_dir)
        self._conductor = Conductor(settings, clock, choices.load(), self._faces.load())
        self._faces_desk = FacesDesk(self._conductor.faces, self._inbox.put, clock.monotonic)
        choice, following = self._conductor.output, self._conductor.following
        self._outputs = OutputKeeper(settings, notifier is not None, choice, self._mpd, self._inbox.put, following)
        self._composer = Composer(
            settings.songs_dir,
            lambda: wish.emotion if (wish := self._conductor.wish) else None,
            lambda emotion: self._inbox.put(events.SongsChanged(emotion)),
        )
        self._keyboard = keyboard
        self._controls = Controls(
            settings.controls,
            self._inbox.put,
            settings.run_dir,
            keyboard.pins if keyboard else None,
            [TerminalLamp(display.lamp)] if keyboard and isinstance(display, TerminalDisplay) else [],
        )
        self._updates = UpdateWatch(settings.update_dir, settings.run_dir, settings.updates.index, clock.now, self._say)
        self._broker = AtBroker(settings, self._conductor, self._inbox.put, self._language, self._link)
        self._page: PageServer | None = None
        self._store_worker: ModelStoreWorker | None = None
        self._feedback: Feedback
        self._restart_wanted = False
        self._log_buffer = LogBuffer(clock.now)
        self._file = file
        self._settings_changer = SettingsChanger(file, settings.run_dir, notifier is not None)
        self._origins = origins(settings, file, notifier is not None)

    async def run(self) -> bool:
        """Start every part in order, conduct until told to stop, then stop them in reverse. True: run again."""
        settings, emit = self._settings, self._inbox.put
        stop = stop_signal()

        async with AsyncExitStack() as parts:
            parts.enter_context(log_to(self._log_buffer))
            # First, so that nothing pressed while starting is lost; and last to end, so that no open camera goes unlit.
            await parts.enter_async_context(supervise("controls", self._controls.run))
            if self._keyboard:
                await parts.enter_async_context(supervise("keys", self._keyboard.run))
            place, kept = settings.state_dir, None
            if settings.paths.history_in_ram:
                kept, place = place, await parts.enter_async_context(in_ram(place, settings.run_dir))
            await parts.enter_async_context(supervise("choices", self._choices.run))
            await parts.enter_async_context(supervise("faces", self._faces.run))
            await parts.enter_async_context(supervise("disk", self._disk.run))
            await parts.enter_async_context(supervise("memory", return_free_memory))
            history = self._history = History(place, settings.history.keep_days, kept, background=True)
            parts.enter_context(contextlib.closing(history))
            self._feedback = Feedback(
                self._conductor,
                history,
                emit,
                lambda: self._song_map.lessons if self._song_map else (),
                lambda file: bool(self._song_map and self._song_map.knows(file)),
            )
            self._prepare_songs()
            if settings.music.house_music:
                await parts.enter_async_context(supervise("composer", self._composer.run))
            await parts.enter_async_context(_served(self._mpd))
            self._say(f"The music goes to {self._mpd.output}.")
            chosen = self._conductor.volume.chosen
            music = settings.music if chosen is None else replace(settings.music, volume=chosen)
            player = Player(self._mpd.address, music, emit, history, settings.songs_dir, lambda: self._composer.working)
            self._songs.tried = lambda: player.unplayable
            await parts.enter_async_context(supervise("player", player.run))
            await parts.enter_async_context(supervise("outputs", lambda: self._outputs.run(player)))
            self._library = SongLibrary(settings, self._clock, self._mpd.address, self._someone, bool(self._notifier))
            await parts.enter_async_context(self._library.running())
            song_map = self._song_map = SongMap(self._library.catalogue, player.know, emit, self._clock.now)
            await parts.enter_async_context(supervise("song map", song_map.run))
            keeper = ListKeeper(settings.songs_dir, self._plane, self._library.left, settings.catalogue.write_lists)
            await parts.enter_async_context(supervise("library lists", keeper.run))
            store = ModelStore(settings.models_dir, shipped_model(), settings.model.keep)
            if settings.web.enabled:
                from appliance.web.server import PageServer  # takes ten megabytes, which a box without it may keep

                context = self._context(history, store, self._library.catalogue)
                self._page = PageServer(context, self._notifier is not None, self._say)
                self._page.listen()
                await parts.enter_async_context(supervise("page", self._page.run))
            await parts.enter_async_context(self._broker.running())
            link = LinkServer(settings.run_dir / (LINK if self._notifier else "link.sock"), emit)
            await parts.enter_async_context(_served(link))
            worker = self._store_worker = ModelStoreWorker(store, emit, link.order_model)
            performer = Performer(
                player,
                history,
                link.order_camera,
                link.order_model,
                worker.do,
                self._save,
                self._say,
                lambda: self._restart(stop),
                self._clock.now,
                lambda verb: power.wish(settings.run_dir, verb),
                song_map,
                self._outputs,
                self._updates.install,
                self._settings_changer.keep,
                self._faces.carrying_out(link),
            )
            if not settings.vision.model:
                await parts.enter_async_context(supervise("models", worker.run))
            if self._notifier is None:
                vision = vision_process(self._settings_in_force(), settings.run_dir / "link.sock")
                await parts.enter_async_context(supervise("vision", vision.run))
            lists = WeeklyLists(
                settings.lists_dir,
                settings.lists.day,
                lambda now: read_lists_command(self._settings_in_force(), now),
                lambda: self._clock.now().astimezone(),
                self._say,
                lambda emotion: emit(events.SongsChanged(emotion)),
            )
            await parts.enter_async_context(supervise("lists", lists.run))
            handlers = self._control_handlers(self._library.catalogue)
            await parts.enter_async_context(_served(ControlServer(settings.run_dir / SOCKET, handlers.answer)))
            self._say("Moodbox is running." + ("" if self._notifier else " Ctrl-C stops it."))
            await parts.enter_async_context(supervise("conductor", lambda: self._conduct(performer)))
            await parts.enter_async_context(supervise("updates", self._updates.run))
            await parts.enter_async_context(supervise("restore", RestoreWatch(settings.state_dir).run))
            await stop.wait()
            if self._notifier:
                self._notifier.stopping()
            self._say("Stopping.")
        return self._restart_wanted

    def _restart(self, stop: asyncio.Event) -> None:
        self._restart_wanted = True
        if self._notifier:  # systemd restarts vision and MPD too, which have read the settings for themselves
            power.wish(self._settings.run_dir, "units")
            asyncio.get_running_loop().call_later(_RESTARTED, stop.set)
        else:
            stop.set()

    async def _conduct(self, performer: Performer) -> None:
        performer.perform(self._conductor.begin())
        if self._notifier:
            self._notifier.ready("playing as soon as MPD is there")
        while True:
            messages = await self._inbox.take(_TICK)
            if any(isinstance(message, events.SongsChanged) for message in messages):
                self._covers.forget()
            for message in messages or [events.Tick()]:
                performer.perform(self._conductor.handle(message))
            status = self._describe()
            self._display.live(status)
            self._controls.update(status)
            if self._page:
                self._page.changed()
            if self._notifier:
                self._notifier.progress(_TICK)
            self._broker.tell(messages, status)

    def _context(self, history: History, store: ModelStore, catalogue: Catalogue) -> Context:
        return Context(
            settings=self._settings,
            clock=self._clock,
            emit=self._inbox.put,
            status=self._describe,
            mood=lambda: self._conductor.mood,
            look=lambda: self._conductor.vision_state.look,
            history=history,
            feedback=self._feedback,
            faces=self._faces_desk,
            store=store,
            models_changed=self._look_at_models,
            songs=self._songs,
            plane=self._plane,
            genres=catalogue.genres,
            cover=self._covers.find,
            language=self._language,
            outputs=self._outputs.desk,
            origins=self._origins,
            settings_file=self._settings_changer.file,
            change_settings=self._settings_changer.change,
            said=lambda: self._log_buffer.lines,
            examine=lambda status: list(examine_running(self._settings, status)),
            versions=versions,
            offer=lambda: self._updates.offer,
            look_for_release=self._updates.look,
            backups=BackupDesk(self._settings, self._file),
            peers=self._broker.peers,
        )

    def _control_handlers(self, catalogue: Catalogue) -> ControlSocketHandlers:
        return ControlSocketHandlers(
            emit=self._inbox.put,
            status=self._describe,
            feedback=self._feedback,
            models_changed=self._look_at_models,
            run_dir=self._settings.run_dir,
            songs=SongAnswers(catalogue.song, self._plane, catalogue.genres),
            outputs=self._outputs.desk,
            change_settings=self._settings_changer.change,
            faces=self._faces_desk,
            page=lambda: self._page.url if self._page else None,
            certificate=lambda: self._page.https.fingerprint if self._page else "",
        )

    def _plane(self) -> Plane | None:
        return self._song_map.plane if self._song_map else None

    def _describe(self) -> Status:
        status = describe_status(self._conductor, self._clock)
        history = f"history: {self._history.problem}" if self._history and self._history.problem else ""
        parts = (
            *(self._page.problems if self._page else ()),
            *self._mpd.problems,
            *self._outputs.problems,
            *((COMPOSING,) if self._composer.working and status.player.file is None else ()),
            *self._controls.problems,
            *(self._library.problems if self._library else ()),
            *filter(None, (history, self._faces.problem and f"faces: {self._faces.problem}", self._disk.problem)),
        )
        return replace(
            status,
            problems=(*self._problems, *status.problems, *parts),
            catalogue=self._library.status() if self._library else None,
            output=self._outputs.status,
            update=self._updates.status(),
            speakers=self._outputs.speakers,
            follow=self._outputs.follow,
            house=self._broker.house,
        )

    def _link(self) -> str | None:
        return self._page.link if self._page else None

    def _someone(self) -> bool | None:
        return self._conductor.vision_state.presence.someone(self._clock.monotonic())

    def _say(self, text: str) -> None:
        self._log_buffer.note(text)
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
        if self._store_worker:
            self._store_worker.look()

    def _save(self) -> None:
        self._choices.save(self._conductor.saved)

    def _settings_in_force(self) -> Path:
        """A file from which other processes of the box read the settings in force: options may have changed them."""
        in_force = self._settings.run_dir / "settings.toml"
        in_force.write_text(as_toml(self._settings))
        return in_force


@contextlib.asynccontextmanager
async def _served(server: MpdProcess | LinkServer | ControlServer) -> AsyncIterator[None]:
    await server.start()
    try:
        yield
    finally:
        await server.stop()
