"""`moodbox model list|install|rollback|receive`."""

from __future__ import annotations

import argparse
import json
import os
import pwd
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.cli.commands import Family
from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskModel, AskStatus, NotRunning
from appliance.errors import MoodboxError
from appliance.lib.privileges import become_owner
from appliance.lib.text import padded
from appliance.settings import settings
from appliance.settings.settings import Settings
from appliance.words.numbers import decimal, listed
from appliance.words.retelling import retold
from appliance.words.speaking import t

if TYPE_CHECKING:
    from appliance.model.receiver import Receiver, Tell, Uptake

_INSTALLED = Path("/opt/moodbox")
"""An installed release lies in here; it has the state and run directories of its systemd units."""
_STDIN = 0
_TAKEN_UP_WITHIN = 10.0  # seconds; a look may be under way, and loading takes a fraction of one


def declare_model(family: Family) -> None:
    """Add `moodbox model` and its commands."""
    commands = Family(family.add("model", t("list, install, receive and go back to models"), "moodbox model list"))
    listing = commands.add(
        "list", t("the models on this box, with the state of each"), "moodbox model list", "moodbox model list --json"
    )
    listing.add_argument("--json", action="store_true", help=t("everything, as JSON"))
    listing.set_defaults(do=_list)
    install = commands.add(
        "install",
        t("check a bundle and put it on trial"),
        "moodbox model install new.moodmodel",
        "moodbox model install --dry-run new.moodmodel",
    )
    install.add_argument("file", type=Path, metavar="FILE", help=t("a .moodmodel bundle"))
    install.add_argument("--dry-run", action="store_true", help=t("check it and change nothing"))
    install.add_argument("--older", action="store_true", help=t("also if the box has had a newer one"))
    install.set_defaults(do=_install)
    rollback = commands.add("rollback", t("go back to the model before the one in force"), "moodbox model rollback")
    rollback.set_defaults(do=_rollback)
    receive = commands.add(
        "receive",
        t("the forced command of keys that may push models (see docs/owner/push.md)"),
        'command="/usr/local/bin/moodbox model receive",restrict ssh-ed25519 AAAA...',
    )
    receive.set_defaults(do=_receive)


def _receiver(loaded: Settings, tell: Tell) -> Receiver:
    from appliance.model.receiver import PushRefused, PushRules, Receiver
    from appliance.model.shipped import shipped_model
    from appliance.model.store import ModelStore

    if loaded.vision.model:
        raise PushRefused(
            f"vision.model in the settings is {loaded.vision.model!r}, so no other model can be in force; "
            "take that entry out first"
        )
    _as_owner(loaded)
    rules = PushRules(
        loaded.allowed_signers, loaded.model.latency_limit, loaded.model.trial_seconds, loaded.model.trial_faces
    )
    store = ModelStore(loaded.models_dir, shipped_model(), loaded.model.keep)
    return Receiver(store, rules, tell, lambda stored: _notify(loaded, stored.sha256))


def _as_owner(loaded: Settings) -> None:
    """Become the user whom the store belongs to. Raises NotTheOwner for a user who is neither that one nor root."""
    folder = next((place for place in (loaded.models_dir, loaded.state_dir) if place.is_dir()), None)
    if folder:
        become_owner(folder)


def _list(options: argparse.Namespace) -> int:
    lines: list[dict[str, Any]] = []
    status = _receiver(settings.load_settings(options.settings), lines.append).obey("list", -1)
    models = lines[-1]["list"]
    if options.json:
        print(json.dumps(models, indent=2))
        return status
    for model in models:
        print(f"{padded(retold(model['state']), 9)} {model['id']:<40} {listed(_facts(model))}")
    return status


def _facts(model: dict[str, Any]) -> list[str]:
    """What is known of a model, in words."""
    since = model.get("installed")
    facts = [t("installed {time}", time=since) if since else t("comes with Moodbox")]
    if "signer" in model:
        facts.append(t("signed by {signer}", signer=model["signer"]))
    if "latency" in model:
        facts.append(t("{time} ms a face", time=decimal(model["latency"], 2)))
    if "failed" in model:
        facts.append(t("left: {why}", why=retold(model["failed"])))
    return facts


def _install(options: argparse.Namespace) -> int:
    from appliance.model.bundle import LARGEST
    from appliance.model.errors import BundleError

    try:
        with options.file.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BundleError(f"{options.file}: cannot be read: {error.strerror}") from None
    _receiver(settings.load_settings(options.settings), _show).install(data, None, options.dry_run, options.older)
    return 0


def _rollback(options: argparse.Namespace) -> int:
    return _receiver(settings.load_settings(options.settings), _show).obey("rollback", -1)


def _show(line: dict[str, Any]) -> None:
    """A line of the receiver's answer, in words."""
    if "verdict" in line:
        print(f"{retold(line['verdict'])}: {retold(line['text'])}", flush=True)
    else:
        print(f"{retold(line['check'])}: {retold(line['text'])}", flush=True)


def _receive(options: argparse.Namespace) -> int:
    command = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    _forget_environment()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def tell(line: dict[str, Any]) -> None:
        print(json.dumps(line), flush=True)

    try:
        receiver = _receiver(settings.load_settings(options.settings), tell)
    except MoodboxError as error:
        tell({"verdict": "refused", "text": str(error)})
        return 1
    return receiver.obey(command, _STDIN)


def _forget_environment() -> None:
    """Nothing that the client sent decides where files are; only the user that this process runs as does."""
    user = pwd.getpwuid(os.getuid())
    os.environ.clear()
    os.environ.update(PATH="/usr/local/bin:/usr/bin:/bin", HOME=user.pw_dir, USER=user.pw_name, LC_ALL="C.UTF-8")
    if Path(__file__).resolve().is_relative_to(_INSTALLED):
        os.environ.update(STATE_DIRECTORY="/var/lib/moodbox", RUNTIME_DIRECTORY="/run/moodbox")
    elif (runtime := Path(f"/run/user/{user.pw_uid}")).is_dir():
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def _notify(loaded: Settings, sha256: str) -> Uptake:
    """Have the running box look at the store, and wait until it has taken the model up."""
    from appliance.model.receiver import Uptake

    socket = loaded.run_dir / SOCKET
    try:
        ask(socket, AskModel())
        until = time.monotonic() + _TAKEN_UP_WITHIN
        while time.monotonic() < until:
            vision = ask(socket, AskStatus())["vision"]
            if vision["bundle"] == sha256:
                return Uptake(True, f"the box looks through {vision['model']} now")
            time.sleep(0.2)
    except NotRunning:
        return Uptake(False, "the box is not running and takes it up when it starts")
    except (MoodboxError, LookupError, TypeError):  # another release is running; what was installed stays installed
        return Uptake(False, "the running box did not say that it takes it up; see `moodbox status`")
    return Uptake(False, "the box has not taken it up yet; `moodbox status` tells when it has")
