"""A child process that is kept running: started again with back-off when it ends, stopped with its parent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Sequence

from appliance.lib.backoff import Backoff

log = logging.getLogger(__name__)

# util-linux's setpriv has the kernel end the child when its parent ends, however that ends. The conductor's right to
# bind the page's port is not passed on.
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--inh-caps=-all", "--ambient-caps=-all", "--")


class ChildProcess:
    """Keeps `command` running. `heard` gets each line it writes to its standard error.

    Delays and `patience` (from SIGTERM to SIGKILL) are in seconds.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | os.PathLike[str]],
        heard: Callable[[str], None] | None = None,
        first_delay: float = 1.0,
        longest_delay: float = 60.0,
        patience: float = 5.0,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """`prepare` is called in a thread before each start."""
        self.name = name
        self._command = command
        self._heard = heard or (lambda line: log.info("%s: %s", name, line))
        self._backoff = Backoff(first_delay, longest_delay, settled=longest_delay)
        self._patience = patience
        self._prepare = prepare
        self._process: asyncio.subprocess.Process | None = None
        self._last_words: deque[str] = deque(maxlen=3)

    @property
    def pid(self) -> int | None:
        """The running child's process id, None between two runs."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def run(self) -> None:
        """Start the child and start it again whenever it ends, until cancelled; then stop it."""
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                ended = exit_words(await self._run_once())
            except OSError as error:
                log.error("%s cannot be started: %s", self.name, error)  # noqa: TRY400 - the cause is in the text
                ended = ""
            delay = self._backoff.after(loop.time() - started)
            if ended:
                words = f" ({' / '.join(self._last_words)})" if self._last_words else ""
                log.warning("%s ended %s%s; starting it again in %.0f s", self.name, ended, words, delay)
            await asyncio.sleep(delay)

    async def _run_once(self) -> int:
        self._last_words.clear()
        if self._prepare:
            await asyncio.to_thread(self._prepare)
        self._process = process = await asyncio.create_subprocess_exec(
            *DIE_WITH_PARENT,
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is the parent's to handle: it stops its parts in order
        )
        try:
            assert process.stderr
            await self._listen(process.stderr)
            return await process.wait()
        finally:
            await self._stop(process)
            # Its pipe may be open still, and would be closed when the loop has gone, with a traceback.
            process._transport.close()  # type: ignore[attr-defined]

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        while True:
            try:
                raw = await stderr.readline()
            except ValueError:  # longer than the reader takes, which has thrown it away
                continue
            if not raw:
                return
            line = raw.decode(errors="replace").rstrip()
            self._last_words.append(line)
            self._heard(line)

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), self._patience)
            except TimeoutError:
                process.kill()
                try:
                    await asyncio.wait_for(process.wait(), self._patience)
                except TimeoutError:  # it waits for a disk that is gone, and not even SIGKILL ends that
                    log.warning("%s does not end; it is left behind", self.name)


def exit_words(status: int) -> str:
    """`by signal SIGKILL` or `with status 3`, for a status as `subprocess` gives it."""
    if status >= 0:
        return f"with status {status}"
    try:
        return f"by signal {signal.Signals(-status).name}"
    except ValueError:  # a real-time signal, of which only the first and the last have names
        return f"by signal {-status}"
