"""`moodbox update`: what is in force and on offer, and a release that is installed."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from appliance import __version__
from appliance.cli.commands import Family
from appliance.lib.clock import utc
from appliance.lib.privileges import NotTheOwner, as_owner_of
from appliance.lib.text import printable, printable_line
from appliance.releases.container import ReleaseHead, open_release
from appliance.releases.errors import NotOffered, NotPossible
from appliance.releases.fetching import ReleaseFolder, check_for_this_box
from appliance.releases.offer import ReleaseOffer, check_index, read_offer, write_offer
from appliance.releases.places import UpdatePlaces, target_of_this_box
from appliance.releases.wish import BEGUN, UpdateProgress, check_possible, not_begun, read_progress, wish_for_update
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings
from appliance.words.numbers import decimal, percent
from appliance.words.retelling import retold
from appliance.words.speaking import t

PLACES = UpdatePlaces()
LATEST = "latest"
_EVERY = 0.2
_REFUSED = 500  # characters of why the last one was not taken


def declare_update(commands: Family) -> None:
    """Add `moodbox update`."""
    update = commands.add(
        "update",
        t("see whether there is a new release, and install one"),
        "moodbox update",
        "moodbox update latest",
        "moodbox update moodbox-0.2.0.release",
        "moodbox update https://example.org/moodbox/moodbox-0.2.0.release",
        description=t(
            "Say which release is in force and what the index (updates.index in the settings) offers; or "
            "install a release: the latest on offer, one at an address, or a file. It must be signed by someone whom "
            "this box trusts. The box tries it for a while and goes back by itself if it does not play."
        ),
    )
    update.add_argument("what", nargs="?", metavar=f"FILE|URL|{LATEST}")
    update.add_argument("--check", action="store_true", help=t("fetch and verify it, and install nothing"))
    update.add_argument("--older", action="store_true", help=t("also if the box has had a newer one (with sudo)"))
    update.set_defaults(do=_update)


def _update(options: argparse.Namespace) -> int:
    settings, _ = load_or_last_good(options.settings)
    if options.what is None:
        return _show(settings)
    if options.older and os.geteuid() != 0:
        raise NotPossible("a release that is older than one the box has had is installed by root alone; try with sudo")
    if not options.check:
        check_possible(settings.run_dir)
    file, head = _bring(options, settings)
    version, signer = head.manifest.version, head.signer
    print(
        t("{file} is Moodbox {version}, signed by {signer}.", file=file.name, version=version, signer=signer),
        flush=True,
    )
    if options.check:
        return 0
    if options.older:
        PLACES.allow_older(head.sha256)
    return _follow(wish_for_update(settings.run_dir, file.name))


def _show(settings: Settings) -> int:
    print(t("Moodbox {version} is in force.", version=__version__))
    with contextlib.suppress(OSError):
        refused = printable_line((PLACES.opt / "refused").read_text(errors="replace").strip()[:_REFUSED])
        print(t("The last update was not taken: {reason}", reason=refused))
    if not settings.updates.index:
        print(t("The settings name no index of releases (updates.index), so nobody is asked for a new one."))
        return 0
    offer = _ask_index(settings)
    if offer.problem:
        print(f"moodbox: {retold(offer.problem)}", file=sys.stderr)
    if not offer.newer_than(__version__):
        if not offer.problem:
            print(t("The index offers nothing newer."))
        return int(bool(offer.problem))
    size = decimal(offer.length / 1e6)
    print(t("The index offers Moodbox {version} ({size} MB), signed by {signer}:", version=offer.version, size=size,
            signer=offer.signer))  # fmt: skip
    print("\n" + printable(offer.notes))
    print(t("It is installed by: moodbox update latest"))
    return 0


def _ask_index(settings: Settings) -> ReleaseOffer:
    """What the index offers now; kept where the folder may be written."""
    from appliance.releases.server import ReleaseServer

    folder, index = settings.update_dir, settings.updates.index
    now = utc(datetime.now(UTC))
    offer = check_index(read_offer(folder, index), ReleaseServer(), PLACES, target_of_this_box(), now)
    if folder.is_dir():
        with contextlib.suppress(NotTheOwner, OSError), as_owner_of(folder):
            write_offer(folder, offer)
    return offer


def _bring(options: argparse.Namespace, settings: Settings) -> tuple[Path, ReleaseHead]:
    """The release in the update folder, verified, and its head."""
    from appliance.releases.server import ReleaseServer

    what: str = options.what
    url = _latest(settings) if what == LATEST else what
    with contextlib.ExitStack() as stack:
        # opened first: whom the box's folder belongs to may not read everything of the owner's
        file = None if "://" in url else stack.enter_context(_opened(Path(url)))
        if settings.state_dir.is_dir():
            folder = settings.update_dir if settings.update_dir.is_dir() else settings.state_dir
            stack.enter_context(as_owner_of(folder))
        with _progress() as told:
            brought = ReleaseFolder(
                settings.update_dir, PLACES, lambda head: check_for_this_box(head, PLACES, options.older), told
            )
            path = brought.fetch(url, ReleaseServer()) if file is None else brought.take(file, Path(url).name)
        with path.open("rb") as whole:
            return path, open_release(whole, PLACES.signers, path.name)


def _latest(settings: Settings) -> str:
    if not settings.updates.index:
        raise NotPossible("the settings name no index of releases (updates.index); name a file or an address instead")
    offer = _ask_index(settings)
    if offer.problem:
        raise NotOffered(offer.problem)
    if not offer.newer_than(__version__):
        raise NotOffered(f"the index offers nothing newer than {__version__}")
    return offer.url


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotPossible(f"{path}: cannot be read ({error.strerror}); name a release file or an address") from error
    with file:
        yield file


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how much has come."""
    shown = sys.stderr.isatty()
    last = ""

    def told(done: int, of: int) -> None:
        nonlocal last
        if shown and (words := percent(done / of)) != last:
            last = words
            print(f"\r{words} ", end="", file=sys.stderr, flush=True)

    yield told
    if last:
        print("\r", end="", file=sys.stderr)


def _follow(wish: str) -> int:
    """Show what becomes of a wish; 1 if the release was not taken."""
    words = {
        "checking": t("It is verified."),
        "unpacking": t("It is unpacked."),
        "installing": t("It is installed beside the one that runs, then tried; that takes minutes."),
    }
    last: UpdateProgress | None = None
    until = time.monotonic() + BEGUN
    while True:
        now = read_progress(PLACES.progress)
        if now is None or now.id != wish:
            if time.monotonic() > until:
                raise not_begun()
        elif now != last:
            if now.stage == "refused":
                raise NotPossible(now.text)
            if now.stage == "done":
                print(t("Moodbox {version} runs.", version=now.version))
                return 0
            if last is None or last.stage != now.stage:
                print(words[now.stage], flush=True)
            if now.text:
                print(f"  {now.text}", flush=True)
            last = now
        time.sleep(_EVERY)
