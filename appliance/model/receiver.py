"""The box's end of a push, run by sshd as a forced command: one push in, a line of JSON out for everything found."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from appliance.errors import MoodboxError
from appliance.lib import atomic_file
from appliance.lib.clock import utc
from appliance.lib.text import plural
from appliance.model import bundle, push_protocol, sandbox, signature
from appliance.model.errors import ModelError
from appliance.model.manifest import Manifest
from appliance.model.store import ModelStore, StoredModel, in_order

COMMANDS = ("push", "push --dry-run", "list", "rollback")
"""All that may be asked for."""


class PushRefused(ModelError):
    """The request is refused."""


@dataclass(frozen=True, slots=True)
class PushRules:
    """The limits for a model on this box."""

    allowed_signers: Path
    latency_limit: float
    """Milliseconds a face."""
    trial_seconds: float
    trial_faces: int


@dataclass(frozen=True, slots=True)
class AcceptedPush:
    """A bundle that passed every check, ready to be installed."""

    data: bytes
    bundle: bundle.Bundle
    golden: float
    latency: float


@dataclass(frozen=True, slots=True)
class Uptake:
    """Whether the running box has taken a model up, and what the client is told of it."""

    done: bool
    text: str


Tell = Callable[[dict[str, Any]], None]


class Receiver:
    """Carries out one command of a client. `tell` sends it a line; `changed` has the running box look at the store."""

    def __init__(
        self, store: ModelStore, rules: PushRules, tell: Tell, changed: Callable[[StoredModel], Uptake]
    ) -> None:
        self._store = store
        self._rules = rules
        self._tell = tell
        self._changed = changed

    def obey(self, command: str, source: int) -> int:
        """Do what an allowed command asks, reading a push from the descriptor `source`; the exit status."""
        try:
            if command not in COMMANDS:
                raise PushRefused(f"{command[:80]!r} may not be asked for; allowed are: {', '.join(COMMANDS)}")
            if command == "list":
                self._tell({"list": [describe(model, self._store) for model in self._store.models()]})
            elif command == "rollback":
                back = self._store.roll_back()
                self._verdict(True, f"{back.id} is in force again; {self._changed(back).text}")
            else:
                self.push(source, dry_run=command == "push --dry-run")
        except MoodboxError as error:
            self._verdict(False, str(error))
            return 1
        except (OSError, MemoryError) as error:  # no memory for a child process; a connection that broke
            why = error.strerror if isinstance(error, OSError) else "not enough memory"
            with contextlib.suppress(OSError):
                self._verdict(False, f"the box could not do it: {why or error}")
            return 1
        return 0

    def push(self, source: int, dry_run: bool) -> None:
        """Receive, check and, unless `dry_run`, install a bundle. Raises ModelError when it is refused."""
        with self._one_at_a_time():
            signed, data = push_protocol.read_push(source)
            self._say("received", f"{len(data)} bytes")
            signer = signature.verify(data, signed, self._rules.allowed_signers)
            self._say("signature", f"signed by {signer}")
            self.install(data, signer, dry_run)

    def install(self, data: bytes, signer: str | None, dry_run: bool, older: bool = False) -> None:
        """Check a bundle and, unless `dry_run`, put it in force on trial. Raises ModelError when it is refused.

        One older than the newest that the box has had is refused unless `older`, which nobody can ask for by a push:
        its signature is still good, but whoever holds it may not be who made it.
        """
        passed = self._check(data)
        self._check_version(passed.bundle.manifest, older)
        facts = {"golden": passed.golden, "latency_ms": passed.latency, "sha256": passed.bundle.sha256}
        name = f"{passed.bundle.manifest.name} {passed.bundle.manifest.version}"
        if dry_run:
            self._verdict(True, f"{name} passed every check and would be put on trial", dry_run=True, **facts)
            return
        now = datetime.now(UTC)
        stored = self._store.install(data, passed.bundle, signer, passed.golden, passed.latency, utc(now))
        self._verdict(True, self._outlook(name, stored, now, facts), **facts)

    def _check_version(self, described: Manifest, older: bool) -> None:
        newest = self._store.newest(described.name)
        if not older and newest and in_order(described.version) < in_order(newest):
            raise PushRefused(
                f"version: {described.name} {described.version} is older than {newest}, which this box has had; if you "
                "want it, install it at the box: moodbox model install --older FILE"
            )

    def _outlook(self, name: str, stored: StoredModel, now: datetime, facts: dict[str, Any]) -> str:
        """What becomes of an installed model, in words; its end of trial goes into `facts`."""
        uptake = self._changed(stored)
        if self._store.trial() is None:
            return f"{name}: in force again; {uptake.text}"
        faces = plural(self._rules.trial_faces, "look with a face", "looks with a face")
        if not uptake.done:
            return f"{name}: on trial for its first {self._rules.trial_seconds:g} s and {faces}; {uptake.text}"
        until = (now + timedelta(seconds=self._rules.trial_seconds)).astimezone()
        facts["trial_until"] = until.isoformat(timespec="seconds")
        return f"{name}: on trial until {until:%H:%M:%S} and {faces}; {uptake.text}"

    def _check(self, data: bytes) -> AcceptedPush:
        values: dict[str, float] = {}
        for outcome in sandbox.check_in_sandbox(data, self._rules.latency_limit):
            if not outcome.ok:
                raise PushRefused(f"{outcome.check}: {outcome.text}")
            self._say(outcome.check, outcome.text)
            if outcome.value is not None:
                values[outcome.check] = outcome.value
        return AcceptedPush(data, bundle.parse_bundle(data), values["golden"], values["latency"])

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold the lock of pushes; it goes with this process however it ends. Raises PushRefused if another has it."""
        try:
            atomic_file.make_folder(self._store.root)
            lock = os.open(self._store.root / ".push", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise PushRefused(f"{self._store.root}: {error.strerror}; the store of models cannot be written") from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PushRefused("another push is under way; try again when it is done") from None
            yield
        finally:
            os.close(lock)

    def _say(self, check: str, text: str) -> None:
        self._tell({"check": check, "ok": True, "text": text})

    def _verdict(self, accepted: bool, text: str, **facts: Any) -> None:
        self._tell({"verdict": "accepted" if accepted else "refused", "text": text,
                    "current": self._store.current().id, **facts})  # fmt: skip


def describe(model: StoredModel, store: ModelStore) -> dict[str, Any]:
    """A stored model as `moodbox model list` shows it."""
    trial = store.trial()
    state = "in force" if model.id == store.current().id else "stored"
    if trial and trial.model == model.id:
        state = "on trial"
    elif model.record and model.record.failed:
        state = "left"
    record = msgspec.to_builtins(model.record) if model.record else {}
    return {"id": model.id, "state": state, **{name: value for name, value in record.items() if value is not None}}
