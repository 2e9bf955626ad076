"""`moodbox page`: where the owner's page is, and its password."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from appliance.cli.commands import Family
from appliance.control.client import ask_page
from appliance.control.messages import SOCKET, NotRunning
from appliance.lib.privileges import become_owner
from appliance.settings.last_good import load_or_last_good
from appliance.systemd.layout import INSTALLED
from appliance.web.address import address_of
from appliance.web.auth.passwords import PasswordError, PasswordStore
from appliance.words.speaking import t


def declare_page(commands: Family) -> None:
    """Add `moodbox page`."""
    page = commands.add(
        "page", t("where the owner's page is; `page password` sets a password"), "moodbox page", "moodbox page password"
    )
    page.set_defaults(do=_where)
    password = Family(page, required=False).add(
        "password",
        t("set the page's password, also if the old one is lost"),
        "moodbox page password",
        "moodbox page password --file password.txt",
        description=t(
            "Set the page's password, also if the old one is lost. It is asked for, or read from standard input."
        ),
    )
    password.add_argument("--file", type=Path, metavar="FILE", help=t("take it from the file's first line"))
    password.set_defaults(do=_password)


def _where(options: argparse.Namespace) -> None:
    settings, _ = load_or_last_good(options.settings)
    if not settings.web.enabled:
        print(t("There is no page: web.enabled is false."))
        return
    there = address_of(settings.web, INSTALLED.is_symlink())
    try:
        address, fingerprint = ask_page(settings.run_dir / SOCKET)
        print(t("The page is at {address}", address=address or there))
        if fingerprint:
            print(t("Its certificate's SHA-256 fingerprint: {fingerprint}", fingerprint=fingerprint))
    except NotRunning as error:
        if isinstance(error.__cause__, PermissionError):
            print(t("The page is at {address}.", address=there))
        else:
            print(t("The page is at {address} once Moodbox runs, which it does not now.", address=there))
    if not PasswordStore(settings.state_dir).is_set:
        print(t("It has no password yet: whoever opens it first, at home, sets one. Or: moodbox page password"))


def _password(options: argparse.Namespace) -> None:
    password = _from_file(options.file) if options.file else _asked()
    folder = load_or_last_good(options.settings)[0].state_dir
    if folder.exists():
        become_owner(folder)
    passwords = PasswordStore(folder)
    if asyncio.run(passwords.matches(password)):
        print(t("This is the page's password already."))
        return
    passwords.set(password)
    print(t("The page has a new password; whoever was signed in has to sign in again."))


def _from_file(file: Path) -> str:
    try:
        return file.read_text().partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise PasswordError(f"{file}: cannot be read ({error}); its first line must be the password") from error


def _asked() -> str:
    """The password, typed twice, or the first line of standard input where nobody types."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password of the page: ")
    if getpass.getpass("Once more: ") != password:
        raise PasswordError("the two are not the same; nothing has been changed")
    return password
