"""Where the box starts: from a terminal or as a systemd unit, alone in its run directory."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from appliance.app.box import Box
from appliance.app.terminal import TerminalDisplay, TerminalLogHandler
from appliance.app.unit_display import UnitDisplay
from appliance.backup.plan import FOLDER
from appliance.backup.switching import Resumed, resume
from appliance.controls.keyboard import Keyboard, for_trying
from appliance.errors import MoodboxError
from appliance.lib.clock import SystemClock
from appliance.lib.log_buffer import log_to
from appliance.lib.memory import return_large_blocks
from appliance.lib.threads import run_and_leave
from appliance.settings.last_good import LAST_GOOD, load_or_last_good, remember_last_good
from appliance.settings.paths import default_file
from appliance.settings.settings import Settings
from appliance.systemd.journal import Journal, JournalHandler
from appliance.systemd.layout import arranged
from appliance.systemd.notify import Notifier

log = logging.getLogger(__name__)


def run(settings: Settings, keys: bool = False, file: Path | None = None) -> int:
    """Run the box until SIGINT or SIGTERM; returns the exit status. Raises MoodboxError if it cannot start.

    With `keys` the keyboard presses the buttons, and the terminal shows the lamp. `file`: where the settings stand.
    """
    resumed = Resumed()
    if (settings.state_dir / FOLDER).is_dir():
        with _alone(settings.run_dir):
            resumed = resume(settings.state_dir, settings.run_dir)
    if resumed.changed:
        _run_anew()
    display = TerminalDisplay(SystemClock())
    display.speak(settings.box.language)
    keyboard = None
    if keys:
        settings = msgspec.structs.replace(settings, controls=for_trying(settings.controls))
        keyboard = Keyboard(settings.controls, display.say)
    problems = (resumed.problem,) if resumed.problem else ()
    if settings.songs_dir == settings.songs_at_home:
        with contextlib.suppress(OSError):  # whoever fills it says what is wrong
            settings.songs_dir.mkdir(parents=True, exist_ok=True)
    box = Box(settings, display, SystemClock(), problems=problems, keyboard=keyboard, file=file)
    return _run(box, settings, display, TerminalLogHandler(display))


def run_as_unit() -> int:
    """The same as the conductor's systemd unit: vision and MPD are units of their own; broken settings stop nothing."""
    notifier, journal = Notifier(), Journal("conductor")
    settings, problem = load_or_last_good()
    # systemd runs one of these; and with settings that were put back there may be no run directory to lock
    resumed = resume(settings.state_dir, settings.run_dir)
    if resumed.wait:
        return 0
    if resumed.changed:
        settings, problem = load_or_last_good()
    if problem:
        journal.write(f"Safe mode: {problem}", priority=3)
    else:
        remember_last_good(settings)
    display = UnitDisplay(SystemClock(), journal, notifier)
    settings = arranged(settings)
    try:
        file = settings.state_dir / LAST_GOOD if problem else default_file()
        problems = tuple(filter(None, (problem and f"settings: {problem}", resumed.problem)))
        box = Box(settings, display, SystemClock(), notifier, problems, file=file)
        return _run(box, settings, display, JournalHandler(journal))
    except MoodboxError as error:
        notifier.status(f"cannot start: {error}")
        raise


def _run(box: Box, settings: Settings, display: TerminalDisplay | UnitDisplay, handler: logging.Handler) -> int:
    logging.getLogger("appliance").setLevel(logging.INFO)
    return_large_blocks()

    def leave(restart: bool) -> None:
        display.close()
        _start_again(restart, display)

    try:
        with log_to(handler), _alone(settings.run_dir):
            restart = run_and_leave(box.run, leave)
    finally:
        display.close()
    _start_again(restart, display)
    return 0


def _start_again(wanted: bool, display: TerminalDisplay | UnitDisplay) -> None:
    """Run the box anew, if that is wanted; a unit ends and is started again by systemd."""
    if wanted and isinstance(display, TerminalDisplay):
        _run_anew()


def _run_anew() -> None:
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the same program once more


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
