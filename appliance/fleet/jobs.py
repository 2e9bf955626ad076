"""What is done on one box: asked how it is, given a release, a model or settings, and its backup fetched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from appliance.fleet.file import FleetBox, TimeLimits
from appliance.fleet.outcomes import Outcome, Result
from appliance.fleet.pushing import push_to
from appliance.fleet.ssh import SshEnd, printable_answer, run_ssh
from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of
from appliance.settings.edit import Scalar

Say = Callable[[str], None]
_ID_DIGITS = 8
"""Of a stored model's id, which are the first of its bundle's sha256 (docs/reference/push-protocol.md)."""
_BACKUP_BEGINS = b"MOODBACK"
_POLLS = 30  # questions for one trial


def _outcome(box: FleetBox, result: Result, text: str, **facts: Any) -> Outcome:
    return Outcome(name=box.name, host=box.host, result=result, text=text, facts=facts)


def _not_done(box: FleetBox, end: SshEnd, lines: list[str]) -> Outcome:
    """Of a command that did not succeed."""
    if not end.reached:
        return _outcome(box, Result.UNREACHABLE, end.unreachable(box.host))
    said = end.complaint or (lines[-1] if lines else "")
    if end.status == 127:  # a shell's, for a command that is not there
        said = f"{box.moodbox} is not there ({said}); name how Moodbox is called on the box: moodbox = …"
    if "invalid choice" in said:
        said = "its Moodbox does not know this command yet; update it first"
    return _outcome(box, Result.FAILED, said.removeprefix("moodbox: ") or f"exit status {end.status}")


async def ask_for_status(box: FleetBox, limits: TimeLimits) -> Outcome:
    """`moodbox status --json`; the status stands in the facts."""
    lines: list[bytes] = []
    end = await run_ssh(box.host, f"{box.moodbox} status --json", box.login, hear=lines.append, patience=limits.status)
    if end.status != 0:
        return _not_done(box, end, [printable_answer(line.decode(errors="replace")) for line in lines])
    try:
        status = json.loads(b"".join(lines))
        text = _status_words(status)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _outcome(box, Result.FAILED, "what it answers is no status of a Moodbox; is it another version?")
    return _outcome(box, Result.DONE, text, status=status)


def _status_words(status: Mapping[str, Any]) -> str:
    mood, player, vision = status["mood"], status["player"], status["vision"]
    parts = [
        f"Moodbox {status['version']}",
        str(mood["mood"]),
        f"plays {player['title'] or player['file']}" if player["state"] == "play" else str(player["state"]),
        f"camera {vision['camera']}",
        f"{vision['model']}{' (on trial)' if vision['model_on_trial'] else ''}",
        *(f"problem: {problem}" for problem in status["problems"]),
    ]
    return printable_answer("; ".join(parts))


async def _lines_of(
    box: FleetBox, command: str, patience: float, say: Say, give: Any = b""
) -> tuple[SshEnd, list[str]]:
    lines: list[str] = []

    def hear(raw: bytes) -> None:
        lines.append(printable_answer(raw.decode(errors="replace")))
        say(lines[-1])

    return await run_ssh(box.host, command, box.login, give, hear, patience), lines


async def update(box: FleetBox, limits: TimeLimits, say: Say, what: str, file: Path | None) -> Outcome:
    """Have it install a release, `file` or what it fetches itself, and wait until it has tried it."""
    if file is None:
        command = f"{box.moodbox} update {shlex.quote(what)}"
        end, lines = await _lines_of(box, command, limits.update, say)
    else:
        command = _in_folder(f"cat >fleet.release && {box.moodbox} update fleet.release")
        with file.open("rb") as release:
            end, lines = await _lines_of(box, command, limits.update, say, release)
    if end.status != 0:
        return _not_done(box, end, lines)
    return _outcome(box, Result.DONE, lines[-1] if lines else "it runs")


def _in_folder(script: str) -> str:
    """A shell's command in a folder of its own, which is gone afterwards."""
    return (
        "d=$(mktemp -d /var/tmp/moodbox-fleet.XXXXXX) || exit 1; trap 'rm -rf \"$d\"' EXIT; "
        f'cd "$d" && chmod 700 . && {{ {script}; }}'
    )


