"""`moodbox fleet`: one command for many boxes."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from appliance.backup.sealing import check_passphrase
from appliance.cli.commands import Family
from appliance.cli.passphrase import add_passphrase_file, read_passphrase
from appliance.fleet.errors import FleetError
from appliance.fleet.file import Fleet, FleetBox, read_fleet
from appliance.fleet.outcomes import FleetReport, Outcome, Result
from appliance.fleet.record import RunRecord, alone_with
from appliance.lib.checksum import sha256_of, sha256_of_file
from appliance.lib.text import columns_of, padded, printable
from appliance.releases.container import SUFFIX
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

if TYPE_CHECKING:
    from appliance.fleet.stages import Job

LATEST = "latest"


def declare_fleet(commands: Family) -> None:
    """Add `moodbox fleet` and what it does on every box."""
    fleet = commands.add(
        "fleet",
        t("look after many boxes at once, over SSH"),
        "moodbox fleet school.toml status",
        "moodbox fleet school.toml update moodbox-0.2.0.release",
        "moodbox fleet school.toml push new.moodmodel --key ~/.ssh/moodbox-signer",
        "moodbox fleet school.toml settings",
        "moodbox fleet school.toml backup --to backups --passphrase-file secret.txt",
        description=t(
            "Do the same on every box that FILE lists: first on one, then on ten, then on all, or as FILE says; when "
            "it fails on one, no further box is begun. Given again, an interrupted command goes on where it was."
        ),
    )
    fleet.add_argument("fleet", type=Path, metavar="FILE", help=t("the list of boxes (TOML)"))
    verbs = Family(fleet)
    status = verbs.add("status", t("how every box is"), "moodbox fleet school.toml status --json")
    status.set_defaults(do=_status)
    update = verbs.add("update", t("install a release on every box"), "moodbox fleet school.toml update latest")
    update.add_argument("what", metavar=f"FILE|URL|{LATEST}", help=t("a file is sent; anything else each box fetches"))
    update.set_defaults(do=_update)
    push = verbs.add("push", t("push a model to every box"), "moodbox fleet school.toml push new.moodmodel")
    push.add_argument("bundle", type=Path, metavar="BUNDLE", help=t("a .moodmodel bundle"))
    push.add_argument("--key", type=Path, help=t("the key that signs; else the usual one in ~/.ssh"))
    push.set_defaults(do=_push)
    settings = verbs.add(
        "settings", t("give every box the settings that FILE names"), "moodbox fleet school.toml settings"
    )
    settings.set_defaults(do=_settings)
    backup = verbs.add("backup", t("fetch a backup of every box"), "moodbox fleet school.toml backup --to backups")
    backup.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help=t("where they are kept; else here"))
    add_passphrase_file(backup)
    backup.set_defaults(do=_backup)
    for verb in (status, update, push, settings, backup):
        verb.add_argument("--json", action="store_true", help=t("a report as JSON"))


def _status(options: argparse.Namespace) -> int:
    import asyncio

    from appliance.fleet import jobs
    from appliance.fleet.stages import all_at_once

    fleet = read_fleet(options.fleet)
    told = _Told(fleet, options.json)
    boxes = asyncio.run(all_at_once(fleet, lambda box: jobs.ask_for_status(box, fleet.limits), told.ended))
    return told.report(FleetReport(action="status", what="", boxes=boxes))


def _update(options: argparse.Namespace) -> int:
    from appliance.fleet import jobs

    what: str = options.what
    if "://" in what or what == LATEST:
        file, is_same = None, what if "://" in what else f"{LATEST} of {_today()}"
    else:
        file = Path(what)
        if file.suffix != SUFFIX:
            raise FleetError(f"{file}: is no release; one is called like moodbox-0.2.0{SUFFIX}")
        is_same = _sha256(file)

    def job(fleet: Fleet, told: _Told) -> Job:
        return lambda box: jobs.update(box, fleet.limits, told.said(box), what, file)

    return _in_stages(options, "update", what, is_same, job)


def _push(options: argparse.Namespace) -> int:
    from appliance.fleet import jobs
    from appliance.fleet.pushing import signed_push
    from appliance.model import bundle

    described = bundle.read_bundle(options.bundle).manifest
    data = options.bundle.read_bytes()
    stream = signed_push(data, options.key)

    def job(fleet: Fleet, told: _Told) -> Job:
        return lambda box: jobs.push(box, fleet.limits, told.said(box), data, stream)

    return _in_stages(options, "push", f"{described.name} {described.version}", sha256_of(data), job)


def _settings(options: argparse.Namespace) -> int:
    from appliance.fleet import jobs

    fleet = read_fleet(options.fleet)
    keys = list(dict.fromkeys(key for box in fleet.boxes for key in box.settings))
    if not keys:
        raise FleetError(f"{options.fleet}: names no settings; add a table such as [settings.music] with keys below it")
    wanted = {box.name: box.settings for box in fleet.boxes}
    digest = sha256_of(msgspec.json.encode(wanted, order="sorted"))

    def job(fleet: Fleet, told: _Told) -> Job:
        return lambda box: jobs.change_settings(box, fleet.limits, told.said(box))

    return _in_stages(options, "settings", ", ".join(keys), digest, job)


def _backup(options: argparse.Namespace) -> int:
    from appliance.fleet import jobs

    folder: Path = options.to
    if not folder.is_dir():
        raise FleetError(f"{folder}: is no folder; make it first, or name another with --to")
    passphrase = read_passphrase(options.passphrase_file)
    check_passphrase(passphrase)

    def job(fleet: Fleet, told: _Told) -> Job:
        return lambda box: jobs.fetch_backup(box, fleet.limits, told.said(box), folder, passphrase)

    return _in_stages(options, "backup", str(folder), f"{folder.resolve()} {_today()}", job)


def _in_stages(
    options: argparse.Namespace, action: str, what: str, is_same: str, job: Callable[[Fleet, _Told], Job]
) -> int:
    """Do it stage by stage. A run with the same `is_same` goes on with one that did not come to its end."""
    import asyncio

    from appliance.fleet.stages import Rollout

    with alone_with(options.fleet):
        fleet = read_fleet(options.fleet)
        told = _Told(fleet, options.json)
        rollout = Rollout(fleet, job(fleet, told), told.ended, RunRecord(options.fleet, action, is_same))
        boxes = asyncio.run(rollout.run())
        return told.report(FleetReport(action=action, what=what, boxes=boxes, stopped=rollout.stopped))


def _sha256(file: Path) -> str:
    try:
        return sha256_of_file(file)
    except OSError as error:
        raise FleetError(f"{file}: cannot be read ({error.strerror}); name a release file") from error


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


class _Told:
    """Shows how it goes while it goes, and the report in the end."""

    def __init__(self, fleet: Fleet, as_json: bool) -> None:
        self._as_json = as_json
        self._out = sys.stderr if as_json else sys.stdout
        self._wide = max(columns_of(box.name) for box in fleet.boxes)
        self._began = time.monotonic()

    def said(self, box: FleetBox) -> Callable[[str], None]:
        return lambda line: print(f"{padded(box.name, self._wide)}  {line}", file=self._out, flush=True)

    def ended(self, outcome: Outcome) -> None:
        if outcome.result is not Result.WAITING:
            words = f"{_word(outcome.result)}: {retold(outcome.text)}"
            print(f"{padded(outcome.name, self._wide)}  {words}", file=self._out, flush=True)

    def report(self, report: FleetReport) -> int:
        """Show the report; the command's exit status."""
        if self._as_json:
            counts = {str(result): report.count(result) for result in Result}
            print(json.dumps({**msgspec.to_builtins(report), "counts": counts}, indent=2, ensure_ascii=False))
        else:
            print()
            if report.stopped:
                print(printable(retold(report.stopped)))
            for result in Result:
                if named := [box.name for box in report.boxes if box.result is result]:
                    print(f"{_word(result)}: {tn('{count} box', '{count} boxes', len(named))}: {', '.join(named)}")
            print(t("{seconds} seconds", seconds=f"{time.monotonic() - self._began:.0f}"))
        return 0 if report.whole else 1


def _word(result: Result) -> str:
    return {
        Result.DONE: t("done"),
        Result.BEFORE: t("done before"),
        Result.TRYING: t("on trial"),
        Result.FAILED: t("failed"),
        Result.UNREACHABLE: t("unreachable"),
        Result.WAITING: t("not begun"),
    }[result]
