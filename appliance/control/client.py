"""How a command talks to the running box over its control socket."""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path
from typing import Any

import msgspec

from appliance.control.messages import ANSWER_LIMIT, AskPage, AskStatus, NotRunning, Request, RequestRefused
from appliance.domain.status import Status

log = logging.getLogger(__name__)


def ask(path: Path, request: Request, timeout: float = 10.0) -> dict[str, Any]:
    """Send one request to the running box and return its answer. Raises NotRunning or RequestRefused."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(os.fspath(path))
            connection.sendall(msgspec.json.encode(request) + b"\n")
            with connection.makefile("rb") as stream:
                line = stream.readline(ANSWER_LIMIT)
        except OSError as error:
            raise NotRunning(
                f"no running Moodbox at {path} ({error.strerror or error}); start it: moodbox run"
            ) from error
    if not line.endswith(b"\n"):
        raise NotRunning(f"the Moodbox at {path} closed the connection; is it stopping?")
    try:
        answer: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError) as error:
        raise NotRunning(f"what answers at {path} is no Moodbox ({error}); set paths.run to another folder") from error
    if "error" in answer:
        raise RequestRefused(str(answer["error"]))
    return answer


def ask_page(path: Path) -> tuple[str | None, str]:
    """Where the running box has its page, and its certificate's fingerprint; None and empty for what it does not tell.

    Raises NotRunning.
    """
    try:
        answer = ask(path, AskPage())
        return str(answer["page"] or "") or None, str(answer.get("certificate") or "")
    except (RequestRefused, KeyError):
        return None, ""


def ask_status(path: Path) -> Status:
    """The running box's status. Raises NotRunning, or RequestRefused if it is of a version that tells another one."""
    try:
        return msgspec.convert(ask(path, AskStatus()), Status)
    except msgspec.ValidationError as error:
        raise RequestRefused(
            f"the running Moodbox is another version than this command ({error}); restart it, or see `status --json`"
        ) from error