async def change_settings(box: FleetBox, limits: TimeLimits, say: Say) -> Outcome:
    """Have it change its settings to the fleet's, and wait until it runs with them."""
    if not box.settings:
        return _outcome(box, Result.DONE, "the file names no settings for it")
    words = " ".join(shlex.quote(f"{key}={_setting(value)}") for key, value in box.settings.items())
    end, lines = await _lines_of(box, f"{box.moodbox} settings {words}", limits.settings, say)
    if end.status != 0:
        return _not_done(box, end, lines)
    return _outcome(box, Result.DONE, lines[-1] if lines else "done")


def _setting(value: Scalar) -> str:
    return json.dumps(value, ensure_ascii=False)


async def push(box: FleetBox, limits: TimeLimits, say: Say, data: bytes, stream: bytes) -> Outcome:
    """Push a bundle, and wait for the outcome of its trial; one that is there already is not pushed again."""
    digits = sha256_of(data)[:_ID_DIGITS]
    end, state, _ = await _model_state(box, limits, digits)
    if not end.reached:
        return _outcome(box, Result.UNREACHABLE, end.unreachable(box.host))
    if state == "in force":
        return _outcome(box, Result.DONE, "it is in force there already")
    if state != "on trial":
        answer = await push_to(box.host, stream, say, box.push_login, patience=limits.push)
        if not answer.end.reached:
            return _outcome(box, Result.UNREACHABLE, answer.end.unreachable(box.host))
        if not answer.accepted:
            why = printable_answer(str(answer.verdict["text"])) if answer.verdict else answer.why_none
            return _outcome(box, Result.FAILED, why)
    return await _tried(box, limits, digits)


async def _tried(box: FleetBox, limits: TimeLimits, digits: str) -> Outcome:
    until = time.monotonic() + limits.trial
    while True:
        end, state, why = await _model_state(box, limits, digits)
        match state:
            case "in force":
                return _outcome(box, Result.DONE, "it has proved itself there")
            case "left":
                return _outcome(box, Result.FAILED, f"its trial failed: {why}")
            case "stored":
                return _outcome(box, Result.FAILED, "another model has been put in force there meanwhile")
        if time.monotonic() >= until:
            told = "it is still on trial: it has not seen enough faces yet" if state else end.unreachable(box.host)
            return _outcome(box, Result.TRYING, told)
        await asyncio.sleep(min(limits.trial / _POLLS, until - time.monotonic()))


async def _model_state(box: FleetBox, limits: TimeLimits, digits: str) -> tuple[SshEnd, str, str]:
    """What a box says of the model whose id ends so: its state, empty if unknown, and why it was left."""
    lines: list[bytes] = []
    end = await run_ssh(box.host, "list", box.push_login, hear=lines.append, patience=limits.status)
    with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
        for model in json.loads(lines[-1])["list"]:
            if model["id"].endswith(f"-{digits}"):
                return end, str(model["state"]), printable_answer(str(model.get("failed", "")))
    return end, "", ""


async def fetch_backup(box: FleetBox, limits: TimeLimits, say: Say, folder: Path, passphrase: str) -> Outcome:
    """Have it make a backup, and keep that in `folder`, named after box and time, for the owner's eyes alone."""
    file = folder / f"{box.name}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.moodbackup"
    part = file.with_name(f".{file.name}.part")
    sudo = f"{box.sudo} " if box.sudo else ""
    command = _in_folder(f"{sudo}{box.moodbox} backup box.moodbackup >&2 && cat box.moodbackup")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            give = f"{passphrase}\n".encode()
            end = await run_ssh(box.host, command, box.login, give, out, limits.backup)
            out.flush()
            os.fsync(out.fileno())
        if end.status != 0:
            return _not_done(box, end, [])
        with part.open("rb") as came:
            if came.read(len(_BACKUP_BEGINS)) != _BACKUP_BEGINS:
                return _outcome(box, Result.FAILED, "what it sent is no backup; does its shell print something itself?")
        size = part.stat().st_size
        atomic_file.place(part, file)
    except OSError as error:
        return _outcome(box, Result.FAILED, f"here: {error.filename or folder}: {error.strerror}")
    finally:
        part.unlink(missing_ok=True)
    for line in end.said.splitlines():
        say(printable_answer(line))
    return _outcome(box, Result.DONE, f"{file} ({size} bytes)", file=str(file), bytes=size)
