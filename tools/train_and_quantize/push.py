"""`push`: signs a bundle, streams it to boxes over SSH and shows what each box says of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.lib.text import printable_line
from appliance.model import bundle
from appliance.model.push_protocol import pack_push
from appliance.model.signature import sign
from tools.train_and_quantize.errors import PushError

KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
"""Keys in ~/.ssh that sign when none is named; the first that is there."""

_PATIENCE = 900.0  # seconds for one box; the receiver gives up earlier
_LONGEST = 1000  # signs of one line that are shown
_SSH_FAILED = 255  # ssh's own exit status; any other is that of what ran on the box
_HINT = "; is the forced command in its authorized_keys (docs/owner/push.md)?"
_ALIVE = ("-oServerAliveInterval=15", "-oServerAliveCountMax=4", "-oConnectTimeout=30")


def push(hosts: Sequence[str], file: Path, key: Path | None, dry_run: bool) -> None:
    """Push the bundle `file` to every host at once. Raises PushError if not all of them accept it.

    `key` is a private key, or a public one whose private half an agent holds.
    """
    bundle.read_bundle(file)
    data = file.read_bytes()
    stream = pack_push(sign(data, key or _usual_key()), data)
    hosts = list(dict.fromkeys(hosts))  # a box takes one push at a time
    outcomes = asyncio.run(_to_all(hosts, stream, dry_run))
    if failed := [host for host, accepted in zip(hosts, outcomes, strict=True) if not accepted]:
        raise PushError(f"not accepted by {', '.join(failed)}; what each box said stands above")


def _usual_key() -> Path:
    folder = Path("~/.ssh").expanduser()
    for name in KEYS:
        if (folder / name).is_file():
            return folder / name
    raise PushError(f"none of {', '.join(KEYS)} is in {folder}; name the key that signs with --key")


async def _to_all(hosts: Sequence[str], stream: bytes, dry_run: bool) -> list[bool]:
    # Several boxes cannot share one terminal for questions.
    quiet = ("-oBatchMode=yes",) if len(hosts) > 1 else ()
    command = "push --dry-run" if dry_run else "push"
    return list(await asyncio.gather(*(_to_one(host, quiet, command, stream) for host in hosts)))


async def _to_one(host: str, options: Sequence[str], command: str, stream: bytes) -> bool:
    try:
        ssh = await asyncio.create_subprocess_exec(
            "ssh", "-T", *_ALIVE, *options, "--", host, command,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise PushError(f"ssh cannot be run ({error.strerror}); install openssh-client") from error
    try:
        async with asyncio.timeout(_PATIENCE):
            _, verdict, complaints = await asyncio.gather(_feed(ssh, stream), _listen(ssh, host), _complaints(ssh))
            await ssh.wait()
    except TimeoutError:
        verdict, complaints = None, f"no answer within {_PATIENCE:.0f} s"
    finally:
        if ssh.returncode is None:
            ssh.kill()
            await ssh.wait()
    if verdict is None:
        hint = "" if ssh.returncode in (None, _SSH_FAILED) or ssh.returncode < 0 else _HINT
        print(f"{host}: no verdict: {complaints or 'the connection ended'}{hint}", flush=True)
        return False
    return verdict.get("verdict") == "accepted"


async def _feed(ssh: asyncio.subprocess.Process, stream: bytes) -> None:
    """Send the push. A box that has heard enough closes its end, and says why on the other one."""
    assert ssh.stdin
    with contextlib.suppress(ConnectionError):
        ssh.stdin.write(stream)
        await ssh.stdin.drain()
    ssh.stdin.close()
    with contextlib.suppress(ConnectionError):
        await ssh.stdin.wait_closed()


async def _listen(ssh: asyncio.subprocess.Process, host: str) -> dict[str, Any] | None:
    """Show every line of the box; the verdict, if one came."""
    assert ssh.stdout
    verdict = None
    while True:
        try:
            raw = await ssh.stdout.readline()
        except ValueError:  # longer than asyncio's limit; what follows is read on
            raw = b"a line too long to be a box's answer\n"
        if not raw:
            return verdict
        try:
            line = json.loads(raw)
            what = line["verdict"] if "verdict" in line else line["check"]
            said = f"{what}: {line['text']}"
            print(f"{host}: {_printable(said)}", flush=True)
        except (ValueError, KeyError, TypeError, RecursionError):
            print(f"{host}: {_printable(raw.decode(errors='replace'))}", flush=True)
            continue
        if "verdict" in line:
            verdict = line


def _printable(said: str) -> str:
    """What a box says must not steer the terminal here."""
    return printable_line(said.strip()[:_LONGEST])


async def _complaints(ssh: asyncio.subprocess.Process) -> str:
    assert ssh.stderr
    said = (await ssh.stderr.read()).decode(errors="replace").strip()
    return _printable(said.splitlines()[-1]) if said else ""
