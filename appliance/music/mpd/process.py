"""The private MPD: an ordinary child, configured, started, watched and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
import socket
from pathlib import Path

from appliance.domain.outputs import AUTO_OUTPUT
from appliance.lib.child_process import ChildProcess
from appliance.lib.supervise import supervise
from appliance.music.errors import MusicError
from appliance.music.mpd import config, state_files
from appliance.music.mpd.lan import lan_lines
from appliance.outputs.choosing import find_outputs
from appliance.settings.music import MusicSettings

log = logging.getLogger(__name__)

PORTS_TRIED = 100
READY_SECONDS = 20.0
FORGET_AFTER = 1000  # different complaints of MPD's that are remembered so as not to repeat them
STAMP = re.compile(r"^\d{4}-\d\d-\d\dT[\d:]+ ")  # before every line of MPD 0.24

# MPD must not answer systemd in our name, nor take over sockets meant for us.
CLEAN = ("env", "-u", "NOTIFY_SOCKET", "-u", "LISTEN_FDS", "-u", "LISTEN_PID", "-u", "LISTEN_FDNAMES")


class MpdProcess:
    """MPD as a child of this process: it ends with it and is started again whenever it dies.

    `songs` is the music directory; `state` and `run` are Moodbox's folders, made if missing. With `music.mpd` set there
    is no child: `address` is that of the owner's MPD.
    """

    def __init__(self, songs: Path, state: Path, run: Path, settings: MusicSettings) -> None:
        self._songs = songs.absolute()
        self._state = state.absolute() / "mpd"
        self._run_dir = run.absolute()
        self._settings = settings
        self._child: ChildProcess | None = None
        self._running = contextlib.AsyncExitStack()
        self._said: set[str] = set()
        self.port = 0
        """The loopback port in use; 0 for none."""
        self.output = ""
        """Where the sound goes, in words."""
        self.offers = AUTO_OUTPUT
        """An output that MPD is to have from its next start on, whether or not it can be found."""

    @property
    def address(self) -> str:
        """Where to reach MPD, as `Player` takes it."""
        return self._settings.mpd or str(self._run_dir / "mpd.sock")

    @property
    def rooms_fifo(self) -> Path:
        """The fifo through which the sound for the rooms passes; also of an MPD that is a unit of its own."""
        return config.rooms_fifo(Path(self.address))

    @property
    def pid(self) -> int | None:
        """MPD's process id while it lives."""
        return self._child.pid if self._child else None

    @property
    def problems(self) -> tuple[str, ...]:
        """Which of MPD's files were broken and are set aside, in words; also of an MPD that is a unit of its own."""
        if not self.address.startswith("/"):
            return ()
        return tuple(f"music: {text}" for text in state_files.problems(Path(self.address).parent))

    async def start(self) -> None:
        """Start MPD and keep it running; it answers about a second later.

        Raises MusicError if it is not installed, or for settings that it cannot take.
        """
        if self._settings.mpd:
            self.output = f"the MPD at {self._settings.mpd}"
            return
        command = [*CLEAN, find_program(), "--no-daemon", "--stderr", str(self._configure())]
        (self._run_dir / state_files.NOTE).unlink(missing_ok=True)
        self._child = ChildProcess(
            "mpd",
            command,
            self._heard,
            first_delay=0.2,
            longest_delay=30.0,
            patience=3.0,  # it writes its state at once; where it takes longer, it waits for a disk that is gone
            prepare=self._prepare,
        )
        await self._running.enter_async_context(supervise("mpd", self._child.run))

    async def stop(self) -> None:
        """End MPD: politely, then by force."""
        await self._running.aclose()

    async def ready(self, timeout: float = READY_SECONDS) -> None:  # noqa: ASYNC109 - the limit is part of the error
        """Return once MPD answers. Raises MusicError if it does not within `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._answering()
        except TimeoutError:
            raise MusicError(f"MPD does not answer at {self.address} after {timeout:.0f} s") from None

    async def _answering(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_unix_connection(self.address)
                greeting = await reader.readline()
                writer.close()
                if greeting.startswith(b"OK MPD "):
                    return
            await asyncio.sleep(0.05)

    def _prepare(self) -> None:
        """Before each start: a sound card may have come since the last one."""
        try:
            self._configure()
        except MusicError as error:  # then it is tried as it is
            self._once(logging.WARNING, str(error))
        state_files.before_start(self._state, self._run_dir)

    def _configure(self) -> Path:
        """Write mpd.conf for a port that is free now, and the outputs that there are now."""
        wanted = self._settings.port
        self.port = free_port(wanted) if wanted else 0
        if self.port != wanted:
            instead = f"port {self.port}" if self.port else "its Unix socket alone"
            self._once(logging.WARNING, f"Port {wanted} is taken; MPD listens on {instead} instead")
        with config.written():
            self._run_dir.mkdir(parents=True, exist_ok=True)
            config.make_fifo(self.rooms_fifo)
        found = find_outputs(os.environ, (self._settings.output,))
        outputs = config.all_outputs(self._settings.output, os.environ, found, self.offers, self.rooms_fifo)
        self.output = outputs[0].words
        text = config.render_config(
            songs=self._songs,
            state=self._state,
            socket=Path(self.address),
            port=self.port,
            outputs=outputs,
            lan=lan_lines(self._settings, lambda text: self._once(logging.WARNING, text)) if self.port else (),
        )
        conf = self._run_dir / "mpd.conf"
        with config.written():
            (self._state / "playlists").mkdir(parents=True, exist_ok=True)
            config.write_config(conf, text)
        return conf

    def _heard(self, line: str) -> None:
        """Pass on what MPD says: complaints once as warnings, the rest for debugging."""
        if "Address already in use" in line:
            try:
                self._configure()
            except MusicError as error:  # then it is tried as it is
                self._once(logging.WARNING, str(error))
        line = STAMP.sub("", line)
        # What is missing and what does not decode MPD also tells the player, which deals with it.
        if line.startswith("exception: ") and "No such" not in line and "Failed to decode" not in line:
            self._once(logging.WARNING, f"MPD: {line.removeprefix('exception: ')}")
        elif line:
            log.debug("MPD: %s", line)

    def _once(self, level: int, text: str) -> None:
        if len(self._said) > FORGET_AFTER:
            self._said.clear()
        log.log(logging.DEBUG if text in self._said else level, "%s", text)
        self._said.add(text)


def find_program() -> str:
    """The path of MPD's program. Raises MusicError if it is not installed."""
    found = shutil.which("mpd") or shutil.which("mpd", path="/usr/local/bin:/usr/bin")
    if found is None:
        raise MusicError("MPD is not installed: there is no program `mpd`; install it with `sudo apt install mpd`")
    return found


def free_port(wanted: int) -> int:
    """`wanted`, or the next loopback port that is free; 0 if there is none near it."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                probe.listen(1)
            except OSError:
                continue
            return port
    return 0
