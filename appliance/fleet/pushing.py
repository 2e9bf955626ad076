"""Pushing a bundle to one box: its signature, the stream that is sent, and what the box says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.fleet.errors import FleetError
from appliance.fleet.ssh import SSH_FAILED, SshEnd, printable_answer, run_ssh
from appliance.model.push_protocol import pack_push
from appliance.model.signature import sign

KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
"""Keys in ~/.ssh that sign when none is named; the first that is there."""
PATIENCE = 900.0
"""Seconds for one box; the receiver gives up earlier."""
_HINT = "; is the forced command in its authorized_keys (docs/owner/push.md)?"


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """The box's verdict, None if none came, and how the connection ended."""

    verdict: dict[str, Any] | None
    end: SshEnd

    @property
    def accepted(self) -> bool:
        """Whether the box took the bundle."""
        return self.verdict is not None and self.verdict.get("verdict") == "accepted"

    @property
    def why_none(self) -> str:
        """Why there is no verdict, in words."""
        status = self.end.status
        hint = "" if status in (None, SSH_FAILED) or status < 0 else _HINT
        return f"{self.end.complaint or 'the connection ended'}{hint}"


def signed_push(data: bytes, key: Path | None) -> bytes:
    """The bytes that a bundle is pushed by.

    `key` is a private key, or a public one whose private half an agent holds; None: the usual one in ~/.ssh.
    """
    return pack_push(sign(data, key or _usual_key()), data)


def _usual_key() -> Path:
    folder = Path("~/.ssh").expanduser()
    for name in KEYS:
        if (folder / name).is_file():
            return folder / name
    raise FleetError(f"none of {', '.join(KEYS)} is in {folder}; name the key that signs with --key")


async def push_to(
    host: str,
    stream: bytes,
    say: Callable[[str], None],
    options: Sequence[str] = (),
    dry_run: bool = False,
    patience: float = PATIENCE,
) -> PushAnswer:
    """Push to one box; every line of its answer goes to `say`, in words."""
    verdicts: list[dict[str, Any]] = []

    def hear(raw: bytes) -> None:
        try:
            line = json.loads(raw)
            what = line["verdict"] if "verdict" in line else line["check"]
            say(printable_answer(f"{what}: {line['text']}"))
        except (ValueError, KeyError, TypeError, RecursionError):
            say(printable_answer(raw.decode(errors="replace")))
            return
        if "verdict" in line:
            verdicts.append(line)

    end = await run_ssh(host, "push --dry-run" if dry_run else "push", options, stream, hear, patience)
    return PushAnswer(verdicts[-1] if verdicts and end.status is not None else None, end)
