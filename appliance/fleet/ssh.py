"""One command on one machine over SSH: what it says, how it ends, and in words why it could not be reached."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from appliance.fleet.errors import FleetError
from appliance.lib.text import printable_line

SSH_FAILED = 255
"""ssh's own exit status; any other is that of what ran on the other machine."""
LONGEST = 1000
"""Signs of a line that are shown."""
_KEPT = 16 * 1024  # bytes of complaints that are kept, the last ones
_ALIVE = ("-oServerAliveInterval=15", "-oServerAliveCountMax=4", "-oConnectTimeout=30")
_TOO_LONG = b"a line too long to be a box's answer\n"

_CHANGED = (
    "its host key has changed: it was set up anew, or another machine answers under its name; if you know that it was "
    "set up anew, forget the old key: ssh-keygen -R {host}"
)
_SILENT = "it does not answer; is it turned on, and in this network?"
_REASONS = {
    "REMOTE HOST IDENTIFICATION HAS CHANGED": _CHANGED,
    "Host key verification failed": "its host key is not known here; log in once by hand and compare it: ssh {host}",
    "Permission denied": "it does not let this key log in; add the key's public half to its authorized_keys",
    "Could not resolve hostname": "there is no machine of this name in the network",
    "Connection refused": "nothing listens there for SSH; is SSH turned on?",
    "timed out": _SILENT,
    "No route to host": _SILENT,
}
"""What ssh says, and what it means; the first that fits."""


@dataclass(frozen=True, slots=True)
class SshEnd:
    """How a command ended: the exit `status`, None if its time was over, and its complaints (standard error)."""

    status: int | None
    said: str

    @property
    def reached(self) -> bool:
        """Whether the command ran there at all."""
        return self.status != SSH_FAILED

    @property
    def complaint(self) -> str:
        """The last line of the complaints, of at most LONGEST signs, all of them printable."""
        return printable_answer(self.said.splitlines()[-1]) if self.said else ""

    def unreachable(self, host: str) -> str:
        """Why nothing ran there, in words that say what to do."""
        for sign, words in _REASONS.items():
            if sign in self.said:
                return words.format(host=host)
        return self.complaint or "the connection ended"


def printable_answer(said: str) -> str:
    """What a box says must not steer the terminal here."""
    return printable_line(said.strip()[:LONGEST])


async def run_ssh(
    host: str,
    command: str,
    options: Sequence[str] = (),
    give: bytes | IO[bytes] = b"",
    hear: Callable[[bytes], None] | IO[bytes] | None = None,
    patience: float = 900.0,
) -> SshEnd:
    """Run a command of the shell on `host`, which may be anything that ssh takes.

    `give` is its standard input. Every line of its output goes to `hear`, or the whole into a file. After `patience`
    seconds it is ended. Raises FleetError where ssh cannot be run at all.
    """
    said: list[bytes] = []
    try:
        ssh = await asyncio.create_subprocess_exec(
            "ssh", "-T", *_ALIVE, *options, "--", host, command,
            stdin=asyncio.subprocess.PIPE if isinstance(give, bytes) else give,
            stdout=asyncio.subprocess.PIPE if hear is None or callable(hear) else hear,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise FleetError(f"ssh cannot be run ({error.strerror}); install openssh-client") from error
    status: int | None = None
    try:
        async with asyncio.timeout(patience):
            await asyncio.gather(_feed(ssh, give), _listen(ssh, hear), _complaints(ssh, said))
            status = await ssh.wait()
    except TimeoutError:
        said.append(f"\nno answer within {patience:.0f} s".encode())
    finally:
        if ssh.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                ssh.kill()
            await ssh.wait()
    return SshEnd(status, b"".join(said).decode(errors="replace").strip())


async def _feed(ssh: asyncio.subprocess.Process, give: bytes | IO[bytes]) -> None:
    """A machine that has heard enough closes its end, and says why on the other one."""
    if ssh.stdin is None or not isinstance(give, bytes):
        return
    with contextlib.suppress(ConnectionError):
        ssh.stdin.write(give)
        await ssh.stdin.drain()
    ssh.stdin.close()
    with contextlib.suppress(ConnectionError):
        await ssh.stdin.wait_closed()


async def _listen(ssh: asyncio.subprocess.Process, hear: Callable[[bytes], None] | IO[bytes] | None) -> None:
    while ssh.stdout:
        try:
            line = await ssh.stdout.readline()
        except ValueError:  # longer than asyncio's limit; what follows is read on
            line = _TOO_LONG
        if not line:
            return
        if callable(hear):
            hear(line)


async def _complaints(ssh: asyncio.subprocess.Process, said: list[bytes]) -> None:
    assert ssh.stderr
    while piece := await ssh.stderr.read(_KEPT):
        said[:] = [b"".join((*said, piece))[-_KEPT:]]
